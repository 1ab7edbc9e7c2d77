"""What the cells in the middle of a thing say of its box, together.

A thing is learnt at several cells (`targets.REACH`), and their errors are partly their own. So a
peak's box is the mean of what the cells around the middle of the box that it says itself say,
weighted by how sure they are.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import tensorflow as tf

from engine.tasks.detection.boxes import NO_ANGLE
from engine.tasks.detection.grid import SIZE_OF_STRIDE
from engine.tasks.detection.loss import LARGEST_LOG

REACH = 0.4
"""Cells so far from the middle are asked, as a share of the box's sides."""

ACROSS = 7
"""Places across the box, each way, whose cells are asked."""

ROUNDS = 2
"""How often: the second time around the middle of the mean."""

NEARLY = 0.4
"""Cells less sure than this share of a peak may never have learnt its box."""

MEANT = 0.4
"""Cells that put the middle elsewhere count less, by a Gaussian of this width, as a share of the
sides: where things touch they may mean the next one."""

Tensor = Any


class _Level(NamedTuple):
    """The level that each of some cells belongs to: its first cell, its rows and its columns."""

    begin: Tensor
    rows: Tensor
    columns: Tensor


def mean_boxes(
    sure: Tensor,
    said: Tensor,
    grid_shapes: Tensor,
    peaks: tuple[Tensor, Tensor],
    orders: tuple[int, ...],
) -> Tensor:
    """What each peak says of its box, with its neighbours' help; runs in the network's graph.

    Args:
        sure: (B, cells, classes) in 0…1.
        said: (B, cells, 4 or 6) what the cells say, see `build_detector`.
        grid_shapes: (levels, 2) rows and columns.
        peaks: cells and classes, (B, K) each.
        orders: the symmetry of each class.

    Returns:
        (B, K, 4 or 6), relative to the peak's cell.
    """
    cells, classes = peaks
    level = _level_of(cells, grid_shapes)
    box = own = tf.gather(said, cells, batch_dims=1)
    for _ in range(ROUNDS):
        frame = _Frame.of(box, classes, orders)
        near, steps = _near(cells, level, frame.places())
        theirs = tf.gather(said, near, batch_dims=1)
        seen = tf.concat([theirs[..., :2] + steps, theirs[..., 2:]], axis=-1)
        weight = _weights(sure, cells, near, classes)
        weight *= tf.exp(-0.5 * (frame.share(seen[..., :2]) / MEANT) ** 2)
        weight = weight[..., None]
        total = tf.reduce_sum(weight, axis=2)
        mean = tf.reduce_sum(weight * seen, axis=2) / tf.maximum(total, 1e-12)
        box = tf.where(total > 0, mean, own)
    return box


class _Frame(NamedTuple):
    """Boxes as frames: middles and sides (B, K, 2) in cells, sines and cosines (B, K, 1)."""

    middle: Tensor
    sides: Tensor
    sine: Tensor
    cosine: Tensor

    @classmethod
    def of(cls, box: Tensor, classes: Tensor, orders: tuple[int, ...]) -> _Frame:
        sides = tf.exp(tf.clip_by_value(box[..., 2:4], -LARGEST_LOG, LARGEST_LOG)) * SIZE_OF_STRIDE
        angle = tf.zeros_like(box[..., :1])
        if box.shape[-1] > 4:
            has_angle = tf.gather(tf.constant([order != NO_ANGLE for order in orders]), classes)
            order = tf.gather(tf.constant([max(order, 1) for order in orders], tf.float32), classes)
            told = tf.atan2(box[..., 5], box[..., 4]) / order
            angle = tf.where(has_angle, told, 0.0)[..., None]
        return cls(box[..., :2], sides, tf.sin(angle), tf.cos(angle))

    def places(self) -> Tensor:
        """Places (B, K, `ACROSS`², 2) within `REACH` of the middles."""
        along = np.linspace(-REACH, REACH, ACROSS, dtype=np.float32)
        shares = np.stack(np.meshgrid(along, along), axis=-1).reshape(-1, 2)
        x, y = tf.unstack(self.sides[..., None, :] * shares, axis=-1)
        turned = x * self.cosine - y * self.sine, x * self.sine + y * self.cosine
        return self.middle[..., None, :] + tf.stack(turned, axis=-1)

    def share(self, places: Tensor) -> Tensor:
        """How far places (B, K, n, 2) are from the middle, in shares of the sides; the larger."""
        x, y = tf.unstack(places - self.middle[..., None, :], axis=-1)
        turned = x * self.cosine + y * self.sine, y * self.cosine - x * self.sine
        return tf.reduce_max(tf.abs(tf.stack(turned, axis=-1)) / self.sides[..., None, :], axis=-1)


def _near(cells: Tensor, level: _Level, places: Tensor) -> tuple[Tensor, Tensor]:
    """The cells at places near peaks, (B, K, places), and the way there in cells, (…, 2).

    Beyond the border it is the cell at the border.
    """
    columns, rows = level.columns[..., None], level.rows[..., None]
    local = (cells - level.begin)[..., None]
    column, row = local % columns, local // columns
    steps = tf.cast(tf.round(places), tf.int32)
    near_column = tf.clip_by_value(column + steps[..., 0], 0, columns - 1)
    near_row = tf.clip_by_value(row + steps[..., 1], 0, rows - 1)
    near = level.begin[..., None] + near_row * columns + near_column
    return near, tf.cast(tf.stack([near_column - column, near_row - row], axis=-1), tf.float32)


def _level_of(cells: Tensor, grid_shapes: Tensor) -> _Level:
    ends = tf.cumsum(grid_shapes[:, 0] * grid_shapes[:, 1])
    number = tf.searchsorted(ends, tf.reshape(cells, (-1,)), side="right")
    number = tf.reshape(number, tf.shape(cells))
    begins = tf.concat([[0], ends[:-1]], axis=0)
    rows, columns = tf.gather(grid_shapes[:, 0], number), tf.gather(grid_shapes[:, 1], number)
    return _Level(tf.gather(begins, number), rows, columns)


def _weights(sure: Tensor, cells: Tensor, near: Tensor, classes: Tensor) -> Tensor:
    """How sure the cells near a peak are of its class, (B, K, places); 0 where not nearly as."""
    class_count = tf.shape(sure)[-1]
    by_class = tf.reshape(sure, (tf.shape(sure)[0], -1))
    own = tf.gather(by_class, cells * class_count + classes, batch_dims=1)
    weight = tf.gather(by_class, near * class_count + classes[..., None], batch_dims=1)
    return tf.where(weight >= NEARLY * own[..., None], weight, 0.0)
