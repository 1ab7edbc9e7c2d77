"""What the cells in the middle of a thing say of its box, together.

A thing is learnt at several cells, and their errors are partly their own. So a peak's box is the
mean of what the cells say that lie in the middle of the box that it says itself. A cell's weight is
how much of that middle it covers, how sure it is of the class, how near the middle is that it
means, and how nearly it says the same angle.
"""

from __future__ import annotations

from collections.abc import Sequence
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

LEAST_LENGTH = 1e-24
"""Of two pairs (cosine, sine), squared and multiplied: shorter ones point nowhere."""

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
    numbers = tf.unstack(said, axis=-1)
    own = box = [tf.gather(number, cells, batch_dims=1) for number in numbers]
    for _ in range(ROUNDS):
        frame = _Frame.of(box, classes, orders)
        near, (across, down), inside = _near(cells, level, frame.places())
        theirs = [tf.gather(number, near, batch_dims=1) for number in numbers]
        theirs = [theirs[0] + across, theirs[1] + down, *theirs[2:]]
        weight = tf.where(inside, _sureness(sure, cells, near, classes), 0.0)
        weight *= tf.exp(-0.5 * (frame.share(theirs[0], theirs[1]) / MEANT) ** 2)
        if len(own) > 4:
            weight *= _same_way(own[4:], theirs[4:], classes, orders)
        total = tf.reduce_sum(weight, axis=-1)
        some = tf.maximum(total, LEAST_TOTAL)
        means = [tf.reduce_sum(weight * number, axis=-1) / some for number in theirs]
        known = total > LEAST_TOTAL
        box = [tf.where(known, mean, alone) for mean, alone in zip(means, own, strict=True)]
    return tf.stack(box, axis=-1)


class _Frame(NamedTuple):
    """Boxes as frames: middles and sides in cells, sines and cosines, (B, K, 1) each."""

    x: Tensor
    y: Tensor
    width: Tensor
    height: Tensor
    sine: Tensor
    cosine: Tensor

    @classmethod
    def of(cls, box: Sequence[Tensor], classes: Tensor, orders: tuple[int, ...]) -> _Frame:
        angle = tf.zeros_like(box[0])
        if len(box) > 4:
            order = tf.gather(tf.constant([max(order, 1) for order in orders], tf.float32), classes)
            told = tf.atan2(box[5], box[4]) / order
            angle = tf.where(_has_angle(classes, orders), told, 0.0)
        parts = (box[0], box[1], _side(box[2]), _side(box[3]), tf.sin(angle), tf.cos(angle))
        return cls(*(part[..., None] for part in parts))

    def places(self) -> tuple[Tensor, Tensor]:
        """Places x, y (B, K, `ACROSS`²) within `ASKED` of the middles."""
        along = np.linspace(-ASKED, ASKED, ACROSS, dtype=np.float32)
        shares = [each.ravel() for each in np.meshgrid(along, along)]
        x, y = self.width * shares[0], self.height * shares[1]
        return (
            self.x + x * self.cosine - y * self.sine,
            self.y + x * self.sine + y * self.cosine,
        )

    def share(self, x: Tensor, y: Tensor) -> Tensor:
        """How far places (B, K, n) are from the middle, in shares of the sides; the larger."""
        x, y = x - self.x, y - self.y
        along = tf.abs(x * self.cosine + y * self.sine) / self.width
        return tf.maximum(along, tf.abs(y * self.cosine - x * self.sine) / self.height)


def _near(
    cells: Tensor, level: _Level, places: tuple[Tensor, Tensor]
) -> tuple[Tensor, tuple[Tensor, Tensor], Tensor]:
    """The cells at places near peaks, and the peaks' own.

    Returns:
        Their indices (B, K, places + 1), the ways there in cells, across and down, and whether they
        end within the level.
    """
    columns, rows = level.columns[..., None], level.rows[..., None]
    local = (cells - level.begin)[..., None]
    column, row = local % columns, local // columns
    across, down = (
        tf.pad(tf.cast(tf.round(each), tf.int32), [[0, 0], [0, 0], [0, 1]]) for each in places
    )
    x, y = column + across, row + down
    inside = (x >= 0) & (x < columns) & (y >= 0) & (y < rows)
    near = tf.where(inside, level.begin[..., None] + y * columns + x, cells[..., None])
    return near, (tf.cast(across, tf.float32), tf.cast(down, tf.float32)), inside


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


def _same_way(
    own: Sequence[Tensor], theirs: Sequence[Tensor], classes: Tensor, orders: tuple[int, ...]
) -> Tensor:
    """Cosines of n·(their angle - the peak's), no less than 0, (B, K, places); 1 without angles.

    The mean of a heading and its opposite would be one that no cell said.
    """
    mine = [each[..., None] for each in own]
    dot = mine[0] * theirs[0] + mine[1] * theirs[1]
    lengths = [pair[0] ** 2 + pair[1] ** 2 for pair in (mine, theirs)]
    cosine = dot * tf.math.rsqrt(tf.maximum(lengths[0] * lengths[1], LEAST_LENGTH))
    return tf.where(_has_angle(classes, orders)[..., None], tf.maximum(cosine, 0.0), 1.0)


def _side(logarithm: Tensor) -> Tensor:
    """A side in cells, of what a cell says of it."""
    return tf.exp(tf.clip_by_value(logarithm, -LARGEST_LOG, LARGEST_LOG)) * SIZE_OF_STRIDE


def _has_angle(classes: Tensor, orders: tuple[int, ...]) -> Tensor:
    return tf.gather(tf.constant([order != NO_ANGLE for order in orders]), classes)
