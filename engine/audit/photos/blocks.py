"""A photo as JPEG sees it: low frequencies of the brightness of its blocks of 8 x 8 px."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

SIDE_PX = 8
FREQUENCIES = 4
"""Of each direction, from the mean on, that are looked at."""

RESOLUTION = 4
"""Bins in a unit of a coefficient."""

BINS = 8 * 128 * RESOLUTION + RESOLUTION

_UNCLIPPED = (3, 252)
"""Beyond these levels a decoder may have cut off something, and a second encoder moved it."""

_LEAST_ENERGY = 16.0
"""Of the changes down and of those across. Where all rows or columns are alike, so is what rounding
to whole levels does to them: it falls on few coefficients and hides their steps."""

_ACROSS = np.flatnonzero(np.arange(FREQUENCIES**2) % FREQUENCIES)

_LEVELS = np.arange(SIDE_PX)
_BASIS = np.cos((2 * _LEVELS + 1) * np.arange(FREQUENCIES)[:, None] * np.pi / (2 * SIDE_PX)) / 2
_BASIS[0] /= np.sqrt(2)
_BASIS = np.ascontiguousarray(_BASIS, np.float32)


@dataclass(frozen=True, slots=True)
class Blocks:
    """Coefficients of whole blocks from the upper left corner on.

    Attributes:
        size_hw: rows and columns of blocks.
        bins: (16, blocks) int32, how large each coefficient is, in units of 1 / `RESOLUTION`; the
            frequency down counts by four, the one across by one.
        telling: (blocks,) whether a block has structure and no clipped pixel.
    """

    size_hw: tuple[int, int]
    bins: NDArray[np.int32]
    telling: NDArray[np.bool_]


def find_blocks(photo: NDArray[np.uint8]) -> Blocks:
    """The blocks of a photo (H, W) or (H, W, 3) RGB.

    Its grey as whole levels is what a JPEG decoder had before it made colours of it.
    """
    rows, columns = photo.shape[0] // SIDE_PX, photo.shape[1] // SIDE_PX
    whole = np.ascontiguousarray(photo[: rows * SIDE_PX, : columns * SIDE_PX])
    grey = np.asarray(cv2.cvtColor(whole, cv2.COLOR_RGB2GRAY)) if whole.ndim == 3 else whole
    low, high = ((level,) * 3 if whole.ndim == 3 else level for level in _UNCLIPPED)
    inside = cv2.inRange(whole, low, high)
    inside = cv2.resize(inside, (columns, rows), interpolation=cv2.INTER_AREA)
    centred = grey.astype(np.float32) - 128
    rows_done = centred.reshape(-1, SIDE_PX) @ _BASIS.T
    both = np.matmul(_BASIS * RESOLUTION, rows_done.reshape(rows, SIDE_PX, columns * FREQUENCIES))
    ordered = both.reshape(rows, FREQUENCIES, columns, FREQUENCIES).transpose(1, 3, 0, 2)
    sizes = np.abs(ordered).reshape(FREQUENCIES**2, rows * columns)
    energy = sizes**2
    down, across = energy[FREQUENCIES:].sum(axis=0), energy[_ACROSS].sum(axis=0)
    return Blocks(
        (rows, columns),
        np.minimum(sizes + 0.5, BINS - 1).astype(np.int32),
        (np.asarray(inside).ravel() == 255)
        & (np.minimum(down, across) >= _LEAST_ENERGY * RESOLUTION**2),
    )
