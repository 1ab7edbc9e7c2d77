"""What the cells in the middle of a thing say of its box, together.

A thing is learnt at several cells, and their errors are partly their own. So a peak's box is the
mean of what the cells say that lie in the middle of the box that it says itself. A cell's weight is
how much of that middle it covers, how sure it is of the class, how near the middle is that it
means, and how nearly it says the same angle.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import tensorflow as tf

from engine.tasks.detection.boxes import NO_ANGLE
from engine.tasks.detection.grid import SIZE_OF_STRIDE
from engine.tasks.detection.loss import LARGEST_LOG

ASKED = 0.4
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

LEAST_TOTAL = 1e-6
"""Less weight than this tells nothing."""

Tensor = Any


class _Level(NamedTuple):
    """The levels that cells belong to: their first cells, rows and columns, (B, K) each."""

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
        near, steps, inside = _near(cells, level, frame.places())
        theirs = tf.gather(said, near, batch_dims=1)
        seen = tf.concat([theirs[..., :2] + steps, theirs[..., 2:]], axis=-1)
        weight = tf.where(inside, _sureness(sure, cells, near, classes), 0.0)
        weight *= tf.exp(-0.5 * (frame.share(seen[..., :2]) / MEANT) ** 2)
        if own.shape[-1] > 4:
            weight *= _same_way(own[..., 4:], seen[..., 4:], classes, orders)
        total = tf.reduce_sum(weight, axis=2)[..., None]
        mean = tf.reduce_sum(weight[..., None] * seen, axis=2) / tf.maximum(total, LEAST_TOTAL)
        box = tf.where(total > LEAST_TOTAL, mean, own)
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
            order = tf.gather(tf.constant([max(order, 1) for order in orders], tf.float32), classes)
            told = tf.atan2(box[..., 5], box[..., 4]) / order
            angle = tf.where(_has_angle(classes, orders), told, 0.0)[..., None]
        return cls(box[..., :2], sides, tf.sin(angle), tf.cos(angle))

    def places(self) -> Tensor:
        """Places (B, K, `ACROSS`², 2) within `ASKED` of the middles."""
        along = np.linspace(-ASKED, ASKED, ACROSS, dtype=np.float32)
        shares = np.stack(np.meshgrid(along, along), axis=-1).reshape(-1, 2)
        x, y = tf.unstack(self.sides[..., None, :] * shares, axis=-1)
        turned = x * self.cosine - y * self.sine, x * self.sine + y * self.cosine
        return self.middle[..., None, :] + tf.stack(turned, axis=-1)

    def share(self, places: Tensor) -> Tensor:
        """How far places (B, K, n, 2) are from the middle, in shares of the sides; the larger."""
        x, y = tf.unstack(places - self.middle[..., None, :], axis=-1)
        turned = x * self.cosine + y * self.sine, y * self.cosine - x * self.sine
        return tf.reduce_max(tf.abs(tf.stack(turned, axis=-1)) / self.sides[..., None, :], axis=-1)


def _near(cells: Tensor, level: _Level, places: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """The cells at places near peaks, and the peaks' own.

    Returns:
        Their indices (B, K, places + 1), the way there in cells (…, 2), and whether it ends within
        the level.
    """
    columns, rows = level.columns[..., None], level.rows[..., None]
    local = (cells - level.begin)[..., None]
    column, row = local % columns, local // columns
    steps = tf.cast(tf.round(places), tf.int32)
    steps = tf.concat([steps, tf.zeros_like(steps[..., :1, :])], axis=2)
    x, y = column + steps[..., 0], row + steps[..., 1]
    inside = (x >= 0) & (x < columns) & (y >= 0) & (y < rows)
    near = level.begin[..., None] + y * columns + x
    return tf.where(inside, near, cells[..., None]), tf.cast(steps, tf.float32), inside


def _level_of(cells: Tensor, grid_shapes: Tensor) -> _Level:
    ends = tf.cumsum(grid_shapes[:, 0] * grid_shapes[:, 1])
    number = tf.searchsorted(ends, tf.reshape(cells, (-1,)), side="right")
    number = tf.reshape(number, tf.shape(cells))
    begins = tf.concat([[0], ends[:-1]], axis=0)
    rows, columns = tf.gather(grid_shapes[:, 0], number), tf.gather(grid_shapes[:, 1], number)
    return _Level(tf.gather(begins, number), rows, columns)


def _sureness(sure: Tensor, cells: Tensor, near: Tensor, classes: Tensor) -> Tensor:
    """How sure the cells near a peak are of its class, (B, K, places); 0 where not nearly as."""
    class_count = tf.shape(sure)[-1]
    by_class = tf.reshape(sure, (tf.shape(sure)[0], -1))
    own = tf.gather(by_class, cells * class_count + classes, batch_dims=1)
    weight = tf.gather(by_class, near * class_count + classes[..., None], batch_dims=1)
    return tf.where(weight >= NEARLY * own[..., None], weight, 0.0)


def _same_way(own: Tensor, theirs: Tensor, classes: Tensor, orders: tuple[int, ...]) -> Tensor:
    """Cosines of n·(their angle - the peak's), no less than 0, (B, K, places); 1 without angles.

    The mean of a heading and its opposite would be one that no cell said.
    """
    dot = tf.reduce_sum(_unit(own)[..., None, :] * _unit(theirs), axis=-1)
    return tf.where(_has_angle(classes, orders)[..., None], tf.maximum(dot, 0.0), 1.0)


def _unit(pairs: Tensor) -> Tensor:
    return tf.nn.l2_normalize(pairs, -1)


def _has_angle(classes: Tensor, orders: tuple[int, ...]) -> Tensor:
    return tf.gather(tf.constant([order != NO_ANGLE for order in orders]), classes)
