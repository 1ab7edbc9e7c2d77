"""The things on a photo of any size: tile by tile, each thing once.

A photo that fits into one tile is seen whole. A larger one is cut into tiles that overlap by at
least the largest thing of the training photos, so that each thing is whole in at least one, but by
no more than three quarters of a tile. A tile answers for the things whose middle lies nearer to its
own middle than to its neighbours', and a little beyond: no two tiles put a middle at the very same
place. What both tell is then one thing. What is larger than foreseen, or than that, is seen in
parts: parts of one class that a tile's border cuts, and that overlap, become one thing.
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
from engine.data.tiles import Axis, cover, round_up
from engine.data.view import View
from engine.errors import RunFailed
from engine.tasks.detection.boxes import to_corners
from engine.tasks.detection.decode import LEAST_SURE, Peaks, decode, find_peaks
from engine.tasks.detection.detections import Detections
from engine.tasks.detection.grid import Grid
from engine.tasks.detection.merge import merge
from engine.tasks.detection.photos import scaled

BEYOND = 0.2
"""A tile answers for middles beyond its part by so much of their things' shorter sides."""

MOST_OVERLAP = 0.75
"""Share of a tile that its neighbour may show too, whatever the largest thing."""

Progress = Callable[[int, int], None]
Least = float | NDArray[np.float32]
Forward = Callable[[NDArray[np.float32], Grid, Least], Peaks]


@dataclass(frozen=True, slots=True)
class Inference:
    """How photos are put through the network.

    Attributes:
        view: region of interest and resizing.
        white_16_bit: white level of 16-bit photos.
        orders: the symmetry of each class.
        strides: of the levels that answer.
        tile_hw: size of a tile in px.
        overlap: of neighbouring tiles, as a share of the tile.
        extent_px: largest thing of the training photos, which the overlap holds at least, up to
            `MOST_OVERLAP` of the tile.
    """

    view: View
    white_16_bit: float
    orders: tuple[int, ...]
    strides: tuple[int, ...]
    tile_hw: tuple[int, int]
    overlap: float
    extent_px: float = 0.0

    def axis(self, length: int, along: int) -> Axis:
        """The tiles along the height (0) or the width (1) of a picture."""
        tile = self.tile_hw[along]
        return cover(length, tile, min(MOST_OVERLAP, max(self.overlap, self.extent_px / tile)))


@lru_cache(maxsize=1)
def forward(model: Any, orders: tuple[int, ...]) -> Forward:
    """A compiled function from a picture (H, W, 3), its grid and the least sureness to peaks.

    See `find_peaks`.

    It raises RunFailed where the model gives values that are no numbers; those of classes would
    pass for "nothing there". The one of the last model is kept: every validation during training
    asks for it again.
    """

    def peaks(picture: Any, shapes: Any, least: Any) -> Any:
        outputs = model(picture[None], training=False)
        numbers = tf.reduce_all(tf.math.is_finite(outputs))
        return numbers, find_peaks(outputs, shapes, orders, least)

    compiled = tf.function(peaks, reduce_retracing=True)

    def run(picture: NDArray[np.float32], grid: Grid, least: Least) -> Peaks:
        at_least = tf.constant(np.broadcast_to(np.float32(least), len(orders)))
        arguments = tf.constant(picture), tf.constant(grid.shapes), at_least
        numbers, found = compiled(*arguments)
        if not numbers:
            raise RunFailed(
                "the model gives values that are no numbers",
                allowed="finite numbers",
                fix="Train again with a lower train.learning_rate or with train.precision: float32",
            )
        return Peaks(*(np.asarray(each)[0] for each in found))

    return run


def detect(
    run: Forward,
    photo: NDArray[Any],
    inference: Inference,
    progress: Progress | None = None,
    least: Least = LEAST_SURE,
) -> Detections:
    """The things of a photo's region of interest, in px of it.

    Args:
        progress: is called with (tiles done, tiles).
        least: of each class or of all; less sure things may be left out, and are on photos that fit
            into one tile.

    Raises:
        RunFailed: the model gave values that are no numbers, see `forward`.
    """
    picture = inference.view.image(photo)
    found = detect_in_picture(run, picture, inference, progress, least)
    frame = inference.view.crop(photo).shape[:2]
    back = frame[1] / picture.shape[1], frame[0] / picture.shape[0]
    return Detections(scaled(found.boxes, back), found.classes, found.scores)


def detect_in_picture(
    run: Forward,
    picture: NDArray[Any],
    inference: Inference,
    progress: Progress | None = None,
    least: Least = LEAST_SURE,
) -> Detections:
    """The things of a picture that is in the network's view already, in its px; as `detect`."""
    height, width = picture.shape[:2]
    rows, columns = inference.axis(height, 0), inference.axis(width, 1)
    padded = cv2.copyMakeBorder(
        picture, 0, rows.length - height, 0, columns.length - width, cv2.BORDER_REFLECT_101
    )
    grid = Grid(inference.strides, (round_up(rows.tile), round_up(columns.tile)))
    parts: list[Detections] = []
    cut: list[NDArray[np.bool_]] = []
    tiles = [
        (row, column) for row in range(len(rows.starts)) for column in range(len(columns.starts))
    ]
    # A part that a border cuts may be less sure than the whole thing.
    least = np.maximum(least, LEAST_SURE) if len(tiles) == 1 else LEAST_SURE
    for done, (row, column) in enumerate(tiles, start=1):
        top, left = rows.starts[row], columns.starts[column]
        tile = padded[top : top + rows.tile, left : left + columns.tile]
        said = run(to_unit(tile, inference.white_16_bit), grid, least)
        found = decode(said, grid, inference.orders)
        boxes = found.boxes + np.array([left, top, 0, 0, 0], np.float32)
        slack = BEYOND * boxes[:, 2:4].min(axis=1)
        own = _within(boxes[:, 1], _own(rows, row, height), slack) & _within(
            boxes[:, 0], _own(columns, column, width), slack
        )
        parts.append(Detections(boxes, found.classes, found.scores).take(own))
        cut.append(_cut(boxes[own], (top, left), (rows, columns)))
        if progress is not None:
            progress(done, len(tiles))
    if len(parts) == 1:
        return parts[0]
    return merge(parts, np.concatenate(cut), inference.orders)


def _own(axis: Axis, number: int, length: int) -> tuple[float, float]:
    """From where to where a tile answers: up to the middle of its overlap with the next."""
    starts = axis.starts
    first = 0.0 if number == 0 else (starts[number] + starts[number - 1] + axis.tile) / 2
    last = number + 1 == len(starts)
    return first, length if last else (starts[number + 1] + starts[number] + axis.tile) / 2


def _within(
    values: NDArray[np.float32], ends: tuple[float, float], slack: NDArray[np.float32]
) -> NDArray[np.bool_]:
    return np.asarray((values >= ends[0] - slack) & (values < ends[1] + slack))


def _cut(
    boxes: NDArray[np.float32], corner: tuple[int, int], axes: tuple[Axis, Axis]
) -> NDArray[np.bool_]:
    """Which boxes (n, 5) reach over a border between their tile and the next, (n,)."""
    corners = to_corners(boxes)
    found = np.zeros(len(boxes), bool)
    for start, axis, values in (
        (corner[1], axes[1], corners[..., 0]),
        (corner[0], axes[0], corners[..., 1]),
    ):
        if start > 0:
            found |= values.min(axis=1) <= start
        if start + axis.tile < axis.length:
            found |= values.max(axis=1) >= start + axis.tile
    return found
