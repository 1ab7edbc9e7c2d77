"""How one photo lies on another: turned, resized and shifted, by the points that they share."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

FARTHEST_BITS = 70
TOLERANCE_PX = 2.5
_FEWEST = 4


@dataclass(frozen=True, slots=True)
class Alignment:
    """A similarity transform between two previews.

    Attributes:
        matrix: (2, 3), px of the first preview to px of the second.
        inliers: pairs of points that it maps within `TOLERANCE_PX`.
        matches: pairs of points that are each other's nearest.
    """

    matrix: NDArray[np.float64]
    inliers: int
    matches: int

    @property
    def scale(self) -> float:
        """How much larger the thing is on the second preview."""
        return float(np.hypot(self.matrix[0, 0], self.matrix[1, 0]))


def align(
    first_xy: NDArray[np.float32],
    first: NDArray[np.uint8],
    second_xy: NDArray[np.float32],
    second: NDArray[np.uint8],
) -> Alignment | None:
    """The transform that most shared points agree on, by RANSAC; None where they agree on none.

    Args:
        first_xy, second_xy: points (n, 2) of the previews.
        first, second: their descriptors (n, 32).
    """
    if min(len(first), len(second)) < _FEWEST:
        return None
    ours, theirs = _each_others_nearest(first, second)
    if len(ours) < _FEWEST:
        return None
    cv2.setRNGSeed(0)
    matrix, fits = cv2.estimateAffinePartial2D(
        first_xy[ours],
        second_xy[theirs],
        method=cv2.RANSAC,
        ransacReprojThreshold=TOLERANCE_PX,
        maxIters=400,
        confidence=0.99,
    )
    if matrix is None or not np.isfinite(matrix).all():
        return None
    found = Alignment(np.asarray(matrix), int(fits.sum()), len(ours))
    return found if 0.3 < found.scale < 3.5 else None


def _each_others_nearest(
    first: NDArray[np.uint8], second: NDArray[np.uint8]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Positions of the descriptors (n, 32) and (m, 32) that are each other's nearest."""
    words, others = (np.ascontiguousarray(each).view(np.uint64) for each in (first, second))
    bits = np.zeros((len(words), len(others)), np.uint16)
    for column, other in zip(words.T, others.T, strict=True):
        bits += np.bitwise_count(column[:, None] ^ other)
    nearest, nearest_back = bits.argmin(axis=1), bits.argmin(axis=0)
    ours = np.arange(len(words))
    kept = (nearest_back[nearest] == ours) & (bits[ours, nearest] <= FARTHEST_BITS)
    return ours[kept], nearest[kept]
