"""Class probabilities of a photo of any size, tile by tile, without seams and in bounded memory.

A photo that fits into one tile is seen whole. A larger one is cut into overlapping tiles whose
probabilities are blended with weights that fall towards the tile's edge, where a tile lacks
context. Only one row of tiles is held as sums; finished rows are written out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import cv2
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from engine.data.intensity import to_unit
from engine.data.tiles import Axis, cover
from engine.data.view import View

CONTEXT_PX = 16
"""Mirrored border around a photo, as training showed it at the photo's edge."""

FloatMaps = NDArray[np.float32]
Forward = Callable[[NDArray[np.float32]], NDArray[np.float32]]
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Inference:
    """How photos are put through the network.

    Attributes:
        view: region of interest and resizing.
        white_16_bit: white level of 16-bit photos.
        tile_hw: size of a tile in px.
        overlap: of neighbouring tiles, as a share of the tile.
        batch: tiles put through at once.
    """

    view: View
    white_16_bit: float
    tile_hw: tuple[int, int] = (512, 512)
    overlap: float = 0.25
    batch: int = 4


@lru_cache(maxsize=1)
def forward(model: Any) -> Forward:
    """A compiled function from pictures (B, H, W, 3) to defect probabilities (B, H, W, C).

    The one of the last model is kept: every validation during training asks for it again.
    """

    def probabilities(pictures: Any) -> Any:
        return tf.nn.softmax(tf.cast(model(pictures, training=False), tf.float32))[..., 1:]

    compiled = tf.function(probabilities, reduce_retracing=True)
    return lambda pictures: np.asarray(compiled(tf.constant(pictures)))


def infer(
    run: Forward, photo: NDArray[Any], inference: Inference, progress: Progress | None = None
) -> FloatMaps:
    """Defect probabilities (H, W, C) of a photo's region of interest, at its own resolution.

    `progress` is called with (rows of tiles done, rows of tiles).
    """
    picture = inference.view.image(photo)
    maps = infer_picture(run, picture, inference, progress)
    return inference.view.restore(maps, inference.view.crop(photo).shape[:2])


def infer_picture(
    run: Forward, picture: NDArray[Any], inference: Inference, progress: Progress | None = None
) -> FloatMaps:
    """Defect probabilities (H, W, C) of a picture that is in the network's view already."""
    height, width = picture.shape[:2]
    rows = cover(height + 2 * CONTEXT_PX, inference.tile_hw[0], inference.overlap)
    columns = cover(width + 2 * CONTEXT_PX, inference.tile_hw[1], inference.overlap)
    padded = _pad(picture, rows.length, columns.length)
    result: FloatMaps | None = None
    sums: FloatMaps | None = None
    for number, top in enumerate(rows.starts):
        band = padded[top : top + rows.tile]
        maps = _infer_band(run, band, columns, inference) * rows.weights[number][:, None, None]
        if result is None or sums is None:
            result = np.empty((height, width, maps.shape[2]), np.float32)
            sums = maps
        else:
            shift = top - rows.starts[number - 1]
            sums[:-shift] = sums[shift:]
            sums[-shift:] = 0.0
            sums += maps
        last = number + 1 == len(rows.starts)
        done = rows.tile if last else rows.starts[number + 1] - top
        _write(result, sums[:done], top - CONTEXT_PX)
        if progress is not None:
            progress(number + 1, len(rows.starts))
    if result is None:
        raise ValueError(f"no tiles for a picture of {width}x{height} px")
    return result


def _infer_band(run: Forward, band: NDArray[Any], columns: Axis, inference: Inference) -> FloatMaps:
    """One row of tiles, blended along the columns: (tile, padded width, C)."""
    total: FloatMaps | None = None
    for first in range(0, len(columns.starts), inference.batch):
        starts = columns.starts[first : first + inference.batch]
        tiles = np.stack([band[:, start : start + columns.tile] for start in starts])
        unit = np.stack([to_unit(tile, inference.white_16_bit) for tile in tiles])
        maps = run(unit)
        if total is None:
            total = np.zeros((band.shape[0], columns.length, maps.shape[3]), np.float32)
        for number, start in enumerate(starts):
            weights = columns.weights[first + number][None, :, None]
            total[:, start : start + columns.tile] += maps[number] * weights
    if total is None:
        raise ValueError("a band without tiles")
    return total


def _pad(picture: NDArray[Any], height: int, width: int) -> NDArray[Any]:
    """The picture at (CONTEXT_PX, CONTEXT_PX) of a mirrored canvas of the given size."""
    below = height - picture.shape[0] - CONTEXT_PX
    right = width - picture.shape[1] - CONTEXT_PX
    return cv2.copyMakeBorder(picture, CONTEXT_PX, below, CONTEXT_PX, right, cv2.BORDER_REFLECT_101)


def _write(result: FloatMaps, rows: FloatMaps, top: int) -> None:
    """Copies finished rows, which begin at row `top` of the picture, cutting off the padding."""
    height, width = result.shape[:2]
    begin, end = max(0, top), min(height, top + len(rows))
    if begin < end:
        result[begin:end] = rows[begin - top : end - top, CONTEXT_PX : CONTEXT_PX + width]
