"""What a model says of one photo whose truth is not known, and the same as a line of JSON."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import UsageError
from engine.evaluate.metric import HEADLINE
from engine.phrasing import counted, told_apart
from engine.records import IGNORE
from engine.tasks.drawing import Rgb
from engine.tasks.names import draw_names
from engine.tasks.segmentation.decode import decode, score_map
from engine.tasks.segmentation.defects import PredictedDefect, TrueDefect, predicted_defects
from engine.tasks.segmentation.deployment import Deployment
from engine.tasks.segmentation.figures import draw_label_map
from engine.tasks.segmentation.infer import forward, infer
from engine.tasks.segmentation.outcome import ImageOutcome
from engine.tasks.segmentation.regions import region_masks
from engine.tasks.small_photo import require_side
from engine.tasks.task import Prediction, Predictor, Progress


def predictor(model: Any, deployment: Deployment) -> Predictor:
    """A function from a photo to its prediction.

    It raises UsageError where the region of interest leaves the photo, where the photo is
    smaller than those of training, and where the edge margin leaves nothing of it: such a photo is
    neither good nor bad.
    """
    run = forward(model)
    inference = deployment.inference
    roi = inference.view.roi_xywh

    def predict(photo: NDArray[Any], name: str, progress: Progress) -> Prediction:
        size_hw = photo.shape[0], photo.shape[1]
        inference.view.require_inside(name, size_hw)
        frame_hw = inference.view.frame_hw(size_hw)
        require_side(name, frame_hw, deployment.least_side_px)
        interior = region_masks(frame_hw, deployment.margin.to_px(frame_hw))[HEADLINE]
        _require_interior(interior, name, deployment)
        probabilities = infer(run, photo, inference, progress)
        labels = decode(probabilities, deployment.pixel_limits)
        scores = score_map(probabilities, interior)
        score = float(scores.max())
        shift = (roi[0], roi[1]) if roi else (0, 0)
        found = predicted_defects(labels, probabilities, scores, interior)
        defects = [_defect(defect, deployment, shift) for defect in found]
        result = {
            "verdict": "bad" if score >= deployment.image_limit else "good",
            "score": round(score, 6),
            "threshold": deployment.image_limit,
            "defects": defects,
        }
        full = np.full(photo.shape[:2], IGNORE, np.uint8) if roi else labels
        inference.view.crop(full)[...] = labels
        overlay = _named(draw_label_map(photo, full), found, deployment, shift)
        return Prediction(result, overlay, _summary(result))

    return predict


def _named(
    drawn: Rgb,
    found: tuple[PredictedDefect, ...],
    deployment: Deployment,
    shift_xy: tuple[int, int],
) -> Rgb:
    """A picture with the class of each defect beside it, the surest first."""
    surest = sorted(found, key=lambda defect: -defect.confidence)
    boxes = np.array([defect.bbox_xywh for defect in surest], float).reshape(-1, 4)
    corner = boxes[:, :2] + shift_xy
    frames = np.concatenate([corner, corner + boxes[:, 2:]], axis=1)
    classes = [defect.class_index for defect in surest]
    return draw_names(drawn, frames, classes, deployment.class_names)


def _require_interior(interior: NDArray[np.bool_], name: str, deployment: Deployment) -> None:
    if not interior.any():
        raise UsageError(
            "nothing of the photo lies inside the edge margin, so it cannot be judged",
            where=name,
            received=f"{interior.shape[1]}x{interior.shape[0]} px",
            allowed=f"more than twice the margin of {deployment.margin}",
            fix="Give photos of the size that the model was trained on",
        )


def prediction_line(outcome: ImageOutcome, deployment: Deployment) -> dict[str, Any]:
    """The outcome of a test photo, as `predictions.jsonl` holds it."""
    roi = deployment.inference.view.roi_xywh
    shift = (roi[0], roi[1]) if roi else (0, 0)
    regions = {
        region.name: {
            "score": round(region.score, 6),
            "truth": None if region.is_bad is None else ("bad" if region.is_bad else "good"),
            "verdict": "bad" if region.score >= deployment.image_limit else "good",
        }
        for region in outcome.regions
    }
    return {
        "image": outcome.sample_id,
        "object": outcome.object,
        "regions": regions,
        "defects": [_defect(defect, deployment, shift) for defect in outcome.predicted_defects],
        "missed": [_defect(defect, deployment, shift) for defect in outcome.missed_defects],
    }


def _defect(
    defect: PredictedDefect | TrueDefect, deployment: Deployment, shift_xy: tuple[int, int]
) -> dict[str, Any]:
    """One defect in px of the photo."""
    x, y, width, height = defect.bbox_xywh
    line: dict[str, Any] = {
        "class": deployment.class_names[defect.class_index],
        "bbox_xywh": [x + shift_xy[0], y + shift_xy[1], width, height],
        "area_px": defect.area_px,
    }
    if defect.region is not None:
        line["region"] = defect.region
    if isinstance(defect, PredictedDefect):
        line["confidence"] = round(defect.confidence, 4)
        if defect.score is not None:
            line["decides"] = defect.score >= deployment.image_limit
        if defect.right is not None:
            line["right"] = defect.right
    return line


def _summary(result: dict[str, Any]) -> str:
    """The verdict, and for each class how many defects were found and the surest of them.

    Marks that would not make the photo bad by themselves are told apart: a photo may be good
    and still show some.
    """
    best: dict[str, list[float]] = {}
    for defect in result["defects"]:
        if defect["decides"]:
            best.setdefault(defect["class"], []).append(defect["confidence"])
    found = [f"{len(own)} x {name} (surest {max(own):.2f})" for name, own in best.items()]
    others = [defect for defect in result["defects"] if not defect["decides"]]
    edge = sum(defect["region"] == "edge" for defect in others)
    faint = len(others) - edge
    if faint:
        found.append(f"{counted(faint, 'faint mark')} that would not decide")
    if edge:
        found.append(f"{counted(edge, 'mark')} in the edge band, not judged")
    relation = "above" if result["verdict"] == "bad" else "below"
    score, threshold = told_apart(result["score"], result["threshold"])
    return (
        f"{result['verdict']}, score {score} {relation} the threshold {threshold}: "
        f"{', '.join(found) or 'nothing found'}"
    )
