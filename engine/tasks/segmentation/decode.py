"""From class probabilities to a label map and to one score a photo; numpy and OpenCV alone."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.errors import RunFailed
from engine.records import BACKGROUND


def decode(probabilities: NDArray[np.float32], thresholds: Sequence[float]) -> NDArray[np.uint8]:
    """The predicted label map: class c where c is the likeliest defect class and p_c >= its limit.

    Args:
        probabilities: (H, W, C) of the defect classes, in 0…1; the background is 1 − sum.
            Of equal probabilities the class that comes first in the recipe wins.
        thresholds: one a class, in 0…1.

    Returns:
        (H, W) label map: 0 background, k + 1 class k.

    Raises:
        RunFailed: the model gave values that are no numbers.
        ValueError: the number of thresholds is not the number of classes.
    """
    if probabilities.shape[-1] != len(thresholds):
        raise ValueError(
            f"one threshold a class is needed. Received: {len(thresholds)} thresholds for "
            f"probabilities of shape {probabilities.shape}"
        )
    require_numbers(probabilities)
    index, confidence = likeliest_class(probabilities)
    limit = np.asarray(thresholds, dtype=np.float32)[index]
    return np.where(confidence >= limit, index + np.uint8(1), np.uint8(BACKGROUND))


def likeliest_class(
    probabilities: NDArray[np.float32],
) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """The likeliest defect class along the last axis, and its probability.

    Of equal probabilities the first class wins. Several times faster than `np.argmax` over a
    short last axis.
    """
    index = np.zeros(probabilities.shape[:-1], dtype=np.uint8)
    confidence = probabilities[..., 0].copy()
    for candidate in range(1, probabilities.shape[-1]):
        plane = probabilities[..., candidate]
        better = plane > confidence
        index[better] = candidate
        np.maximum(confidence, plane, out=confidence)
    return index, confidence


def defect_probability(probabilities: NDArray[np.float32]) -> NDArray[np.float32]:
    """The probability of any defect, (H, W), from that of each class, (H, W, C)."""
    return probabilities @ np.ones(probabilities.shape[-1], dtype=np.float32)


def score_map(
    probabilities: NDArray[np.float32], valid: NDArray[np.bool_], box_px: int = 5
) -> NDArray[np.float32]:
    """How sure the model is of a defect around each pixel, (H, W) in 0…1.

    The summed probability of all defect classes is averaged over the box of `box_px` × `box_px`
    around the pixel: one hot pixel raises it by 1/25 only, a scratch of 1 px width by 1/5.

    Args:
        probabilities: (H, W, C) of the defect classes.
        valid: (H, W), the pixels that count. Others, and what lies outside the photo, are 0.
        box_px: side of the box, odd.
    """
    require_numbers(probabilities)
    return box_means(defect_probability(probabilities), valid, box_px)


def box_means(
    values: NDArray[np.float32], valid: NDArray[np.bool_], box_px: int = 5
) -> NDArray[np.float32]:
    """`score_map` of values (H, W) that are already summed over the classes."""
    around = cv2.blur(values * valid, (box_px, box_px), borderType=cv2.BORDER_CONSTANT)
    return np.asarray(np.clip(around * valid, 0.0, 1.0), dtype=np.float32)


def image_score(probabilities: NDArray[np.float32], valid: NDArray[np.bool_]) -> float:
    """How sure the model is that a photo shows any defect, in 0…1: the highest of `score_map`.

    Returns:
        0.0 where no pixel is valid.
    """
    return float(score_map(probabilities, valid).max(initial=0.0))


def require_numbers(probabilities: NDArray[np.float32]) -> None:
    """Refuse NaN and infinity, which would otherwise decode to "good".

    Raises:
        RunFailed: at least one value is not finite.
    """
    if not np.isfinite(probabilities).all():
        raise RunFailed(
            "the model gives values that are no numbers",
            received=f"{int((~np.isfinite(probabilities)).sum())} of {probabilities.size} values",
            allowed="probabilities from 0 to 1",
            fix="Train again with a lower train.learning_rate or with train.precision: float32",
        )
