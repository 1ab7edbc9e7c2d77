"""Corners to boxes and back, symmetry as a number, angles modulo it, overlap through it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import Polygon

from engine.tasks.detection.boxes import (
    HEADING,
    NO_ANGLE,
    angle_difference,
    from_corners,
    order_of,
    to_corners,
    upright,
)
from engine.tasks.detection.overlap import Pairs, covered, overlaps

number = st.floats(-500, 500, width=32)
side = st.floats(1, 300, width=32)
angle = st.floats(-3.125, 3.125, width=32)
box = st.tuples(number, number, side, side, angle)


@given(box)
def test_boxes_keep_their_heading_through_corners(values: tuple[float, ...]) -> None:
    boxes = np.array([values], np.float32)
    again = from_corners(to_corners(boxes))
    np.testing.assert_allclose(again[0, :4], boxes[0, :4], rtol=1e-3, atol=1e-2)
    apart = angle_difference(again[:, 4], boxes[:, 4], HEADING)
    assert apart[0] * min(values[2], 50) < 0.05


def test_the_first_edge_is_the_top_and_corners_go_round_clockwise() -> None:
    corners = to_corners(np.array([[50, 40, 20, 10, 0]], np.float32))
    np.testing.assert_allclose(corners[0], [(40, 35), (60, 35), (60, 45), (40, 45)])
    turned = to_corners(np.array([[50, 40, 20, 10, np.pi / 2]], np.float32))
    np.testing.assert_allclose(turned[0, 0], (55, 30), atol=1e-4)  # the top is at the right now


@pytest.mark.parametrize(
    ("symmetry", "oriented", "order"),
    [("none", True, 1), (2, True, 2), (6, True, 6), ("round", True, 0), ("none", False, 0)],
)
def test_symmetry_is_a_number(symmetry: str | int, oriented: bool, order: int) -> None:
    assert order_of(symmetry, oriented=oriented) == order


@pytest.mark.parametrize(
    ("order", "turn_deg", "apart_deg"),
    [(1, 350, 10), (1, 180, 180), (2, 180, 0), (2, 100, 80), (6, 60, 0), (6, 45, 15), (0, 77, 0)],
)
def test_angles_differ_modulo_the_symmetry(order: int, turn_deg: float, apart_deg: float) -> None:
    apart = angle_difference(np.array([0.3]), np.array([0.3 + np.deg2rad(turn_deg)]), order)
    assert np.rad2deg(apart[0]) == pytest.approx(apart_deg, abs=1e-6)


def test_upright_boxes_lie_around_their_corners() -> None:
    corners = to_corners(np.array([[10, 10, 4, 2, np.pi / 2]], np.float32))
    np.testing.assert_allclose(from_corners(upright(corners))[0], [10, 10, 2, 4, 0], atol=1e-5)


@given(st.lists(box, max_size=6), st.lists(box, max_size=6), st.sampled_from([0.0, 0.2, 0.5]))
def test_overlaps_of_headings_are_those_of_shapely(
    first: list[tuple[float, ...]], second: list[tuple[float, ...]], least: float
) -> None:
    own, other = (np.array(each, np.float32).reshape(-1, 5) for each in (first, second))
    found = {
        (i, j): share
        for i, j, share in zip(
            *(each.tolist() for each in overlaps(own, other, 1, least=least)), strict=True
        )
    }
    shapes = [[Polygon(c.astype(float)) for c in to_corners(each)] for each in (own, other)]
    for i, one in enumerate(shapes[0]):
        for j, two in enumerate(shapes[1]):
            common = one.intersection(two).area
            reference = common / (one.area + two.area - common)
            if abs(reference - least) > 1e-3:
                wanted = reference if reference > least else 0.0
                assert found.get((i, j), 0.0) == pytest.approx(wanted, abs=1e-3)


@pytest.mark.parametrize("angle", [0.0, 1.0, -2.3])
def test_a_box_within_another_may_share_its_edges(angle: float) -> None:
    inner, outer = (np.array([[0, 0, 1, side, angle]], np.float32) for side in (1, 29))
    assert overlaps(inner, outer, HEADING)[2][0] == pytest.approx(1 / 29, abs=1e-4)
    assert overlaps(outer, inner, HEADING)[2][0] == pytest.approx(1 / 29, abs=1e-4)


@pytest.mark.parametrize("order", [2, 4, 6, 9])
@pytest.mark.parametrize("turns", [1, -2, 5])
def test_a_thing_that_looks_the_same_turned_is_the_same(order: int, turns: int) -> None:
    one = np.array([[30, 30, 20, 17, 0.2]], np.float32)
    other = one + np.array([0, 0, 0, 0, turns * 2 * np.pi / order], np.float32)
    _, _, shared = overlaps(one, other, order)
    assert shared[0] == pytest.approx(1, abs=1e-4)
    if order > 2 and turns * 4 % order:
        assert overlaps(one, other, HEADING)[2][0] < 0.97


@pytest.mark.parametrize("quarters", [-1, 1, 2, 3])
def test_where_a_quarter_turn_looks_the_same_the_sides_may_be_swapped(quarters: int) -> None:
    sides = (40, 30) if quarters % 2 == 0 else (30, 40)
    one = np.array([[50, 50, 40, 30, 0.2]], np.float32)
    other = np.array([[50, 50, *sides, 0.2 + quarters * np.pi / 2]], np.float32)
    assert overlaps(one, other, HEADING)[2][0] == pytest.approx(1, abs=1e-4)  # the same corners
    assert overlaps(one, other, 4)[2][0] == pytest.approx(1, abs=1e-4)
    assert overlaps(one, one, 4)[2][0] == pytest.approx(1, abs=1e-4)


def test_how_much_of_a_box_lies_in_others() -> None:
    boxes = np.array(
        [[20, 20, 10, 10, 0], [60, 20, 10, 10, 0.5], [90, 90, 4, 4, 0]], dtype=np.float32
    )
    others = np.array([[20, 45, 40, 50, 0], [60, 20, 30, 30, 0.5]], np.float32)
    assert covered(boxes, others) == pytest.approx([0.5, 1, 0], abs=1e-3)
    assert covered(boxes, others[:0]).tolist() == [0, 0, 0]


def test_angles_of_round_things_mean_nothing() -> None:
    boxes = np.array([[30, 30, 20, 20, 0.0], [30, 30, 20, 20, 0.7]], np.float32)
    first, second, shared = overlaps(boxes, boxes, NO_ANGLE, once=True)
    assert (first.tolist(), second.tolist()) == ([0], [1])
    assert shared[0] == pytest.approx(1)


@pytest.mark.parametrize("order", [0, 1, 2, 4, 6])
@pytest.mark.parametrize("least", [0.5, 0.7])
def test_of_pairs_that_overlap_by_more_than_half_none_is_passed_over(
    order: int, least: float
) -> None:
    rng = np.random.default_rng(order)
    things = rng.uniform((0, 0, 6, 6, -3.2), (150, 150, 60, 60, 3.2), (60, 5))
    copies = np.concatenate([things, things, things + rng.normal(0, 2, things.shape)])
    boxes = np.maximum(copies, (-99, -99, 1, 1, -9)).astype(np.float32)
    boxes[:, 4] *= order > 0
    first, second, shared = overlaps(boxes, boxes, order)
    wanted = set(zip(first[shared > least].tolist(), second[shared > least].tolist(), strict=True))
    assert len(wanted) > 300
    assert pairs(overlaps(boxes, boxes, order, least=least)) == wanted
    once = {(one, other) for one, other in wanted if one < other}
    assert pairs(overlaps(boxes, boxes, order, once=True, least=least)) == once


def pairs(found: Pairs) -> set[tuple[int, int]]:
    return set(zip(found[0].tolist(), found[1].tolist(), strict=True))
