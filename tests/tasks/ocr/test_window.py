"""Lines cut out of photos: upright, whole, in proportion, from wherever they lie."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.data.boxes.geometry import upright_box
from engine.recipe.units import Length
from engine.tasks.detection.boxes import to_corners
from engine.tasks.ocr.window import LEAST_PX, Window, sides

PHOTO_HW = (220, 260)
TIGHT = Length(0, "px")
WHITE = {np.uint8: 255, np.uint16: 65535}


def surface(u: np.ndarray, v: np.ndarray) -> np.ndarray:
    """What is on the text, in 0…1: another colour at each place, from its left (0) and top (0)."""
    u, v = np.clip(u, 0, 1), np.clip(v, 0, 1)
    waves = 0.5 + 0.4 * np.sin(7 * u) * np.cos(2 * v)
    return np.stack([0.1 + 0.8 * u, 0.1 + 0.8 * v, waves], axis=-1)


def shown(size_hw: tuple[int, int]) -> np.ndarray:
    """The same upright, as large as that."""
    rows, columns = np.mgrid[: size_hw[0], : size_hw[1]] + 0.5
    return surface(columns / size_hw[1], rows / size_hw[0])


def photo_of(
    corners: np.ndarray, kind: type = np.uint8, size_hw: tuple[int, int] = PHOTO_HW
) -> np.ndarray:
    """A photo of a plane on which the text lies within these corners."""
    unit = np.array([(0, 0), (1, 0), (1, 1), (0, 1)], np.float32)
    to_line = cv2.getPerspectiveTransform(corners.astype(np.float32), unit)
    rows, columns = np.mgrid[: size_hw[0], : size_hw[1]] + 0.5
    u, v, depth = np.einsum("ij,jhw->ihw", to_line, np.stack([columns, rows, np.ones(size_hw)]))
    return np.rint(surface(u / depth, v / depth) * WHITE[kind]).astype(kind)


def box(angle: float = 0.0, width: float = 120.0, height: float = 30.0) -> np.ndarray:
    return to_corners(np.array([[130, 110, width, height, angle]]))[0]


def off(line: np.ndarray, expected: np.ndarray) -> float:
    """The largest difference, as a share of white."""
    assert line.shape == expected.shape
    return float(np.abs(line / WHITE[line.dtype.type] - expected).max())


@given(st.floats(0, 2 * np.pi))
def test_a_turned_text_comes_out_upright_and_whole(angle: float) -> None:
    corners = box(angle)
    line = Window((32, 128), TIGHT).cut(photo_of(corners), corners)
    assert off(line, shown((32, 128))) < 0.03


@given(st.lists(st.floats(-9, 9), min_size=8, max_size=8), st.floats(0, 2 * np.pi))
def test_a_text_in_perspective_comes_out_upright_and_whole(
    moved: list[float], angle: float
) -> None:
    corners = (box(angle, 120, 60) + np.array(moved).reshape(4, 2)).astype(np.float32)
    window = Window((64, 256), TIGHT)
    line = window.cut(photo_of(corners), corners)
    width = window.shown_px(corners)
    assert off(line[:, :width], shown((64, width))) < 0.04


@given(st.lists(st.floats(-6, 6), min_size=8, max_size=8), st.floats(0, 2 * np.pi))
def test_points_along_a_text_are_where_the_line_shows_them(
    moved: list[float], angle: float
) -> None:
    """Whatever quadrilateral of the photo is cut out."""
    text, window = box(angle, 120, 60), Window((64, 256), TIGHT)
    corners = box(angle, 140, 80) + np.array(moved, np.float32).reshape(4, 2)
    line = window.cut(photo_of(text), corners) / 255
    shares = np.array([0.1, 0.3, 0.5, 0.7, 0.9])
    for share, px in zip(shares, window.along_px(corners, text, shares), strict=True):
        away = np.hypot(line[..., 0] - 0.1 - 0.8 * share, line[..., 1] - 0.5)
        _, column = np.unravel_index(away.argmin(), away.shape)
        assert abs(column + 0.5 - px) < 2.0


@pytest.mark.parametrize("kind", [np.uint8, np.uint16])
@pytest.mark.parametrize("grey", [False, True])
def test_depth_and_channels_are_kept(kind: type, grey: bool) -> None:
    corners = box(0.4)
    photo, expected = photo_of(corners, kind), shown((32, 128))
    if grey:
        photo, expected = photo[..., 2], expected[..., 2]
    line = Window((32, 128), TIGHT).cut(photo, corners)
    assert line.dtype == kind
    assert off(line, expected) < 0.03


def test_a_line_of_the_window_s_own_size_is_cut_out_as_it_is() -> None:
    photo = np.random.default_rng(0).integers(0, 256, (100, 200, 3), dtype=np.uint8)
    line = Window((32, 96), TIGHT).cut(photo, np.array(upright_box(40, 20, 136, 52), np.float32))
    np.testing.assert_array_equal(line, photo[20:52, 40:136])


@pytest.mark.parametrize("length", [40, 63, 127])
def test_a_short_line_is_followed_by_its_last_column(length: int) -> None:
    corners = box(2.0, width=length, height=32)
    window = Window((32, 128), TIGHT)
    assert window.shown_px(corners) == length
    line = window.cut(photo_of(corners), corners)
    assert off(line[:, :length], shown((32, length))) < 0.03
    assert (line[:, length:] == line[:, length - 1 : length]).all()


def test_a_long_line_is_squeezed_along_its_length_alone() -> None:
    corners = box(-0.3, width=200, height=20)
    line = Window((32, 96), TIGHT).cut(photo_of(corners), corners)
    assert off(line, shown((32, 96))) < 0.03


@pytest.mark.parametrize(
    ("padding", "pad_px"), [(Length(0, "px"), 0), (Length(4.5, "px"), 4.5), (Length(20, "%"), 6)]
)
@pytest.mark.parametrize("angle", [0.0, 0.7, 3.5])
def test_padding_is_as_wide_on_every_side(padding: Length, pad_px: float, angle: float) -> None:
    padded = Window((32, 128), padding).padded(box(angle))
    expected = box(angle, 120 + 2 * pad_px, 30 + 2 * pad_px)
    np.testing.assert_allclose(padded, expected, atol=1e-3)


def test_sides_are_means_of_opposite_ones() -> None:
    assert sides(np.array([(0, 0), (10, 0), (14, 8), (0, 4)], np.float32)) == pytest.approx(
        ((10 + np.hypot(14, 4)) / 2, (4 + np.hypot(4, 8)) / 2)
    )


@given(st.integers(60, 1400), st.integers(16, 200), st.floats(0, 1), st.booleans())
def test_however_small_it_becomes_no_thin_stroke_is_lost(
    width: int, height: int, beside: float, upright: bool
) -> None:
    """Strokes of one px, so far apart that one never covers another, at any scale of either."""
    photo = np.zeros((height + 40, width + 40), np.uint8)
    corners = np.array(upright_box(20, 20, 20 + width, 20 + height), np.float32)
    corners += np.float32(beside)
    window = Window((32, 160), TIGHT)
    size, length = (window.shown_px(corners), width) if upright else (32, height)
    step = length / size
    middles = np.arange(20 + 4 * step, 20 + length - 4 * step, 8 * step).astype(int)
    (photo.T if upright else photo)[middles] = 255
    profile = window.cut(photo, corners).max(axis=0 if upright else 1).astype(float)
    for middle in middles:
        at = int((middle + 0.5 - 20 - beside) / step)
        assert profile[max(0, at - 2) : at + 3].max() > 0.3 * 255 / max(step, 1)


@pytest.mark.parametrize(
    "corners",
    [
        upright_box(10, 10, 60, 11),
        upright_box(10, 10, 10.4, 11),
        upright_box(10, 10, 11, 90),
        upright_box(-50, -20, 30, 10),
        upright_box(250, 210, 900, 260),
        upright_box(-500, -500, -400, -480),
        upright_box(5000, 5000, 5100, 5020),
        upright_box(-4000, -4000, 8000, 8000),
        upright_box(30, 30, 30, 30),
        [(10, 10), (60, 10), (60, 10), (10, 10)],
    ],
    ids=str,
)
@pytest.mark.parametrize("photo_hw", [PHOTO_HW, (1, 1), (1, 300), (300, 1)])
def test_any_corners_on_any_photo_give_a_line(
    corners: list[tuple[float, float]], photo_hw: tuple[int, int]
) -> None:
    photo = np.full((*photo_hw, 3), 90, np.uint8)
    window = Window((32, 96), Length(12, "%"))
    padded = window.padded(np.array(corners, np.float32))
    assert np.isfinite(padded).all()
    assert LEAST_PX <= window.shown_px(padded) <= 96
    line = window.cut(photo, padded)
    assert line.shape == (32, 96, 3)
    assert (line == 90).all()


def test_ends_are_shown_beyond_the_padding_along_the_line_alone() -> None:
    corners = np.array([(50, 40), (110, 40), (110, 60), (50, 60)], np.float32)
    padded = Window((32, 128), Length(10, "%"), ends=0.5).padded(corners)
    np.testing.assert_allclose(padded, [(38, 38), (122, 38), (122, 62), (38, 62)], atol=1e-4)
