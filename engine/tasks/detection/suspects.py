"""What the model sees on training photos although nobody annotated anything there."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.data.boxes.geometry import bounds_xywh
from engine.data.boxes.overlap import pairs_between
from engine.data.images import read_image
from engine.records import Sample, TrainSet
from engine.tasks.detection.cases import Case
from engine.tasks.detection.deployment import Deployment
from engine.tasks.detection.detections import Detections
from engine.tasks.detection.evaluate import look
from engine.tasks.detection.gallery import picture
from engine.tasks.detection.infer import forward
from engine.tasks.detection.outcome import PhotoOutcome
from engine.tasks.detection.overlap import covered
from engine.tasks.detection.photos import inside_margin
from engine.tasks.drawing import encode_jpeg
from engine.tasks.suspicion import Clock, search
from engine.tasks.task import Progress, Suspect, Suspects

APART = 0.05
"""What overlaps an annotated box by more than this is that thing, or another view of it; what lies
in a box to be ignored by more than this share is to be ignored as well."""


def suspects(
    model: Any,
    deployment: Deployment,
    train: TrainSet,
    progress: Progress,
    clock: Clock = time.monotonic,
) -> Suspects:
    """The surest of them, see `engine.tasks.suspicion`."""
    run = forward(model, deployment.orders)

    def look_at(sample: Sample, limit: float) -> Suspect | None:
        photo = read_image(sample.image)
        outcome = look(run, sample, photo, deployment)
        marks = unannotated(outcome, deployment, limit)
        return _suspect(sample, photo, outcome, marks, deployment) if marks.any() else None

    return search(train, deployment.suspicion, look_at, progress, clock)


def unannotated(outcome: PhotoOutcome, deployment: Deployment, limit: float) -> NDArray[np.bool_]:
    """Which detections (n,) are sure, in the interior, and away from all that is annotated."""
    detections: Detections = outcome.detections
    margin_px = deployment.margin.to_px(outcome.size_hw)
    marks = (detections.scores >= limit) & inside_margin(
        detections.boxes, outcome.size_hw, margin_px
    )
    first, _, shared = pairs_between(detections.corners, outcome.things.corners)
    marks[first[shared > APART]] = False
    ignored = outcome.things.take(outcome.things.ignored)
    marks &= covered(detections.boxes, ignored.boxes) <= APART
    return np.asarray(marks)


def _suspect(
    sample: Sample,
    photo: NDArray[Any],
    outcome: PhotoOutcome,
    marks: NDArray[np.bool_],
    deployment: Deployment,
) -> Suspect:
    """The surest mark of a photo, with a picture: the photo, what is annotated, what is seen."""
    detections, view = outcome.detections, deployment.inference.view
    surest = int(np.flatnonzero(marks)[np.argmax(detections.scores[marks])])
    nothing = np.zeros(len(outcome.things), bool)
    case = Case("false_alarm", (0.0, 0.0), nothing, marks, "")
    left, top = view.roi_xywh[:2] if view.roi_xywh else (0, 0)
    x, y, width, height = bounds_xywh(detections.corners[surest])
    return Suspect(
        sample_id=sample.id,
        class_name=deployment.class_names[int(detections.classes[surest])],
        bbox_xywh=(x + left, y + top, width, height),
        confidence=round(float(detections.scores[surest]), 4),
        others=int(marks.sum()) - 1,
        picture=encode_jpeg(picture(outcome, case, view.crop(photo), deployment)),
    )
