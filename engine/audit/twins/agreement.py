"""Whether two aligned photos show the very same thing, or two things alike.

Two photos of one part agree wherever both show it, faint texture included. Two parts of one
product agree in their outline and print, and differ in what is a part's own: texture, scratches,
small marks. So agreement is measured block by block, and single marks that one photo lacks are
counted.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.audit.photos.preview import Grey

BLOCK_PX = 24
_EDGE_PX = 4
_STRAY_PX = 5
"""Fewest pixels of a mark that only one of the photos shows."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """How alike two aligned photos are where both show something.

    Attributes:
        overlap: share of the smaller preview that both show.
        whole: correlation over all of it.
        median, quartile: of the correlation of the blocks that show anything.
        strays: marks on one photo that the other lacks, a thousand px of overlap.
    """

    overlap: float
    whole: float
    median: float
    quartile: float
    strays: float


NOTHING = Agreement(0.0, 0.0, 0.0, 0.0, 0.0)


def compare(first: Grey, second: Grey, matrix: NDArray[np.float64]) -> Agreement:
    """Lays a flattened preview over another and compares them.

    Args:
        first, second: as `flatten` gives them.
        matrix: (2, 3), px of the first to px of the second.
    """
    height, width = second.shape
    laid = cv2.warpAffine(first, matrix, (width, height), flags=cv2.INTER_LINEAR)
    inside = cv2.warpAffine(np.full_like(first, 255), matrix, (width, height)) == 255
    inside = cv2.erode(inside.astype(np.uint8), np.ones((2 * _EDGE_PX + 1,) * 2, np.uint8)) > 0
    covered = float(inside.sum())
    if covered < BLOCK_PX**2:
        return NOTHING
    one = (laid.astype(np.float32) - 128.0) * inside
    other = (second.astype(np.float32) - 128.0) * inside
    blocks = _block_correlations(one, other, inside)
    if not len(blocks):
        return NOTHING
    energy = float(np.sqrt((one * one).sum() * (other * other).sum())) or 1.0
    scale = float(np.sqrt(abs(np.linalg.det(matrix[:, :2]))))
    smaller = min(first.size * scale**2, float(second.size))
    median, quartile = np.percentile(blocks, (50, 25))
    return Agreement(
        overlap=covered / smaller,
        whole=float((one * other).sum()) / energy,
        median=float(median),
        quartile=float(quartile),
        strays=1000.0 * _count_strays(np.asarray(laid, np.uint8), second, inside) / covered,
    )


def _block_correlations(
    one: NDArray[np.float32], other: NDArray[np.float32], inside: NDArray[np.bool_]
) -> NDArray[np.float32]:
    """Correlation of each block that lies inside and shows more than nothing on either photo."""

    def sums(values: NDArray[np.float32]) -> NDArray[np.float32]:
        means = cv2.boxFilter(values, cv2.CV_32F, (BLOCK_PX, BLOCK_PX))
        half = BLOCK_PX // 2
        return np.asarray(means[half::half, half::half], np.float32)

    covered = sums(inside.astype(np.float32)) > 0.7
    ones, others = sums(one * one), sums(other * other)
    least = 0.1 * float(np.maximum(ones, others)[covered].mean()) if covered.any() else 0.0
    shown = covered & (np.maximum(ones, others) > max(least, 4.0))
    both = np.sqrt(np.maximum(ones * others, 1.0))
    correlations: NDArray[np.float32] = (sums(one * other) / both)[shown]
    return correlations


def _count_strays(first: Grey, second: Grey, inside: NDArray[np.bool_]) -> int:
    """Marks that one photo shows and the other, a pixel to any side, does not.

    Noise and loss of detail differ everywhere by little; a mark differs in one place by much.
    """
    kernel = np.ones((3, 3), np.uint8)
    above = np.maximum(
        cv2.subtract(first, cv2.dilate(second, kernel)),
        cv2.subtract(second, cv2.dilate(first, kernel)),
    )
    below = np.maximum(
        cv2.subtract(cv2.erode(first, kernel), second),
        cv2.subtract(cv2.erode(second, kernel), first),
    )
    difference = np.maximum(above, below)
    counts = np.cumsum(np.bincount(difference[inside], minlength=256))
    usual = int(np.searchsorted(counts, 0.9 * counts[-1]))
    marked = ((difference > max(40, 4 * usual)) & inside).astype(np.uint8)
    if not marked.any():
        return 0
    _, _, stats, _ = cv2.connectedComponentsWithStats(marked, connectivity=8)
    return int((stats[1:, cv2.CC_STAT_AREA] >= _STRAY_PX).sum())
