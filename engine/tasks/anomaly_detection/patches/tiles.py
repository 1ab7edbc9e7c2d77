"""The tiles of a picture, cut as inference cuts them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.data.intensity import to_unit
from engine.data.tiles import Axis, cover
from engine.tasks.segmentation.infer import CONTEXT_PX, Inference


def tiles_of(picture: NDArray[Any], inference: Inference) -> Iterator[NDArray[np.float32]]:
    """The tiles (h, w, 3) in 0…1 that inference shows the network of a picture."""
    for tile in cut(picture, inference):
        yield to_unit(tile, inference.white_16_bit)


def cut(array: NDArray[Any], inference: Inference) -> Iterator[NDArray[Any]]:
    """The same tiles of a picture or label map, (h, w) or (h, w, 3), in the dtype it came in."""
    height, width = array.shape[:2]
    rows, columns = _axes((height, width), inference)
    padded = cv2.copyMakeBorder(
        array,
        CONTEXT_PX,
        rows.length - height - CONTEXT_PX,
        CONTEXT_PX,
        columns.length - width - CONTEXT_PX,
        cv2.BORDER_REFLECT_101,
    )
    for top in rows.starts:
        for left in columns.starts:
            yield padded[top : top + rows.tile, left : left + columns.tile]


def share_one_tile(sizes_hw: Iterable[tuple[int, int]], inference: Inference) -> bool:
    """Whether each picture fits into a tile, of one size for all; told without reading any.

    Args:
        sizes_hw: height and width in px of each picture.
        inference: how pictures become tiles.
    """
    grids = [_axes(size_hw, inference) for size_hw in set(sizes_hw)]
    single = all(len(axis.starts) == 1 for grid in grids for axis in grid)
    return single and len({(rows.length, columns.length) for rows, columns in grids}) == 1


def _axes(size_hw: tuple[int, int], inference: Inference) -> tuple[Axis, Axis]:
    """Rows and columns of tiles."""
    sides = zip(size_hw, inference.tile_hw, strict=True)
    rows, columns = (cover(own + 2 * CONTEXT_PX, tile, inference.overlap) for own, tile in sides)
    return rows, columns
