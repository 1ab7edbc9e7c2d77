"""How much smaller than they are a detector may see photos: as small as the things allow.

A camera's photo of 5 megapixels shows parts of 400 px, which are as easily told at 100. A pixel
less costs nothing to learn from and nothing to look at, so the same time brings more.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.records import IGNORE
from engine.tasks.detection.detections import Things

TYPICAL_PX = 48.0
"""Size (root of the area) that the median thing keeps."""

SHORTEST_PX = 24.0
"""Shorter side that things keep, those of every class alike but a few."""

FEW = 0.1
"""Share of a class's things whose shorter sides may become smaller."""

NOTICEABLE = 0.75
"""Less is not worth blurring the photos for."""


def scale_for(things: Sequence[Things]) -> float:
    """The factor, at most 1, by which photos of these things are shrunk; 1 without any."""
    boxes = np.concatenate([np.empty((0, 5), np.float32), *(own.boxes for own in things)])
    classes = np.concatenate([np.empty(0, np.uint8), *(own.classes for own in things)])
    sizes = np.sqrt(np.prod(boxes[classes != IGNORE, 2:4], axis=1))
    if not len(sizes):
        return 1.0
    shortest = min(_shortest(boxes[classes == own]) for own in set(classes.tolist()) - {IGNORE})
    scale = max(TYPICAL_PX / float(np.median(sizes)), SHORTEST_PX / shortest)
    return scale if scale < NOTICEABLE else 1.0


def _shortest(boxes: NDArray[np.float32]) -> float:
    return max(float(np.quantile(boxes[:, 2:4].min(axis=1), FEW)), 1e-3)
