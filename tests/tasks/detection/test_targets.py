"""Targets: what is told where, and that a network which says it exactly is decoded to the truth."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engine.records import IGNORE
from engine.tasks.detection import loss
from engine.tasks.detection.boxes import HEADING, angle_difference
from engine.tasks.detection.decode import Peaks, decode, find_peaks
from engine.tasks.detection.detections import Detections, Things
from engine.tasks.detection.grid import SIZE_OF_STRIDE, Grid, level_of, strides_for
from engine.tasks.detection.matching import match
from engine.tasks.detection.overlap import overlaps
from engine.tasks.detection.targets import NUMBERS, Targets, draw_targets, shapes

GRID = Grid((4, 8, 16), (160, 192))
ORDERS = (1, 2, 6, 0)
NOTHING = np.zeros((160, 192), bool)
TOUCHING = 0.02
"""Intersection over union up to which things do not overlap to speak of."""


def things(*boxes: tuple[float, ...], classes: list[int]) -> Things:
    return Things(np.array(boxes, np.float32).reshape(-1, 5), np.array(classes, np.uint8))


def said_exactly(targets: Targets, grid: Grid = GRID) -> np.ndarray:
    """Outputs (cells, classes + 6) of a network that says the targets."""
    sure = np.clip(targets.sure, 1e-4, 1 - 1e-4)
    logits = np.log(sure / (1 - sure))
    strides = grid.cell_px()[:, None]
    middle = (targets.boxes[:, :2] - grid.middles()) / strides
    sides = np.log(targets.boxes[:, 2:4] / (SIZE_OF_STRIDE * strides))
    return np.concatenate([logits, middle, sides, targets.boxes[:, 5:7]], 1).astype(np.float32)


def decoded(outputs: np.ndarray, orders: tuple[int, ...] = ORDERS) -> Detections:
    found = find_peaks(tf.constant(outputs[None]), tf.constant(GRID.shapes), orders)
    return decode(Peaks(*(np.asarray(each)[0] for each in found)), GRID, orders)


@settings(deadline=None, max_examples=40)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 3),
            st.floats(8, 100),
            st.floats(0.4, 1),
            st.floats(-3.1, 3.1),
            st.tuples(st.floats(-6, 6), st.floats(-6, 6)),
        ),
        max_size=6,
    )
)
def test_what_is_told_exactly_is_found_exactly(own: list[tuple]) -> None:
    """Headings, symmetries and sizes survive targets and decoding, wherever the things lie.

    What overlaps draws the boxes of the other a little towards its own, by design
    (`engine.tasks.detection.consensus`); here things touch at most.
    """
    places = [(32 + 64 * (i % 3), 40 + 80 * (i // 3)) for i in range(6)]
    boxes = [
        (x + dx, y + dy, longer, longer * ratio, 0.0 if label == 3 else turn)
        for (x, y), (label, longer, ratio, turn, (dx, dy)) in zip(places, own, strict=False)
    ]
    truth = things(*boxes, classes=[each[0] for each in own])
    assume(not len(overlaps(truth.boxes, truth.boxes, HEADING, once=True, least=TOUCHING)[0]))
    found = decoded(said_exactly(draw_targets(truth, NOTHING, ORDERS, GRID)))
    sure = found.take(found.scores > 0.9)
    for index, order in enumerate(ORDERS):
        mine, theirs = sure.take(sure.classes == index), truth.take(truth.classes == index)
        no = (np.zeros(len(theirs), bool),) * 2
        got = match(mine.boxes, mine.scores, theirs.boxes, *no, order, (0.9,)).thing[0]
        assert sorted(got[got >= 0].tolist()) == list(range(len(theirs)))
        right = got >= 0
        apart = angle_difference(mine.boxes[right, 4], theirs.boxes[got[right], 4], order)
        assert apart.max(initial=0.0) < 0.01


def test_weights_of_a_thing_add_up_to_one_and_round_things_teach_no_angle() -> None:
    truth = things((50, 50, 40, 20, 0.5), (120, 90, 30, 30, 0), classes=[0, 3])
    targets = draw_targets(truth, NOTHING, ORDERS, GRID)
    assert targets.weight.sum() == pytest.approx(2, abs=1e-4)
    assert targets.angle_weight.sum() == pytest.approx(1, abs=1e-4)
    assert (targets.sure.max(axis=0) == [1, 0, 0, 1]).all()
    assert [array.shape for array in targets.arrays()] == list(shapes(GRID, 4))
    assert targets.boxes.shape[1] == NUMBERS


def test_nothing_is_known_at_ignored_things_and_unknown_pixels() -> None:
    truth = things((50, 50, 40, 20, 0.0), classes=[IGNORE])
    unknown = NOTHING.copy()
    unknown[:, 150:] = True
    targets = draw_targets(truth, unknown, ORDERS, GRID)
    middles = GRID.middles()
    inside = (np.abs(middles[:, 0] - 50) < 19) & (np.abs(middles[:, 1] - 50) < 9)
    assert not targets.counted[inside].any()
    assert not targets.counted[middles[:, 0] >= 150].any()
    assert targets.counted[(middles[:, 0] < 25) | (middles[:, 1] > 70)].sum() > 100
    assert not targets.weight.any()


@pytest.mark.parametrize("sides", [(6, 6), (40, 6), (2, 2)])
def test_nothing_is_known_at_ignored_things_smaller_than_a_cell(sides: tuple[int, int]) -> None:
    truth = things((24, 32, *sides, 0.3), classes=[IGNORE])
    grid = Grid((8, 16), (64, 64))
    counted = draw_targets(truth, np.zeros((64, 64), bool), ORDERS, grid).counted
    for level in np.split(counted, [64]):
        assert 0 < (level == 0).sum() <= 16


def test_things_are_told_at_the_level_of_their_size() -> None:
    sizes = np.array([(10, 10), (32, 32), (70, 60), (300, 300), (200, 20)], np.float32)
    assert level_of(sizes, (4, 8, 16)).tolist() == [0, 0, 1, 2, 1]
    targets = draw_targets(things((80, 80, 130, 120, 0), classes=[0]), NOTHING, ORDERS, GRID)
    levels = np.split(targets.sure[:, 0], np.cumsum([h * w for h, w in GRID.shapes])[:-1])
    assert [bool(level.any()) for level in levels] == [False, False, True]


@pytest.mark.parametrize(
    ("sizes", "strides"),
    [
        ([(16, 16)] * 20, (4,)),
        ([(30, 30)] * 20, (8,)),
        ([(10, 10)] * 10 + [(130, 130)] * 10, (4, 8, 16)),
        ([(16, 16)] * 3 + [(33, 33)] * 17, (8,)),
        ([(300, 8)] * 20, (8,)),
        ([(500, 500)] * 20, (32,)),
        ([], (4,)),
    ],
)
def test_levels_follow_the_sizes_in_the_data(
    sizes: list[tuple[int, int]], strides: tuple[int, ...]
) -> None:
    assert strides_for(np.array(sizes, float).reshape(-1, 2), (4, 8, 16, 32)) == strides


def loss_of(outputs: np.ndarray, targets: Targets) -> dict[str, float]:
    places = tf.constant(GRID.middles()), tf.constant(GRID.cell_px())
    batch = tuple(tf.constant(array[None]) for array in targets.arrays())
    sums = loss.loss_sums(batch, tf.constant(outputs[None]), len(ORDERS), places)
    return {**{k: float(v) for k, v in sums.items()}, "loss": float(loss.loss_from_sums(sums))}


def test_the_loss_knows_what_is_right_and_what_is_not() -> None:
    truth = things((50, 50, 40, 20, 0.5), (120, 90, 30, 30, 0), classes=[0, 2])
    targets = draw_targets(truth, NOTHING, ORDERS, GRID)
    exact = said_exactly(targets)
    best = loss_of(exact, targets)
    assert best["box"] < 1e-3
    assert best["angle"] < 1e-6
    blind = exact.copy()
    blind[:, : len(ORDERS)] = -4.6
    assert loss_of(blind, targets)["sure"] > 10 * best["sure"]
    for column, part in ((4, "box"), (6, "box"), (9, "angle")):
        worse = exact.copy()
        worse[:, column] += 0.5
        assert loss_of(worse, targets)[part] > best[part] + 0.05


def test_of_long_things_the_sides_are_learnt_by_themselves() -> None:
    lost = []
    for height in (10, 60, 120):
        truth = things((80, 80, 120, height, 0.5), classes=[1])
        targets = draw_targets(truth, NOTHING, ORDERS, GRID)
        outputs = said_exactly(targets)
        outputs[:, len(ORDERS) + 2] -= 1.4  # of the logarithm of the width
        lost.append(loss_of(outputs, targets)["sides"])
    assert lost == pytest.approx([1.4 * (1 - 1 / 12), 0.7, 0.0], abs=1e-3)


def test_a_nut_turned_by_a_sixth_has_the_same_targets() -> None:
    one = things((60, 60, 40, 35, 0.2), classes=[2])
    other = things((60, 60, 40, 35, 0.2 + np.pi / 3), classes=[2])
    pair = [draw_targets(each, NOTHING, ORDERS, GRID).boxes for each in (one, other)]
    shown = (pair[0][:, 2] > 2) & (pair[1][:, 2] > 2)
    assert shown.any()
    np.testing.assert_allclose(pair[0][shown, 5:], pair[1][shown, 5:], atol=1e-5)


def test_cells_along_a_long_thing_tell_its_box_together() -> None:
    long = things((96, 80, 120, 16, 0.5), classes=[1])
    outputs = said_exactly(draw_targets(long, NOTHING, ORDERS, GRID))
    outputs[:, -4:-2] += np.random.default_rng(0).normal(0, 0.5, (GRID.count, 2))  # of the sides
    found = decoded(outputs)
    (box,) = found.take(found.scores > 0.9).boxes
    np.testing.assert_allclose(box[:2], [96, 80], atol=1e-2)
    np.testing.assert_allclose(box[2:4], [120, 16], rtol=0.25)
    assert angle_difference(box[4:], np.array([0.5]), 2).max() < 1e-3
