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

LEAST_LENGTH = 1e-24
"""Of two pairs (cosine, sine), squared and multiplied: shorter ones point nowhere."""

Tensor = Any


class _Peaks(NamedTuple):
    """Peaks of all pictures of a batch, N of them, and the levels that they belong to.

    Attributes:
        cells: (N,) among the cells of all pictures.
        classes: (N,).
        orders: (N,) the symmetries of these classes.
        row, column: (N, 1) in the level.
        begin: (N, 1) the level's first cell in the picture.
        rows, columns: (N, 1) of the level.
    """

    cells: Tensor
    classes: Tensor
    orders: Tensor
    row: Tensor
    column: Tensor
    begin: Tensor
    rows: Tensor
    columns: Tensor

    @classmethod
    def of(
        cls, peaks: tuple[Tensor, Tensor], grid_shapes: Tensor, orders: tuple[int, ...]
    ) -> _Peaks:
        """Of cells and classes (B, K)."""
        ends = tf.cumsum(grid_shapes[:, 0] * grid_shapes[:, 1])
        first = tf.range(tf.shape(peaks[0])[0])[:, None] * ends[-1]
        cells, classes = (tf.reshape(each, (-1,)) for each in peaks)
        number = tf.searchsorted(ends, cells, side="right")
        begin = tf.gather(tf.concat([[0], ends[:-1]], axis=0), number)
        rows, columns = (tf.gather(grid_shapes[:, axis], number) for axis in (0, 1))
        place = cells - begin
        first = tf.reshape(tf.broadcast_to(first, tf.shape(peaks[0])), (-1,))
        return cls(
            cells + first,
            classes,
            tf.gather(tf.constant(orders), classes),
            (place // columns)[:, None],
            (place % columns)[:, None],
            (first + begin)[:, None],
            rows[:, None],
            columns[:, None],
        )


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
    numbers = said.shape[-1]
    shape = tf.concat([tf.shape(peaks[0]), [numbers]], axis=0)
    own_peaks = _Peaks.of(peaks, grid_shapes, orders)
    count = tf.size(own_peaks.cells)
    said = tf.reshape(said, (-1, numbers))
    own = box = tf.gather(said, own_peaks.cells)
    for _ in range(ROUNDS):
        frame = _Frame.of(box, own_peaks.orders)
        asked = _asked(tf.reshape(sure, (-1,)), own_peaks, frame.places(), len(orders))
        theirs = tf.gather(said, asked.cells)
        theirs = tf.concat([theirs[:, :2] + asked.way, theirs[:, 2:]], axis=1)
        weight = asked.sure * tf.exp(-0.5 * (frame.share(theirs, asked.peak) / MEANT) ** 2)
        if numbers > 4:
            pairs = tf.gather(own[:, 4:], asked.peak), theirs[:, 4:]
            weight *= _same_way(*pairs, tf.gather(own_peaks.orders, asked.peak))
        total = tf.math.unsorted_segment_sum(weight, asked.peak, count)[:, None]
        sums = tf.math.unsorted_segment_sum(weight[:, None] * theirs, asked.peak, count)
        box = tf.where(total > LEAST_TOTAL, sums / tf.maximum(total, LEAST_TOTAL), own)
    return tf.reshape(box, shape)


class _Frame(NamedTuple):
    """Boxes as frames: middles and sides in cells, sines and cosines, (N,) each."""

    x: Tensor
    y: Tensor
    width: Tensor
    height: Tensor
    sine: Tensor
    cosine: Tensor

    @classmethod
    def of(cls, box: Tensor, orders: Tensor) -> _Frame:
        """The frames of what peaks say, (N, 4 or 6), of things with these symmetries (N,)."""
        sides = tf.exp(tf.clip_by_value(box[:, 2:4], -LARGEST_LOG, LARGEST_LOG)) * SIZE_OF_STRIDE
        angle = tf.zeros_like(box[:, 0])
        if box.shape[1] > 4:
            told = tf.atan2(box[:, 5], box[:, 4]) / tf.cast(tf.maximum(orders, 1), tf.float32)
            angle = tf.where(orders == NO_ANGLE, angle, told)
        return cls(box[:, 0], box[:, 1], sides[:, 0], sides[:, 1], tf.sin(angle), tf.cos(angle))

    def places(self) -> tuple[Tensor, Tensor]:
        """Places x, y (N, `ACROSS`²) within `ASKED` of the middles."""
        along = np.linspace(-ASKED, ASKED, ACROSS, dtype=np.float32)
        shares = [each.ravel() for each in np.meshgrid(along, along)]
        x, y, width, height, sine, cosine = (part[:, None] for part in self)
        along, down = width * shares[0], height * shares[1]
        return x + along * cosine - down * sine, y + along * sine + down * cosine

    def share(self, places: Tensor, number: Tensor) -> Tensor:
        """How far places (n, 2 or more) are from the middles of the frames of these numbers (n,).

        In shares of the sides; the larger.
        """
        own = _Frame(*(tf.gather(part, number) for part in self))
        x, y = places[:, 0] - own.x, places[:, 1] - own.y
        along = tf.abs(x * own.cosine + y * own.sine) / own.width
        return tf.maximum(along, tf.abs(y * own.cosine - x * own.sine) / own.height)


class _Asked(NamedTuple):
    """The cells that are asked, n of them for all peaks.

    Attributes:
        peak: (n,) which peak's.
        cells: (n,) among the cells of all pictures.
        way: (n, 2) from the peak's cell to this one, across and down.
        sure: (n,) of the peak's class.
    """

    peak: Tensor
    cells: Tensor
    way: Tensor
    sure: Tensor


def _asked(sure: Tensor, peaks: _Peaks, places: tuple[Tensor, Tensor], class_count: int) -> _Asked:
    """The cells at places near peaks, and the peaks' own: those nearly as sure as the peak.

    Args:
        sure: (cells of all pictures * classes,).
        places: x and y (N, `ACROSS`²) in cells, from the peaks' own.
    """
    across, down = (tf.pad(tf.cast(tf.round(each), tf.int32), [[0, 0], [0, 1]]) for each in places)
    x, y = peaks.column + across, peaks.row + down
    inside = (x >= 0) & (x < peaks.columns) & (y >= 0) & (y < peaks.rows)
    near = tf.where(inside, peaks.begin + y * peaks.columns + x, peaks.cells[:, None])
    theirs = tf.gather(sure, near * class_count + peaks.classes[:, None])
    least = NEARLY * tf.gather(sure, peaks.cells * class_count + peaks.classes)
    chosen = tf.where(inside & (theirs >= least[:, None]))
    way = [tf.cast(tf.gather_nd(each, chosen), tf.float32) for each in (across, down)]
    return _Asked(
        tf.cast(chosen[:, 0], tf.int32),
        tf.gather_nd(near, chosen),
        tf.stack(way, axis=1),
        tf.gather_nd(theirs, chosen),
    )


def _same_way(own: Tensor, theirs: Tensor, orders: Tensor) -> Tensor:
    """Cosines of n·(their angle - the peak's), no less than 0, (n,); 1 without angles.

    The mean of a heading and its opposite would be one that no cell said.

    Args:
        own, theirs: (n, 2) pairs.
        orders: (n,) the symmetries.
    """
    dot = own[:, 0] * theirs[:, 0] + own[:, 1] * theirs[:, 1]
    lengths = [pair[:, 0] ** 2 + pair[:, 1] ** 2 for pair in (own, theirs)]
    same = dot * tf.math.rsqrt(tf.maximum(lengths[0] * lengths[1], LEAST_LENGTH))
    return tf.where(orders == NO_ANGLE, 1.0, tf.maximum(same, 0.0))
