"""The cells that a detector answers at: those of all its levels, one after the other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SIZE_OF_STRIDE = 4.0
"""A level of stride s stands for things of about s times this, in px.

Twice that (a finer level) learnt no better in the same number of steps, each of which took twice as
long (benchmarks/detection)."""

FEW, MOST = 0.2, 0.95
"""Shares of the things that may be smaller than what the finest level stands for, and no larger
than what the coarsest does. A finer level has four times the cells."""


@dataclass(frozen=True, slots=True)
class Grid:
    """The cells of a picture of a given size.

    Attributes:
        strides: of the levels, ascending, in px.
        size_hw: of the picture in px, divisible by the strides.
    """

    strides: tuple[int, ...]
    size_hw: tuple[int, int]

    @property
    def shapes(self) -> tuple[tuple[int, int], ...]:
        """Rows and columns of each level."""
        height, width = self.size_hw
        return tuple((height // stride, width // stride) for stride in self.strides)

    @property
    def count(self) -> int:
        """Number of cells."""
        return sum(rows * columns for rows, columns in self.shapes)

    def middles(self) -> NDArray[np.float32]:
        """Where each cell's middle lies, (cells, 2) in px: x, y."""
        found = []
        for stride, (rows, columns) in zip(self.strides, self.shapes, strict=True):
            y, x = np.mgrid[0:rows, 0:columns]
            found.append(np.stack([x.ravel() + 0.5, y.ravel() + 0.5], axis=1) * stride)
        return np.concatenate(found).astype(np.float32)

    def cell_px(self) -> NDArray[np.float32]:
        """Stride of each cell, (cells,) px."""
        counts = [rows * columns for rows, columns in self.shapes]
        return np.repeat(np.array(self.strides, np.float32), counts)


def level_of(sizes_wh: NDArray[np.floating], strides: tuple[int, ...]) -> NDArray[np.int64]:
    """The level that stands for things of sizes (n, 2) px, by the root of their area: (n,)."""
    size = np.sqrt(np.prod(np.maximum(sizes_wh, 1e-3), axis=1))
    wanted = np.log2(size / (SIZE_OF_STRIDE * strides[0]))
    return np.asarray(np.clip(np.rint(wanted), 0, len(strides) - 1), np.int64)


def strides_for(sizes_wh: NDArray[np.floating], offered: tuple[int, ...]) -> tuple[int, ...]:
    """The levels for things of sizes (n, 2) px, see `FEW`: from the small ones' to the large ones'.

    They are finer where things are thin: a cell is no wider than the things' shorter sides.

    Args:
        offered: strides that the backbone has and that a level may have.
    """
    if not len(sizes_wh):
        return offered[:1]
    shorter = float(np.quantile(sizes_wh.min(axis=1), FEW))
    found = level_of(sizes_wh, offered)
    first = int(np.quantile(found, FEW, method="lower"))
    while first and offered[first] > shorter:
        first -= 1
    last = max(first, int(np.quantile(found, MOST, method="higher")))
    return offered[first : last + 1]
