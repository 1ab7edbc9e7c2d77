"""What was forgotten is suggested first; where nothing can be learnt, nothing is."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from engine.audit.lookalikes.photos import Annotated, SmallPhoto, small_photo
from engine.audit.lookalikes.suggest import suggest
from engine.audit.photos.preview import make_preview, pack
from engine.audit.photos.tints import make_tints
from tests.audit.drawn import SIDE, surface

Box = tuple[int, int, int, int]


def part(seed: int, dtype: type = np.uint8, colour: bool = False) -> tuple[np.ndarray, Box]:
    """A textured part with a print and a dark blot, and the blot's box."""
    rng = np.random.default_rng(seed)
    pixels = surface(seed) // 4 + 100
    cv2.putText(pixels, f"P{seed}", (10, 150), cv2.FONT_HERSHEY_SIMPLEX, 0.8, 190, 2)
    x, y = rng.integers(30, 110, 2).tolist()
    blot = np.zeros((SIDE, SIDE), np.uint8)
    cv2.ellipse(blot, (x, y), (9, 7), rng.uniform(0, 180), 0, 360, 255, -1)
    if colour:
        pixels = np.dstack([pixels] * 3)
        pixels[blot > 0] = (130, 90, 60)
    else:
        pixels[blot > 0] -= 60
    box = (x - 10, y - 10, 21, 21)
    return pixels.astype(dtype) * (16 if dtype is np.uint16 else 1), box


def photos(
    count: int, forgotten: set[int], boxed: bool = False, **options: object
) -> tuple[list[SmallPhoto], list[Box]]:
    found, boxes = [], []
    for seed in range(count):
        pixels, box = part(seed, **options)  # type: ignore[arg-type]
        mask = None if boxed else np.hypot(*np.mgrid[-10:11, -10:11]) < 8
        known = [] if seed in forgotten else [Annotated(0, box, mask)]
        preview, tints = pack(make_preview(pixels)), make_tints(pixels)
        found.append(small_photo(preview, tints, (SIDE, SIDE), known))
        boxes.append(box)
    return found, boxes


def lies_on(suggested: Box, box: Box) -> bool:
    x, y = suggested[0] + suggested[2] / 2, suggested[1] + suggested[3] / 2
    return box[0] <= x <= box[0] + box[2] and box[1] <= y <= box[1] + box[3]


@pytest.mark.parametrize(
    "options", [{}, {"boxed": True}, {"dtype": np.uint16}, {"colour": True}], ids=str
)
def test_what_was_forgotten_comes_first(options: dict[str, object]) -> None:
    forgotten = {4, 17, 30}
    drawn, boxes = photos(36, forgotten, **options)  # type: ignore[arg-type]
    suggested = suggest(drawn)
    assert {each.photo for each in suggested[:3]} == forgotten
    for each in suggested[:3]:
        assert lies_on(each.bbox_xywh, boxes[each.photo])
        assert each.likelihood >= 0.6 or each.above >= 0.5
        assert each.class_index == 0 and each.resembles_photo not in forgotten
        assert each.resembles_xywh == boxes[each.resembles_photo]


def test_it_depends_on_nothing_but_the_photos() -> None:
    drawn, _ = photos(36, {4, 17})
    assert suggest(drawn) == suggest(drawn)


def test_consistent_annotations_suggest_nothing() -> None:
    drawn, _ = photos(36, set())
    assert suggest(drawn) == ()


def test_few_annotations_are_not_learnt_from() -> None:
    drawn, _ = photos(36, set(range(19, 36)))
    assert suggest(drawn) == ()


def test_annotations_that_show_nothing_are_not_learnt_from() -> None:
    rng = np.random.default_rng(3)
    drawn = []
    for seed in range(36):
        pixels, _ = part(seed)
        x, y = rng.integers(10, 130, 2).tolist()
        preview = pack(make_preview(pixels))
        drawn.append(small_photo(preview, b"", (SIDE, SIDE), [Annotated(0, (x, y, 18, 18))]))
    assert suggest(drawn) == ()


def test_tiny_flat_and_narrow_photos_are_looked_at() -> None:
    drawn, _ = photos(24, {4})
    for size_hw in ((1, 1), (8, 8), (300, 30), (30, 300)):
        flat = np.full(size_hw, 90, np.uint8)
        drawn.append(small_photo(pack(make_preview(flat)), b"", size_hw))
    assert [each.photo for each in suggest(drawn)[:1]] == [4]
