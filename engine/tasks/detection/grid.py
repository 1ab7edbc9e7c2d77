"""The cells that a detector answers at: those of all its levels, one after the other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SIZE_OF_STRIDE = 8.0
"""A level of stride s stands for things of about s times this, in px."""

CELLS = 3.0
"""Cells that a thing measures across, at least, at the finest level; `FEW` things may be smaller.

A level twice as fine costs four times the cells. On parts of 30 to 80 px the one of stride 8 alone
beats 4 and 8, and 8 and 16 (benchmarks/detection)."""

FEW, MOST = 1 / 3, 0.95
"""Shares of the things that the finest level need not suit, and that the coarsest is to suit.

Of text lines a third are smaller than stride 8 suits; with stride 4 they were learnt later in the
same time (benchmarks/detection). No other data set was asked."""


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
    """The levels for things of sizes (n, 2) px: from the small ones' to the large ones'.

    The finest is the coarsest that shows things in `CELLS`, and whose cells are no wider than the
    things' shorter sides.

    Args:
        offered: strides that the backbone has and that a level may have.
    """
    if not len(sizes_wh):
        return offered[:1]
    across = float(np.quantile(np.sqrt(np.prod(sizes_wh, axis=1)), FEW)) / CELLS
    widest = min(across, float(np.quantile(sizes_wh.min(axis=1), FEW)))
    first = max((i for i, stride in enumerate(offered) if stride <= widest), default=0)
    found = level_of(sizes_wh, offered[first:])
    return offered[first : first + int(np.quantile(found, MOST, method="higher")) + 1]
