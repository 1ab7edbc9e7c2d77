"""The box that the cells of a thing tell together: whose word counts, and whose does not."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from engine.tasks.detection.boxes import angle_difference
from engine.tasks.detection.consensus import mean_boxes

SHAPES = ((12, 16), (6, 8))
COLUMNS = 16
FIRST_OF_COARSE = 12 * 16
CELLS = FIRST_OF_COARSE + 6 * 8
CELL_PX = 8.0
"""Of the level's own size in cells: logarithms of sides are relative to it."""

Cells = dict[int, tuple[float, tuple[float, ...]]]
"""By cell: how sure it is, and (x, y, width, height, angle) in cells, relative to its middle."""


def told(peak: int, cells: Cells, order: int = 1, *, oriented: bool = True) -> list[float]:
    """(x, y, width, height, n·angle) in cells that a peak tells, relative to its own cell."""
    sure = np.zeros((CELLS, 1), np.float32)
    said = np.zeros((CELLS, 6 if oriented else 4), np.float32)
    for cell, (how_sure, (x, y, width, height, angle)) in cells.items():
        sure[cell] = how_sure
        pair = [np.cos(max(order, 1) * angle), np.sin(max(order, 1) * angle)]
        sides = np.log(np.array([width, height]) / CELL_PX)
        said[cell] = [x, y, *sides, *(pair if oriented else [])]
    peaks = tf.constant([[peak]]), tf.constant([[0]])
    box = mean_boxes(sure[None], tf.constant(said[None]), tf.constant(SHAPES), peaks, (order,))
    x, y, *rest = np.asarray(box)[0, 0].tolist()
    angle = float(np.arctan2(rest[3], rest[2])) if oriented else 0.0
    return [x, y, *(CELL_PX * np.exp(rest[:2])).tolist(), angle]


PEAK = 5 * COLUMNS + 6


def test_a_cell_alone_tells_its_own_box() -> None:
    own = (0.2, -0.3, 5.0, 3.0, 0.4)
    assert told(PEAK, {PEAK: (0.9, own)}) == pytest.approx(own, abs=1e-4)


def test_the_cells_of_a_long_thing_are_asked_along_it() -> None:
    cells: Cells = {
        PEAK + step * (COLUMNS + 1): (0.8, (-step, -step, 10.0 + error, 2.0, np.pi / 4))
        for step, error in ((-2, 1.5), (-1, -1.0), (0, 2.0), (1, -1.5), (2, -1.0))
    }
    x, y, width, height, angle = told(PEAK, cells)
    assert (x, y, height, angle) == pytest.approx((0, 0, 2, np.pi / 4), abs=1e-3)
    assert width == pytest.approx(10, abs=0.6)  # the peak itself says 12
    beside = PEAK + 2 * (COLUMNS - 1)
    across: Cells = {PEAK: cells[PEAK], beside: (0.8, (2.0, -2.0, 5.0, 2.0, 0.8))}
    assert told(PEAK, across)[2] == pytest.approx(12, abs=1e-3)


def test_a_cell_much_less_sure_is_not_asked() -> None:
    box = (0.0, 0.0, 6.0, 6.0, 0.0)
    stray = (-1.0, 0.0, 3.0, 3.0, 0.0)
    assert told(PEAK, {PEAK: (0.9, box), PEAK + 1: (0.3, stray)})[2] == pytest.approx(6, abs=1e-3)
    assert told(PEAK, {PEAK: (0.9, box), PEAK + 1: (0.5, stray)})[2] < 5.8


def test_a_cell_that_means_the_next_thing_hardly_counts() -> None:
    own: Cells = {PEAK: (0.9, (0.0, 0.0, 6.0, 6.0, 0.0))}
    same: Cells = {PEAK + 2: (0.9, (-2.0, 0.0, 9.0, 6.0, 0.0))}
    other: Cells = {PEAK + 2: (0.9, (4.0, 0.0, 9.0, 6.0, 0.0))}  # its middle is 6 cells away
    assert told(PEAK, own | same)[2] > 6.5
    x, _, width, _, _ = told(PEAK, own | other)
    assert (x, width) == pytest.approx((0, 6), abs=0.25)


def test_beyond_the_border_no_cell_counts_twice() -> None:
    first = 5 * COLUMNS
    cells: Cells = {
        first: (0.9, (0.0, 0.0, 6.0, 6.0, 0.0)),
        first + 1: (0.9, (-1.0, 0.0, 6.0, 6.0, 0.0)),
        first + 2: (0.9, (-2.0, 0.0, 9.0, 6.0, 0.0)),
    }
    inner = {cell + 6: what for cell, what in cells.items()}
    assert told(first, cells)[2] == pytest.approx(told(first + 6, inner)[2], abs=1e-3)


def test_opposite_headings_do_not_make_a_third() -> None:
    cells: Cells = {
        PEAK: (0.9, (0.0, 0.0, 6.0, 3.0, 0.1)),
        PEAK + 1: (0.8, (-1.0, 0.0, 6.0, 3.0, 0.1 + np.pi)),
        PEAK - 1: (0.8, (1.0, 0.0, 6.0, 3.0, 0.2 + np.pi)),
    }
    assert told(PEAK, cells)[4] == pytest.approx(0.1, abs=1e-3)


@pytest.mark.parametrize("order", [1, 2, 6])
def test_headings_are_averaged_over_the_full_turn(order: int) -> None:
    cells: Cells = {
        PEAK: (0.9, (0.0, 0.0, 4.0, 4.0, (np.pi - 0.1) / order)),
        PEAK + 1: (0.9, (-1.0, 0.0, 4.0, 4.0, (-np.pi + 0.1) / order)),
        PEAK - 1: (0.9, (1.0, 0.0, 4.0, 4.0, (-np.pi + 0.1) / order)),
    }
    angle = told(PEAK, cells, order)[4]
    assert angle_difference(np.array([angle]), np.array([np.pi]), 1)[0] < 0.07


def test_round_things_and_upright_boxes_have_no_angle_to_agree_on() -> None:
    cells: Cells = {
        PEAK: (0.9, (0.0, 0.0, 4.0, 4.0, 0.0)),
        PEAK + 1: (0.9, (-1.0, 0.0, 6.0, 4.0, np.pi)),
    }
    turned, upright = told(PEAK, cells, order=0), told(PEAK, cells, order=0, oriented=False)
    assert turned[2] == pytest.approx(upright[2], abs=1e-3)
    assert 4.2 < upright[2] < 6


def test_each_level_is_asked_by_itself() -> None:
    peak = FIRST_OF_COARSE + 2 * 8 + 3
    cells: Cells = {
        peak: (0.9, (0.0, 0.0, 4.0, 4.0, 0.0)),
        peak - 8: (0.9, (0.0, 1.0, 6.0, 4.0, 0.0)),
        peak - 3 * 8: (0.9, (0.0, 1.0, 40.0, 4.0, 0.0)),  # too far up, at this level
    }
    assert 4.2 < told(peak, cells)[2] < 6
