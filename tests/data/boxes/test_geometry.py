"""Boxes as corners: what is wrong with one, and what surrounds it."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.data.boxes.geometry import (
    areas,
    as_lists,
    bounds_xywh,
    flaw,
    overhang_px,
    sizes_wh,
    turned_box,
    upright_box,
)

SIZE_HW = (100, 200)


@given(
    st.floats(20, 180),
    st.floats(20, 80),
    st.floats(2, 90),
    st.floats(2, 90),
    st.floats(-7, 7),
)
def test_a_turned_box_has_its_size_and_no_flaw(
    x: float, y: float, width: float, height: float, angle: float
) -> None:
    corners = turned_box((x, y), (width, height), angle)
    assert flaw(corners, SIZE_HW) is None
    as_array = np.array([corners], np.float32)
    assert sizes_wh(as_array)[0] == pytest.approx([width, height], rel=1e-3)
    assert areas(as_array)[0] == pytest.approx(width * height, rel=1e-2)
    top = as_array[0, 1] - as_array[0, 0]
    assert math.atan2(top[1], top[0]) == pytest.approx(math.remainder(angle, 2 * math.pi), abs=1e-3)


@pytest.mark.parametrize(
    ("corners", "said"),
    [
        (upright_box(10, 10, 10.5, 30), "has no area"),
        (upright_box(10, 10, 10, 10), "has no area"),
        (((10, 10), (10, 30), (30, 30), (30, 10)), "reversed"),
        (((10, 10), (30, 30), (30, 10), (10, 30)), "crosses itself"),
        (((10, 10), (30, 10), (15, 15), (10, 30)), "dented"),
        (upright_box(210, 10, 230, 30), "outside of the photo, which has 200 x 100 px"),
        (upright_box(10, -30, 30, 0), "outside of the photo"),
        (((math.nan, 10), (30, 10), (30, 30), (10, 30)), "no number"),
        (((math.inf, 10), (30, 10), (30, 30), (10, 30)), "no number"),
        (upright_box(30, 10, 10, 30), "reversed"),
        (upright_box(10, 10, 1e20, 30), "more than 1000000 px away"),
        (upright_box(10, 10, 500, 30), "reaches 300 px out of the photo"),
    ],
)
def test_flaws(corners: tuple[tuple[float, float], ...], said: str) -> None:
    found = flaw(corners, SIZE_HW)
    assert found is not None and said in found.said
    in_order = said in ("reversed", "crosses itself")
    assert found.fix.startswith("Put its corners in order") == in_order
    assert found.fix.startswith("Mark the thing again") == (said == "dented")


def test_how_far_a_box_reaches_out() -> None:
    assert overhang_px(upright_box(0, 0, 200, 100), SIZE_HW) == 0
    assert overhang_px(upright_box(-3, 10, 20, 107), SIZE_HW) == 7
    assert overhang_px(upright_box(200, 10, 220, 20), SIZE_HW) is None


def test_whole_pixels_hold_the_box() -> None:
    corners = np.array([(1.5, 2.0), (8.2, 2.0), (8.2, 9.9), (1.5, 9.9)], np.float32)
    assert bounds_xywh(corners) == (1, 2, 8, 8)


def test_corners_are_listed_without_noise() -> None:
    corners = np.array([(1.04, 2.06), (12.3, 0.1)], np.float32)
    assert as_lists(corners) == [[1.0, 2.1], [12.3, 0.1]]
    assert as_lists(corners, 2) == [[1.04, 2.06], [12.3, 0.1]]
