"""Thin things of one colour: where they are, and what is kept of them."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from engine.audit.photos.strokes import FIGURES, find_strokes
from tests.audit.drawn import surface


def scratched(colour: tuple[int, int, int]) -> np.ndarray:
    photo = np.stack([surface(0)] * 3, axis=-1)
    return np.asarray(cv2.line(photo, (30, 40), (110, 100), colour, 3), np.uint8)


@pytest.mark.parametrize("colour", [(230, 20, 30), (0, 255, 0), (60, 60, 200)])
def test_a_line_is_found_where_it_is(colour: tuple[int, int, int]) -> None:
    (stroke, *_) = find_strokes(scratched(colour)).found
    assert stroke.box_xywh == pytest.approx((29, 39, 83, 63), abs=3)
    assert stroke.colour == colour
    assert len(stroke.figures) == len(FIGURES) and np.isfinite(stroke.figures).all()


def test_the_width_of_a_line_and_its_evenness() -> None:
    (stroke, *_) = find_strokes(scratched((230, 20, 30))).found
    figures = dict(zip(FIGURES, stroke.figures, strict=True))
    assert figures["width"] * 160 / 640 == pytest.approx(5, abs=2)
    assert figures["even"] == 1.0


def test_a_palette_tells_the_colours() -> None:
    palette = np.unpackbits(np.frombuffer(find_strokes(scratched((230, 20, 30))).palette, np.uint8))
    cube = palette.reshape(16, 16, 16)
    assert cube[230 >> 4, 20 >> 4, 30 >> 4] and cube[8, 8, 8]
    assert not cube[1, 15, 1]


@pytest.mark.parametrize(
    "photo",
    [
        np.zeros((90, 80), np.uint8),
        np.full((300, 200, 3), 255, np.uint8),
        np.full((3, 2), 9, np.uint8),
        surface(3).astype(np.uint16) * 16,
        np.random.default_rng(0).integers(0, 256, (701, 655, 3), np.uint8),
    ],
)
def test_any_photo_has_facts(photo: np.ndarray) -> None:
    strokes = find_strokes(photo)
    assert len(strokes.palette) == 512
    for stroke in strokes.found:
        assert np.isfinite(stroke.figures).all()
