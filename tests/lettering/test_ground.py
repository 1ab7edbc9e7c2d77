"""Grounds show no annotated text: patches keep clear of boxes, lines lose their text."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.lettering.cleared import ground_from_line
from engine.lettering.ground import ground_from_photo
from engine.lettering.ink import Ink
from engine.lettering.marks import find_marks
from engine.lettering.setting import trimmed
from engine.lettering.style import STYLES

RED = (255, 0, 0)


def box(x: float, y: float, width: float, height: float, angle: float) -> np.ndarray:
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * (width / 2, height / 2)
    return (corners @ turn.T + (x, y)).astype(np.float32)


def photo_with(boxes: np.ndarray, size_hw: tuple[int, int] = (300, 400)) -> np.ndarray:
    photo = np.full((*size_hw, 3), 90, np.uint8)
    for corners in boxes:
        cv2.fillConvexPoly(photo, np.rint(corners).astype(np.int32), RED)
    return photo


@settings(max_examples=25, deadline=None)
@given(
    places=st.lists(
        st.tuples(
            st.floats(60, 340), st.floats(50, 250), st.floats(40, 120), st.floats(12, 30),
            st.floats(-3, 3),
        ),
        min_size=0, max_size=3,
    ),
    seed=st.integers(0, 2**32),
)  # fmt: skip
def test_a_patch_keeps_clear_of_every_box(places: list[tuple[float, ...]], seed: int) -> None:
    boxes = np.array([box(*place) for place in places], np.float32).reshape(-1, 4, 2)
    rng = np.random.default_rng(seed)
    for _ in range(4):
        ground = ground_from_photo(photo_with(boxes), boxes, (32, 160), rng)
        if ground is not None:
            assert ground.pixels.shape == (32, 160, 3)
            assert ground.pixels.dtype == np.uint8
            assert ground.pixels[..., 0].max() <= 130  # a rim of red at most, by interpolation
            assert ground.place is None


def test_patches_are_found_mostly_and_are_gray_for_gray_photos() -> None:
    boxes = box(200, 150, 120, 30, 0.4)[None]
    rng = np.random.default_rng(0)
    noise = np.random.default_rng(1).integers(0, 255, (300, 400), dtype=np.uint8)
    grounds = [ground_from_photo(noise, boxes, (32, 160), rng) for _ in range(40)]
    found = [ground.pixels for ground in grounds if ground is not None]
    assert len(found) >= 36
    assert all((pixels == pixels[..., :1]).all() for pixels in found)
    assert len({pixels.tobytes() for pixels in found}) == len(found)


def test_a_patch_is_as_sharp_and_as_large_as_a_field() -> None:
    """Stripes 8 px wide beside a field 32 px high are 8 px wide in a ground 32 px high, about."""
    photo = np.zeros((400, 400, 3), np.uint8)
    photo[:, (np.arange(400) // 8) % 2 == 0] = 200
    boxes = box(200, 200, 160, 32, 0.0)[None]
    rng = np.random.default_rng(2)
    widths = []
    for _ in range(20):
        ground = ground_from_photo(photo, boxes, (32, 160), rng)
        assert ground is not None
        row = ground.pixels[16, :, 0] > 100
        widths.append(160 / max(1, int((row[1:] != row[:-1]).sum())))
    assert 6 < np.median(widths) < 11


def test_nothing_is_found_where_text_is_everywhere() -> None:
    boxes = box(200, 150, 400, 300, 0.0)[None]
    assert ground_from_photo(photo_with(boxes), boxes, (32, 160), np.random.default_rng(0)) is None


@pytest.mark.parametrize("size_hw", [(1, 1), (5, 400), (40, 3)])
def test_a_tiny_photo_does_no_harm(size_hw: tuple[int, int]) -> None:
    photo = np.full(size_hw, 7, np.uint8)
    ground = ground_from_photo(
        photo, np.zeros((0, 4, 2), np.float32), (32, 100), np.random.default_rng(0)
    )
    assert ground is None or (ground.pixels == 7).all()


def line_with_text(
    dark: bool, share: float, *, seed: int = 0, height: int = 64
) -> tuple[np.ndarray, np.ndarray]:
    """A smooth line with a plain text of a share of its height, and the pixels of the text."""
    drawn = next(style for style in STYLES if style.name == "typeface")
    ink = Ink(trimmed(drawn.draw("AB1234", np.random.default_rng(seed), groups=False)), "typeface")
    scale = share * height / ink.mask.shape[0]
    text = cv2.resize(ink.mask, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    alpha = np.zeros((height, text.shape[1] + 20), np.float32)
    top = (height - text.shape[0]) // 2
    alpha[top : top + text.shape[0], 10:-10] = text
    ground, ink_gray = (170.0, 50.0) if dark else (60.0, 200.0)
    gray = ground + (ink_gray - ground) * alpha + np.linspace(0, 25, alpha.shape[1])[None]
    line = np.clip(gray + np.random.default_rng(seed).normal(0, 2, gray.shape), 0, 255)
    return np.repeat(line.astype(np.uint8)[..., None], 3, axis=2), alpha > 0.7


@pytest.mark.parametrize("dark", [True, False])
@pytest.mark.parametrize("share", [0.5, 0.8, 0.95])
def test_a_line_loses_its_text_and_keeps_its_surface(dark: bool, share: float) -> None:
    for seed in range(4):
        line, text = line_with_text(dark, share, seed=seed)
        ground = ground_from_line(line, np.random.default_rng(0))
        assert ground.pixels.shape == line.shape
        assert ground.pixels.dtype == np.uint8
        surface = (170 if dark else 60) + np.linspace(0, 25, line.shape[1])[None]
        before = np.abs(line[..., 0] - surface)[text].mean()
        after = np.abs(ground.pixels[..., 0] - surface)[text].mean()
        assert after < 0.15 * before
        assert ground.place is not None
        left, top, right, bottom = ground.place
        rows, columns = np.flatnonzero(text.any(axis=1)), np.flatnonzero(text.any(axis=0))
        assert np.allclose((top, bottom), (rows[0], rows[-1]), atol=6)
        assert np.allclose((left, right), (columns[0], columns[-1]), atol=6)
        assert ground.colour is not None
        assert np.allclose(ground.colour, 50 if dark else 200, atol=30)


def test_small_print_beside_the_text_stays() -> None:
    line, _ = line_with_text(True, 0.5, height=80)
    line[4:10, 20:60:3] = 20
    ground = ground_from_line(line, np.random.default_rng(0))
    assert np.abs(ground.pixels[5:9, 20:60:3].astype(int) - 20).mean() < 15


def test_high_lines_are_reduced_and_plain_ones_kept() -> None:
    line, _ = line_with_text(True, 0.8, height=200)
    ground = ground_from_line(line, np.random.default_rng(0))
    assert ground.pixels.shape[0] == 80
    assert ground.pixels.shape[1] == pytest.approx(line.shape[1] * 0.4, abs=1)
    plain = np.full((30, 90, 3), 99, np.uint8)
    ground = ground_from_line(plain, np.random.default_rng(0))
    assert np.array_equal(ground.pixels, plain)
    assert ground.place is None
    assert find_marks(plain[..., 0]) is None


@pytest.mark.parametrize("size_hw", [(1, 1), (1, 50), (50, 1), (3, 3), (10, 500)])
def test_lines_of_any_size_are_cleared(size_hw: tuple[int, int]) -> None:
    line = np.random.default_rng(0).integers(0, 255, (*size_hw, 3), dtype=np.uint8)
    ground = ground_from_line(line, np.random.default_rng(0))
    assert ground.pixels.shape == line.shape
    again = ground_from_line(line, np.random.default_rng(0))
    assert np.array_equal(ground.pixels, again.pixels)
