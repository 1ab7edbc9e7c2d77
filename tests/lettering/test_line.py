"""Lines are pictures of the right size in which the text can be told from its ground."""

from __future__ import annotations

import time

import numpy as np
import pytest

from engine.lettering.colours import LUMA, ink_colour, with_luma
from engine.lettering.finish import FINISHES
from engine.lettering.ground import Ground
from engine.lettering.line import draw_line, line_size
from engine.lettering.placing import place_text
from engine.lettering.relief import relief_shade
from engine.lettering.style import STYLES, draw_text


def flat(gray: int, size_hw: tuple[int, int] = (48, 240)) -> Ground:
    return Ground(np.full((*size_hw, 3), gray, np.uint8))


def test_every_style_has_its_finishes() -> None:
    assert set(FINISHES) == {style.name for style in STYLES}


@pytest.mark.parametrize("text", ["7", "L2047B", "12/05/2026", "0123456789" * 4])
@pytest.mark.parametrize("height", [16, 32, 64])
def test_a_tight_line_is_as_high_as_its_ground_and_as_wide_as_its_text(
    text: str, height: int
) -> None:
    rng = np.random.default_rng(0)
    for _ in range(12):
        ink = draw_text(text, rng)
        size = line_size(ink, height)
        line = draw_line(ink, flat(120, size), rng)
        assert line.dtype == np.uint8
        assert line.shape[0] == height
        assert line.shape[2] == 3
        assert line.shape[1] == pytest.approx(size[1], rel=0.3, abs=0.2 * height)


def test_the_text_fills_a_tight_line_as_an_annotation_does() -> None:
    rng = np.random.default_rng(1)
    shares = []
    for _ in range(50):
        placed = place_text(np.ones((40, 200), np.float32), flat(100), rng)
        rows, columns = placed.text
        shares.append((rows.stop - rows.start) / 48)
        assert columns.start >= 0
        assert columns.stop <= placed.pixels.shape[1]
        assert placed.alpha.shape == placed.pixels.shape[:2]
    assert 0.68 < min(shares) < 0.78
    assert 0.88 < max(shares) < 0.97


def test_where_a_text_was_the_new_one_stands_and_the_rest_stays() -> None:
    ground = Ground(np.full((80, 160, 3), 100, np.uint8), place=(20, 30, 140, 62))
    rng = np.random.default_rng(2)
    for text in ("AB", "ABC1234", "0123456789" * 3):
        for _ in range(10):
            placed = place_text(draw_text(text, rng).mask, ground, rng)
            rows, columns = placed.text
            assert placed.pixels.shape == (80, 160, 3)
            assert 0 <= rows.start < rows.stop <= 80
            assert 0 <= columns.start < columns.stop <= 160
            assert abs((rows.start + rows.stop) / 2 - 46) < 14
            assert rows.stop - rows.start <= 36


def test_a_line_is_a_function_of_text_ground_and_seed() -> None:
    def line(seed: int) -> bytes:
        rng = np.random.default_rng(seed)
        return draw_line(draw_text("L2047B", rng), flat(130), rng).tobytes()

    assert line(5) == line(5)
    assert len({line(seed) for seed in range(20)}) == 20


def test_the_ground_is_left_alone() -> None:
    ground = flat(130)
    for seed in range(10):
        rng = np.random.default_rng(seed)
        draw_line(draw_text("L2047B", rng), ground, rng)
    assert (ground.pixels == 130).all()


@pytest.mark.parametrize("gray", [10, 60, 128, 200, 250])
def test_text_stands_out_from_any_ground(gray: int) -> None:
    """Rows and columns of text vary more than a line of noise and slow light does."""
    weak = 0
    for seed in range(60):
        rng = np.random.default_rng(seed)
        ink = draw_text("L2047B81", rng)
        line = draw_line(ink, flat(gray, line_size(ink, 48)), rng).astype(np.float32) @ LUMA
        swing = np.percentile(line, 97) - np.percentile(line, 3)
        weak += bool(swing < 15)
    assert weak <= 3


@pytest.mark.parametrize("gray", [0, 70, 128, 190, 255])
def test_ink_differs_in_brightness(gray: int) -> None:
    rng = np.random.default_rng(0)
    ground = np.full((10, 30, 3), gray, np.float32)
    colours = np.array([ink_colour(ground, None, rng) for _ in range(200)])
    assert (np.abs(colours @ LUMA - gray) > 30).all()
    assert ((colours >= 0) & (colours <= 255)).all()
    spread = np.ptp(colours, axis=1)
    assert (spread < 10).any()
    assert (spread > 60).any()


def test_the_colour_that_marks_had_is_taken_often_where_it_stood_out() -> None:
    rng = np.random.default_rng(0)
    ground = np.full((10, 30, 3), 220, np.float32)
    blue, pale = np.array([20, 30, 150], np.float32), np.array([215, 221, 219], np.float32)
    near = [np.abs(ink_colour(ground, blue, rng) - blue).max() < 45 for _ in range(200)]
    assert 0.5 < np.mean(near) < 0.9
    assert all(abs(ink_colour(ground, pale, rng) @ LUMA - 220) > 24 for _ in range(100))


@pytest.mark.parametrize("luma", [10.0, 128.0, 240.0])
def test_a_colour_is_made_as_bright_as_asked(luma: float) -> None:
    for colour in ((0.0, 0.0, 1.0), (1.0, 1.0, 0.0), (0.0, 0.0, 0.0), (1.0, 1.0, 1.0)):
        assert float(with_luma(np.array(colour), luma) @ LUMA) == pytest.approx(luma, abs=1.0)


def test_relief_is_light_on_one_side_and_dark_on_the_other() -> None:
    alpha = np.zeros((40, 60), np.float32)
    alpha[10:30, 20:40] = 1
    for seed in range(10):
        shade = relief_shade(alpha, np.random.default_rng(seed), strength=60.0)
        assert shade.max() > 15
        assert shade.min() < -15
        assert np.abs(shade[:3]).max() < 3


def test_a_line_takes_little_time() -> None:
    """Training draws a dozen a step: some milliseconds each at most, here with a wide margin."""
    rng = np.random.default_rng(0)
    ground = flat(128, (48, 300))
    for _ in range(30):
        draw_line(draw_text("7ABC1234", rng), ground, rng)
    start = time.process_time()
    for _ in range(60):
        draw_line(draw_text("7ABC1234", rng), ground, rng)
    assert (time.process_time() - start) / 60 < 0.02
