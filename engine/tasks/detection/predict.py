"""What a detector says of one photo whose truth is not known, and the same as a line of JSON."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.data.boxes.geometry import as_lists
from engine.evaluate.metric import HEADLINE
from engine.records import IGNORE
from engine.tasks.detection.boxes import NO_ANGLE, to_corners
from engine.tasks.detection.deployment import Deployment
from engine.tasks.detection.detections import Detections
from engine.tasks.detection.figures import draw_boxes
from engine.tasks.detection.infer import detect, forward
from engine.tasks.detection.outcome import PhotoOutcome
from engine.tasks.detection.photos import inside_margin
from engine.tasks.detection.told import told
from engine.tasks.names import draw_names
from engine.tasks.small_photo import require_side
from engine.tasks.task import Prediction, Predictor, Progress


def predictor(model: Any, deployment: Deployment) -> Predictor:
    """A function from a photo to its prediction.

    It raises UsageError where the region of interest leaves the photo, and where the photo is
    smaller than those of training.
    """
    run = forward(model, deployment.orders)
    inference = deployment.inference
    view, limits = inference.view, deployment.limits

    def predict(photo: NDArray[Any], name: str, progress: Progress) -> Prediction:
        size_hw = photo.shape[0], photo.shape[1]
        view.require_inside(name, size_hw)
        require_side(name, view.frame_hw(size_hw), deployment.least_side_px)
        found = detect(run, photo, inference, progress, limits)
        found = found.take(told(found, limits))
        frame_hw = view.frame_hw(size_hw)
        inner = inside_margin(found.boxes, frame_hw, deployment.margin.to_px(frame_hw))
        things = [
            {**thing_line(found, number, deployment), "region": "interior" if inside else "edge"}
            for number, inside in enumerate(inner.tolist())
        ]
        placed = Detections(found.boxes + _shift(deployment), found.classes, found.scores)
        overlay = draw_boxes(photo, placed, deployment.orders)
        frames = np.concatenate([placed.corners.min(axis=1), placed.corners.max(axis=1)], axis=1)
        overlay = draw_names(overlay, frames, placed.classes.tolist(), deployment.class_names)
        return Prediction({"things": things}, overlay, _summary(found, deployment.class_names))

    return predict


def prediction_line(outcome: PhotoOutcome, deployment: Deployment) -> dict[str, Any]:
    """The outcome of a test photo, as `predictions.jsonl` holds it; boxes in px of the photo."""
    detections, things = outcome.detections, outcome.things
    whole = outcome.region("all")
    inner = outcome.region(HEADLINE)
    if whole is None or inner is None:
        raise ValueError(f"no outcome for {outcome.sample_id}")
    sure = told(detections, deployment.limits)
    found = np.zeros(len(things), bool)
    found[whole.thing[0][sure & whole.right[0]]] = True
    lines = []
    for number in np.flatnonzero(sure).tolist():
        line = thing_line(detections, number, deployment)
        if whole.counted[0, number]:
            line["right"] = bool(whole.right[0, number])
        lines.append(line)
    corners = to_corners(things.boxes + _shift(deployment))
    missed = [
        {
            "class": deployment.class_names[int(things.classes[number])],
            "corners": as_lists(corners[number], 2),
            "region": "interior" if inner.wanted[number] else "edge",
        }
        for number in np.flatnonzero(~found & (things.classes != IGNORE)).tolist()
    ]
    return {
        "image": outcome.sample_id,
        "object": outcome.object,
        "things": lines,
        "missed": missed,
    }


def thing_line(found: Detections, number: int, deployment: Deployment) -> dict[str, Any]:
    """One detection in px of the photo; the first edge of its corners is the top of the thing.

    `angle_deg` is that of the top, clockwise, as far as the class's symmetry tells it: from 0 to
    less than 360 / symmetry. What is round, or upright, has none.
    """
    box = found.boxes[number] + _shift(deployment)[0]
    index = int(found.classes[number])
    line: dict[str, Any] = {
        "class": deployment.class_names[index],
        "score": round(float(found.scores[number]), 4),
        "corners": [[round(float(v), 2) for v in point] for point in to_corners(box[None])[0]],
    }
    order = deployment.orders[index]
    if order != NO_ANGLE:
        line["angle_deg"] = _reduced_deg(float(np.rad2deg(box[4])), 360 / order)
    return line


def _reduced_deg(angle_deg: float, period_deg: float) -> float:
    """The same angle from 0 to less than a period, to two decimals."""
    angle = round(angle_deg % period_deg, 2)
    return angle if angle < period_deg else 0.0


def _shift(deployment: Deployment) -> NDArray[np.float32]:
    """From px of the region of interest to px of the photo, (1, 5)."""
    roi = deployment.inference.view.roi_xywh
    left, top = roi[:2] if roi else (0, 0)
    return np.array([[left, top, 0, 0, 0]], np.float32)


def _summary(found: Detections, class_names: tuple[str, ...]) -> str:
    """How many of each class were found."""
    counts = np.bincount(found.classes, minlength=len(class_names)).tolist()
    words = [f"{count} x {name}" for count, name in zip(counts, class_names, strict=True) if count]
    return ", ".join(words) or "nothing found"
