"""Draws defects on a patch of a good photo, and says where one can see them."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.records import IGNORE
from engine.tasks.anomaly_detection.defects.fills import Picture, draw_fill
from engine.tasks.anomaly_detection.defects.shapes import draw_shape

VISIBLE, INVISIBLE = 0.04, 0.01
"""Mean change of the px around, as a share of the full range, from which on a px shows a defect,
and up to which it is as good as before; between the two nobody can say."""

LEAST_PX = 6
ATTEMPTS = 4
"""At a defect that can be seen."""


def draw_defects(
    patch: Picture, donor: Picture, rng: np.random.Generator
) -> tuple[Picture, NDArray[np.uint8]]:
    """A patch with one to three defects, and its label map (H, W): 1 shows a defect.

    Args:
        patch: (H, W, 3) in 0…1, without defects; it is not changed.
        donor: of the same size, from a good photo; better from another one.
        rng: decides everything.

    Returns:
        The patch as it was, and no marked pixel, where no defect could be seen on it.
    """
    grey = bool((patch[..., :1] == patch).all())
    result, outlines = patch, np.zeros(patch.shape[:2], np.float32)
    labels = np.zeros(patch.shape[:2], np.uint8)
    for _ in range(int(rng.integers(1, 4))):
        for _ in range(ATTEMPTS):
            mask = draw_shape((patch.shape[0], patch.shape[1]), rng)
            opacity = np.float32(rng.uniform(0.3, 1.0))
            filled = draw_fill(patch, donor, rng)
            if grey:
                filled = np.broadcast_to(filled.mean(axis=2, keepdims=True), patch.shape)
            drawn = result + (filled - result) * (mask * opacity)[..., None]
            # One defect may cover another, and look as the patch did before.
            together = np.maximum(outlines, mask)
            marked = _labels(patch, drawn, together)
            if np.count_nonzero((marked == 1) & (mask > 0.5)) >= LEAST_PX:
                result, outlines, labels = drawn, together, marked
                break
    return result, labels


def _labels(before: Picture, after: Picture, mask: NDArray[np.float32]) -> NDArray[np.uint8]:
    """1 where a px of the mask shows a defect, `IGNORE` where that is doubtful, else 0.

    The change is averaged over some px, so that a defect is marked as a whole even where it
    happens to look like what was there.
    """
    change = np.abs(after - before).max(axis=2)
    inside = np.asarray(mask > 0.5, np.float32)
    kernel = (9, 9)
    around = cv2.blur(change * inside, kernel) / np.maximum(cv2.blur(inside, kernel), 1e-6)
    labels = np.zeros(mask.shape, np.uint8)
    labels[(mask > 0.05) & (change > INVISIBLE)] = IGNORE
    labels[(inside > 0) & (around > INVISIBLE)] = IGNORE
    labels[(inside > 0) & (around >= VISIBLE)] = 1
    return labels
