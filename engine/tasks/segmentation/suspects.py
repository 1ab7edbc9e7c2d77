"""What the model calls a defect on training photos although nobody annotated it there.

The model was trained to call these very pixels background. Where it is sure of a defect all the
same, all other photos outvoted this one: most often an annotation was forgotten. How sure is sure
was measured on validation photos: `engine.tasks.suspicion`.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.data.images import read_image
from engine.records import Sample, TrainSet
from engine.tasks.drawing import PANEL_PX, crop_around, encode_jpeg
from engine.tasks.segmentation.decode import decode
from engine.tasks.segmentation.defects import PredictedDefect, predicted_defects
from engine.tasks.segmentation.deployment import Deployment
from engine.tasks.segmentation.figures import overlay
from engine.tasks.segmentation.infer import forward, infer
from engine.tasks.segmentation.photos import read_truth
from engine.tasks.segmentation.regions import region_masks
from engine.tasks.suspicion import Clock, choose_suspicion, search
from engine.tasks.task import Progress, Suspect, Suspects

UNDECIDED = 0.5
"""Pixel threshold of what is looked at: the classes' own are chosen for what is annotated."""

LEAST_AREA_PX = 12
APART_PX = 4
"""What is nearer than that to an annotation is part of it, or its outline."""


def suspicion_of(marks: Sequence[PredictedDefect]) -> float | None:
    """How sure the model must be, from all marks of validation photos at `UNDECIDED`."""
    return choose_suspicion(
        [(mark.confidence, bool(mark.right)) for mark in marks if mark.area_px >= LEAST_AREA_PX]
    )


def suspects(
    model: Any,
    deployment: Deployment,
    train: TrainSet,
    progress: Progress,
    clock: Clock = time.monotonic,
) -> Suspects:
    """The surest of them, see `engine.tasks.suspicion`."""
    run = forward(model)

    def look_at(sample: Sample, limit: float) -> Suspect | None:
        photo = read_image(sample.image)
        probabilities = infer(run, photo, deployment.inference)
        truth = read_truth(sample, deployment.inference.view)
        own = _unannotated(truth, probabilities, deployment, limit)
        return _suspect(sample, photo, truth, probabilities, own, deployment) if own else None

    return search(train, deployment.suspicion, look_at, progress, clock)


def _unannotated(
    truth: NDArray[np.uint8],
    probabilities: NDArray[np.float32],
    deployment: Deployment,
    limit: float,
) -> list[PredictedDefect]:
    """Sure marks in the interior, apart from all that is annotated or ignored; surest first."""
    prediction = decode(probabilities, [UNDECIDED] * len(deployment.class_names))
    if not prediction.any():
        return []
    size_hw = truth.shape[0], truth.shape[1]
    interior = region_masks(size_hw, deployment.margin.to_px(size_hw))["interior"]
    kernel = np.ones((2 * APART_PX + 1,) * 2, np.uint8)
    near = np.asarray(cv2.dilate((truth > 0).astype(np.uint8), kernel)) > 0
    nothing = np.zeros(size_hw, np.float32)
    marks = predicted_defects(prediction, probabilities, nothing, interior)
    sure = [
        mark
        for mark in marks
        if mark.confidence >= limit
        and mark.area_px >= LEAST_AREA_PX
        and mark.region == "interior"
        and not near[_box(mark)][prediction[_box(mark)] == mark.class_index + 1].any()
    ]
    return sorted(sure, key=lambda mark: -mark.confidence)


def _box(mark: PredictedDefect) -> tuple[slice, slice]:
    x, y, width, height = mark.bbox_xywh
    return slice(y, y + height), slice(x, x + width)


def _suspect(
    sample: Sample,
    photo: NDArray[Any],
    truth: NDArray[np.uint8],
    probabilities: NDArray[np.float32],
    marks: Sequence[PredictedDefect],
    deployment: Deployment,
) -> Suspect:
    """The surest mark of a photo, with a picture: the photo, what is annotated, what is seen."""
    view, first = deployment.inference.view, marks[0]
    seen = view.crop(photo)
    prediction = decode(probabilities, [UNDECIDED] * len(deployment.class_names))
    if max(truth.shape) > 2 * PANEL_PX:
        cut = crop_around(first.bbox_xywh, (truth.shape[0], truth.shape[1]))
        seen, truth, prediction = seen[cut], truth[cut], prediction[cut]
    x, y, width, height = first.bbox_xywh
    left, top = (view.roi_xywh[0], view.roi_xywh[1]) if view.roi_xywh else (0, 0)
    return Suspect(
        sample_id=sample.id,
        class_name=deployment.class_names[first.class_index],
        bbox_xywh=(x + left, y + top, width, height),
        confidence=round(first.confidence, 4),
        others=len(marks) - 1,
        picture=encode_jpeg(overlay(seen, truth, prediction, deployment.class_names)),
    )
