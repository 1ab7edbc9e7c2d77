"""Validation during training: average precision, errors of angles, pictures and curves."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.data.intensity import to_unit
from engine.evaluate.metric import HEADLINE
from engine.evaluate.weighted import plain_values
from engine.tasks.detection.curves import precision_recall_of
from engine.tasks.detection.detections import Detections, Things
from engine.tasks.detection.figures import overlay
from engine.tasks.detection.infer import Inference, detect_in_picture, forward
from engine.tasks.detection.metrics import measure
from engine.tasks.detection.options import DetectionOptions
from engine.tasks.detection.outcome import PhotoOutcome, observe
from engine.tasks.detection.photos import Photos, scaled, view_scale
from engine.train.plan import Validation

PICTURES = 6
UNDECIDED = 0.3
"""Threshold of what is drawn and of the angles' errors; the classes' own are chosen later."""


def validate(
    model: Any, photos: Photos, inference: Inference, options: DetectionOptions
) -> Validation:
    """Measures a model on validation photos; errors are in px of the photo.

    The score is the mean of mAP50 and mAP50:95.
    """
    run = forward(model, inference.orders)
    outcomes: list[PhotoOutcome] = []
    pictures: dict[str, NDArray[np.uint8]] = {}
    for index, sample in enumerate(photos.samples):
        picture, things = photos.image(index), photos.things[index]
        found = detect_in_picture(run, picture, inference)
        outcomes.append(_observed(photos, index, found, inference))
        if sample.classes and len(pictures) < PICTURES:
            shown = found.take(found.scores >= UNDECIDED)
            pixels = np.rint(to_unit(picture, inference.white_16_bit) * 255.0).astype(np.uint8)
            pictures[sample.id] = overlay(
                pixels, things, shown, options.class_names, options.orders
            )
    limits = np.full(len(options.class_names), UNDECIDED, np.float32)
    statistics = measure(outcomes, options.class_names, options.orders, limits)
    scalars = plain_values([each for each in statistics if each.region == HEADLINE])
    score = (scalars.get("map50/mean", 0.0) + scalars.get("map50_95/mean", 0.0)) / 2
    curves = {
        name: precision_recall_of(outcomes, HEADLINE, index)
        for index, name in enumerate(options.class_names)
    }
    return Validation(score, scalars, pictures, curves)


def _observed(photos: Photos, index: int, found: Detections, inference: Inference) -> PhotoOutcome:
    """What was found on a picture beside what is there, in px of the photo's region of interest."""
    sample, things, view = photos.samples[index], photos.things[index], inference.view
    across, down = view_scale(view, sample.size_hw)
    back = 1 / across, 1 / down
    return observe(
        sample.id,
        sample.object,
        view.frame_hw(sample.size_hw),
        Things(scaled(things.boxes, back), things.classes),
        Detections(scaled(found.boxes, back), found.classes, found.scores),
        photos.margins_px[index] / min(across, down),
        inference.orders,
    )
