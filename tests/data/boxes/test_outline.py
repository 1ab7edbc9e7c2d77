"""Outlines of text as boxes."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.data.boxes.geometry import Point, flaw, turned_box
from engine.data.boxes.outline import box_of, clockwise, read_points
from engine.data.boxes.utf8 import NotUtf8, decode


def outline(angle_rad: float) -> list[Point]:
    """A text of 60 x 20 px at an angle, with points in the middle of its long sides."""
    first, second, third, fourth = turned_box((100, 100), (60, 20), angle_rad)
    top = ((first[0] + second[0]) / 2, (first[1] + second[1]) / 2)
    bottom = ((third[0] + fourth[0]) / 2, (third[1] + fourth[1]) / 2)
    return [first, top, second, third, bottom, fourth]


@given(st.floats(-math.pi, math.pi))
def test_the_first_edge_stays_the_top(angle_rad: float) -> None:
    expected = np.array(turned_box((100, 100), (60, 20), angle_rad))
    np.testing.assert_allclose(box_of(outline(angle_rad)), expected, atol=0.05)


@given(st.floats(-math.pi, math.pi))
def test_what_is_reversed_stays_so(angle_rad: float) -> None:
    points = outline(angle_rad)
    assert clockwise(points) and not clockwise(points[::-1])
    found = flaw(box_of(points[::-1]), (200, 200))
    assert found is not None and "reversed" in found.said


def test_four_points_stay_as_they_are() -> None:
    points: list[Point] = [(1, 9), (5, 1), (9, 9), (4, 20)]
    assert list(box_of(points)) == points


@pytest.mark.parametrize(
    "points",
    [[(5.0, 5.0)] * 6, [(0.0, 0.0), (1e20, 0.0), (5.0, 5.0), (6.0, 6.0), (7.0, 7.0)]],
)
def test_points_that_make_no_box_are_told(points: list[Point]) -> None:
    assert flaw(box_of(points), (200, 200)) is not None


@pytest.mark.parametrize(
    "value",
    [None, [], "1,2", [1, 2, 3, 4, 5, 6], [[1, 2]] * 3, [1] * 9, [[1, 2, 3]] * 4, [True] * 8,
     [float("nan")] * 8, [10**400] * 8, [["1", 2]] * 4],
)  # fmt: skip
def test_what_are_no_points(value: object) -> None:
    assert read_points(value) is None


def test_points_nested_and_flat() -> None:
    assert read_points([1, 2, 3, 4, 5, 6, 7, 8]) == read_points([[1, 2], [3, 4], [5, 6], [7, 8]])


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"a\nb\xe9c", "the byte 0xe9 at position 3 (line 2) is not UTF-8"),
        ("a\n".encode("utf-16"), "the file begins as UTF-16 does"),
    ],
)
def test_other_encodings(data: bytes, said: str) -> None:
    with pytest.raises(NotUtf8) as caught:
        decode(data)
    assert said in str(caught.value)


def test_marks_and_line_ends() -> None:
    assert decode(b"\xef\xbb\xbfa\r\nb\rc\n") == "a\nb\nc\n"
