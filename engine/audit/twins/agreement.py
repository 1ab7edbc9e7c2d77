"""Whether two aligned photos show the very same thing, or two things alike.

Two photos of one part agree wherever both show it, faint texture included. Two parts of one
product agree in their outline and print, and differ in what is a part's own: texture, scratches,
small marks. So agreement is measured block by block, and single marks that one photo lacks are
counted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.audit.photos.preview import Grey

Array = NDArray[Any]

BLOCK_PX = 24
_EDGE_PX = 4
_STRAY_PX = 5
"""Fewest pixels of a mark that only one of the photos shows."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """How alike two aligned photos are where both show something.

    Attributes:
        overlap: share of the smaller preview that both show.
        median, quartile, tenth, twentieth: of the correlations of the blocks that show anything:
            half, a quarter, a tenth and a twentieth of them are lower.
        strays: marks on one photo that the other lacks, a thousand px of overlap.
    """

    overlap: float
    median: float
    quartile: float
    tenth: float
    twentieth: float
    strays: float


NOTHING = Agreement(0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
FULL = Agreement(1.0, 1.0, 1.0, 1.0, 1.0, 0.0)


def compare(
    first: Grey,
    second: Grey,
    matrix: NDArray[np.float64],
    worth: Callable[[Agreement], bool] = lambda _: True,
) -> Agreement:
    """Lays a flattened preview over another and compares them.

    Args:
        first, second: as `flatten` gives them.
        matrix: (2, 3), px of the first to px of the second.
        worth: told of the agreement as if there were no strays; if it says no, none are counted.
    """
    height, width = second.shape
    laid = np.asarray(cv2.warpAffine(first, matrix, (width, height), borderValue=128), np.uint8)
    inside = _inside(first, second, matrix)
    covered = float(cv2.countNonZero(inside))
    if covered < BLOCK_PX**2:
        return NOTHING
    one, other = _around_zero(laid, inside), _around_zero(second, inside)
    squares, other_squares, products = (
        _cells(cv2.multiply(*both)) for both in ((one, one), (other, other), (one, other))
    )
    blocks = _block_correlations(
        squares, other_squares, products, _cells(inside.astype(np.float32))
    )
    if not len(blocks):
        return NOTHING
    scale = float(np.sqrt(abs(np.linalg.det(matrix[:, :2]))))
    smaller = min(first.size * scale**2, float(second.size))
    median, quartile, tenth, twentieth = np.percentile(blocks, (50, 25, 10, 5)).tolist()
    found = Agreement(covered / smaller, median, quartile, tenth, twentieth, strays=0.0)
    if not worth(found):
        return found
    return replace(found, strays=1000.0 * _count_strays(laid, second, inside) / covered)


def _around_zero(flat: Grey, inside: Grey) -> Array:
    """The flattened preview around its mean, 0 outside."""
    return cv2.subtract(flat, 128.0, mask=inside, dtype=cv2.CV_32F)  # type: ignore[call-overload,no-any-return]


def _inside(first: Grey, second: Grey, matrix: NDArray[np.float64]) -> Grey:
    """1 where both photos show something, a few px off their borders, else 0."""
    height, width = second.shape
    inset = _EDGE_PX / max(1e-6, float(np.sqrt(abs(np.linalg.det(matrix[:, :2])))))
    right, bottom = first.shape[1] - 1 - inset, first.shape[0] - 1 - inset
    corners = np.array([(inset, inset), (right, inset), (right, bottom), (inset, bottom)])
    inside = np.zeros(second.shape, np.uint8)
    if right > inset and bottom > inset:
        laid = corners @ matrix[:, :2].T + matrix[:, 2]
        cv2.fillConvexPoly(inside, np.rint(laid).astype(np.int32), (1,))
    inside[:_EDGE_PX], inside[height - _EDGE_PX :] = 0, 0
    inside[:, :_EDGE_PX], inside[:, width - _EDGE_PX :] = 0, 0
    return inside


def _cells(values: Array) -> NDArray[np.float32]:
    """Means over cells of half a block's side; what does not fill a cell is left out."""
    side = BLOCK_PX // 2
    rows, columns = values.shape[0] // side, values.shape[1] // side
    whole = values[: rows * side, : columns * side]
    return np.asarray(cv2.resize(whole, (columns, rows), interpolation=cv2.INTER_AREA), np.float32)


def _block_correlations(
    squares: NDArray[np.float32],
    other_squares: NDArray[np.float32],
    products: NDArray[np.float32],
    inside: NDArray[np.float32],
) -> NDArray[np.float32]:
    """Correlation of each block that lies inside and shows more than nothing on either photo.

    All arguments are means over cells; a block is two by two of them.
    """

    def blocks(cells: NDArray[np.float32]) -> NDArray[np.float32]:
        rows = cells[:-1] + cells[1:]
        return np.asarray((rows[:, :-1] + rows[:, 1:]) / 4, np.float32)

    covered = blocks(inside) > 0.7
    ones, others = blocks(squares), blocks(other_squares)
    least = 0.1 * float(np.maximum(ones, others)[covered].mean()) if covered.any() else 0.0
    shown = covered & (np.maximum(ones, others) > max(least, 4.0))
    both = np.sqrt(np.maximum(ones * others, 1.0))
    correlations: NDArray[np.float32] = (blocks(products) / both)[shown]
    return correlations


def _count_strays(first: Grey, second: Grey, inside: Grey) -> int:
    """Marks that one photo shows and the other, a pixel to any side, does not.

    Noise and loss of detail differ everywhere by little; a mark differs in one place by much.
    """
    kernel = np.ones((3, 3), np.uint8)
    above = cv2.max(
        cv2.subtract(first, cv2.dilate(second, kernel)),
        cv2.subtract(second, cv2.dilate(first, kernel)),
    )
    below = cv2.max(
        cv2.subtract(cv2.erode(first, kernel), second),
        cv2.subtract(cv2.erode(second, kernel), first),
    )
    difference = cv2.max(above, below)
    counts = np.cumsum(cv2.calcHist([difference], [0], inside, [256], [0, 256]))
    usual = int(np.searchsorted(counts, 0.9 * counts[-1]))
    marked = ((difference > max(40, 4 * usual)) & (inside > 0)).astype(np.uint8)
    left, top, width, height = cv2.boundingRect(marked)
    if width * height < _STRAY_PX:
        return 0
    marks = marked[top : top + height, left : left + width]
    _, labels = cv2.connectedComponents(marks, connectivity=8)
    areas_px = np.bincount(labels.ravel())[1:]
    return int((areas_px >= _STRAY_PX).sum())
