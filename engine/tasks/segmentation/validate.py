"""Validation during training: IoU per class at its chosen threshold, pictures and curves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.data.intensity import to_unit
from engine.evaluate.histogram import PixelHistogram, histogram_of, precision_recall_counts
from engine.evaluate.thresholds import choose_pixel_thresholds
from engine.records import IGNORE
from engine.tasks.segmentation import loss
from engine.tasks.segmentation.decode import decode
from engine.tasks.segmentation.figures import overlay
from engine.tasks.segmentation.infer import Inference, forward, infer_picture
from engine.tasks.segmentation.photos import Photos
from engine.train.plan import PrecisionRecall, Validation

PICTURES = 6


def validate(
    model: Any, photos: Photos, inference: Inference, class_names: Sequence[str]
) -> Validation:
    """Measures a model on validation photos, as the network sees them.

    `loss` is the loss of training over the whole photos instead of patches near defects. The
    score is the mean over the classes of the IoU at thresholds that are chosen as later on
    all validation photos.
    """
    run = forward(model)
    histogram = PixelHistogram.empty(len(class_names))
    shown: dict[int, NDArray[np.float32]] = {}
    sums = loss.no_loss_sums(len(class_names))
    for index, sample in enumerate(photos.samples):
        truth = photos.labels(index)
        probabilities = infer_picture(run, photos.image(index), inference)
        histogram += histogram_of(truth, probabilities, truth != IGNORE)
        for name, part in loss.loss_sums_of_maps(truth, probabilities).items():
            sums[name] = sums[name] + part
        if sample.classes and len(shown) < PICTURES:
            shown[index] = probabilities
    choices = choose_pixel_thresholds(histogram)
    measured = {
        name: choice.iou
        for name, choice in zip(class_names, choices, strict=True)
        if choice.iou is not None
    }
    score = float(np.mean(list(measured.values()))) if measured else 0.0
    limits = [choice.value for choice in choices]
    pictures = {
        photos.samples[index].id: overlay(
            _to_bytes(photos.image(index), inference.white_16_bit),
            photos.labels(index),
            decode(maps, limits),
            class_names,
        )
        for index, maps in shown.items()
    }
    scalars = {"iou/mean": score}
    if len(class_names) > 1:
        scalars |= {f"iou/{name}": value for name, value in measured.items()}
    scalars["loss"] = float(
        loss.loss_from_sums({name: np.float32(part) for name, part in sums.items()})
    )
    curves = {
        name: PrecisionRecall(*counts)
        for name, counts in zip(class_names, precision_recall_counts(histogram), strict=True)
    }
    return Validation(score, scalars, pictures, curves)


def _to_bytes(picture: NDArray[Any], white_16_bit: float) -> NDArray[np.uint8]:
    """A picture (H, W) or (H, W, 3) as 8-bit RGB."""
    return np.asarray(np.rint(to_unit(picture, white_16_bit) * 255.0), dtype=np.uint8)
