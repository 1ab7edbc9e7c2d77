"""Overlapping tiles that cover a picture, and the weights that blend them without seams.

Tiles begin at multiples of the network's coarsest stride, so that all see one grid.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.recipe.networks import STRIDE


@dataclass(frozen=True, slots=True)
class Axis:
    """Tiles along one axis.

    Attributes:
        starts: first pixel of each tile.
        tile: length of a tile, a multiple of `STRIDE`.
        length: padded length that the tiles cover, a multiple of `STRIDE`.
        weights: (len(starts), tile) float32; the weights of all tiles at a pixel add up to 1.
    """

    starts: tuple[int, ...]
    tile: int
    length: int
    weights: NDArray[np.float32]


def cover(length: int, tile: int, overlap: float) -> Axis:
    """Covers `length` px with tiles of `tile` px that overlap by at least the share `overlap`.

    Args:
        length: in px, at least 1.
        tile: in px; rounded up to a multiple of `STRIDE`, and down to the picture if it is smaller.
        overlap: share of a tile, 0 … 0.9.
    """
    padded = round_up(length)
    tile = min(round_up(tile), padded)
    step = max(STRIDE, int(tile * (1.0 - overlap)) // STRIDE * STRIDE)
    starts = list(range(0, max(1, padded - tile + 1), step))
    if starts[-1] + tile < padded:
        starts.append(padded - tile)
    ramp = np.minimum(np.arange(1, tile + 1), np.arange(tile, 0, -1)).astype(np.float64)
    window = np.minimum(ramp, max(1.0, tile * overlap / 2)) ** 2
    total = np.zeros(padded)
    for start in starts:
        total[start : start + tile] += window
    weights = np.stack([window / total[start : start + tile] for start in starts])
    return Axis(tuple(starts), tile, padded, weights.astype(np.float32))


def round_up(length: int) -> int:
    """The next multiple of `STRIDE`."""
    return -(-length // STRIDE) * STRIDE
