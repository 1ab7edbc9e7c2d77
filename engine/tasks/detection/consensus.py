"""What the cells in the middle of a thing say of its box, together.

A thing is learnt at several cells, and their errors are partly their own. So a peak's box is the
mean of what the cells say that lie in the middle of the box that it says itself. A cell's weight is
how much of that middle it covers, how sure it is of the class, how near the middle is that it
means, and how nearly it says the same angle.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

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

Floats = NDArray[np.float32]
Integers = NDArray[np.int32]


class _Level(NamedTuple):
    """The levels that cells belong to: their first cells, rows and columns, (K, 1) each."""

    begin: Integers
    rows: Integers
    columns: Integers


def mean_boxes(
    sure: Floats,
    said: Floats,
    grid_shapes: Sequence[tuple[int, int]],
    peaks: tuple[Integers, Integers],
    orders: tuple[int, ...],
) -> Floats:
    """What each peak of a picture says of its box, with its neighbours' help.

    Args:
        sure: (cells, classes) in 0…1.
        said: (cells, 4 or 6) what the cells say, see `build_detector`.
        grid_shapes: rows and columns of each level.
        peaks: cells and classes, (K,) each.
        orders: the symmetry of each class.

    Returns:
        (K, 4 or 6), relative to the peak's cell.
    """
    cells, classes = peaks
    level = _level_of(cells, grid_shapes)
    own = box = said[cells]
    period = np.array(orders)[classes]
    for _ in range(ROUNDS):
        frame = _Frame.of(box, period)
        asked = _asked(sure, peaks, level, frame.places())
        theirs = said[asked.cells]
        theirs[:, :2] += asked.way
        weight = asked.sure * np.exp(-0.5 * (frame.share(theirs, asked.peak) / MEANT) ** 2)
        if said.shape[1] > 4:
            weight *= _same_way(own[asked.peak, 4:], theirs[:, 4:], period[asked.peak])
        total = np.bincount(asked.peak, weight, len(cells))[:, None]
        sums = [np.bincount(asked.peak, weight * number, len(cells)) for number in theirs.T]
        mean = np.stack(sums, axis=1) / np.maximum(total, LEAST_TOTAL)
        box = np.where(total > LEAST_TOTAL, mean, own).astype(np.float32)
    return box


class _Frame(NamedTuple):
    """Boxes as frames: middles and sides in cells, sines and cosines, (K, 1) each."""

    x: Floats
    y: Floats
    width: Floats
    height: Floats
    sine: Floats
    cosine: Floats

    @classmethod
    def of(cls, box: Floats, period: NDArray[np.int64]) -> _Frame:
        """The frames of what peaks say, (K, 4 or 6), of things with these symmetries (K,)."""
        sides = np.exp(np.clip(box[:, 2:4], -LARGEST_LOG, LARGEST_LOG)) * SIZE_OF_STRIDE
        angle = np.zeros(len(box), np.float32)
        if box.shape[1] > 4:
            told = np.arctan2(box[:, 5], box[:, 4]) / np.maximum(period, 1).astype(np.float32)
            angle = np.where(period == NO_ANGLE, angle, told)
        parts = (*box[:, :2].T, *sides.T, np.sin(angle), np.cos(angle))
        return cls(*(part[:, None] for part in parts))

    def places(self) -> tuple[Floats, Floats]:
        """Places x, y (K, `ACROSS`²) within `ASKED` of the middles."""
        along = np.linspace(-ASKED, ASKED, ACROSS, dtype=np.float32)
        shares = [each.ravel() for each in np.meshgrid(along, along)]
        x, y = self.width * shares[0], self.height * shares[1]
        return (
            self.x + x * self.cosine - y * self.sine,
            self.y + x * self.sine + y * self.cosine,
        )

    def share(self, places: Floats, number: NDArray[np.intp]) -> Floats:
        """How far places (n, 2 or more) are from the middles of the frames of these numbers.

        In shares of the sides; the larger.
        """
        own = _Frame(*(part[number, 0] for part in self))
        x, y = places[:, 0] - own.x, places[:, 1] - own.y
        along = np.abs(x * own.cosine + y * own.sine) / own.width
        return np.maximum(along, np.abs(y * own.cosine - x * own.sine) / own.height)


class _Asked(NamedTuple):
    """The cells that are asked, n of them for all peaks.

    Attributes:
        peak: (n,) which peak's.
        cells: (n,).
        way: (n, 2) from the peak's cell to this one, across and down.
        sure: (n,) of the peak's class.
    """

    peak: NDArray[np.intp]
    cells: Integers
    way: Integers
    sure: Floats


def _asked(
    sure: Floats, peaks: tuple[Integers, Integers], level: _Level, places: tuple[Floats, Floats]
) -> _Asked:
    """The cells at places near peaks, and the peaks' own: those nearly as sure as the peak."""
    cells, classes = peaks
    row, column = np.divmod(cells[:, None] - level.begin, level.columns)
    across, down = (np.pad(np.rint(each).astype(np.int32), ((0, 0), (0, 1))) for each in places)
    x, y = column + across, row + down
    inside = (x >= 0) & (x < level.columns) & (y >= 0) & (y < level.rows)
    near = np.where(inside, level.begin + y * level.columns + x, cells[:, None])
    theirs = sure[near, classes[:, None]]
    peak, place = np.nonzero(inside & (theirs >= NEARLY * sure[cells, classes, None]))
    way = np.stack([across[peak, place], down[peak, place]], axis=1)
    return _Asked(peak, near[peak, place], way, theirs[peak, place])


def _level_of(cells: Integers, grid_shapes: Sequence[tuple[int, int]]) -> _Level:
    rows, columns = np.array(grid_shapes, np.int32).T
    ends = np.cumsum(rows * columns)
    number = np.searchsorted(ends, cells, side="right")
    begins = np.concatenate([[0], ends[:-1]]).astype(np.int32)
    return _Level(*(each[number, None] for each in (begins, rows, columns)))


def _same_way(own: Floats, theirs: Floats, period: NDArray[np.int64]) -> Floats:
    """Cosines of n·(their angle - the peak's), no less than 0, (n,); 1 without angles.

    The mean of a heading and its opposite would be one that no cell said.

    Args:
        own, theirs: (n, 2) pairs.
        period: (n,) the symmetries.
    """
    dot = (own * theirs).sum(axis=1)
    lengths = (own**2).sum(axis=1) * (theirs**2).sum(axis=1)
    same = np.maximum(dot / np.sqrt(np.maximum(lengths, LEAST_LENGTH)), np.float32(0))
    return np.where(period == NO_ANGLE, np.float32(1), same)
