"""A place that was made after compression is found, and nothing else is."""

from __future__ import annotations

import io
from collections.abc import Callable

import cv2
import numpy as np
import pytest
from PIL import Image

from engine.audit.checks.retouched import reported
from engine.audit.photos.patches import Patch, find_patches
from engine.data.images import decode_image, jpeg_steps
from tests.audit.drawn import coloured, inpainted, photographed, surface


def found(photo: np.ndarray, steps: tuple[int, ...] | None = None) -> list[Patch]:
    return reported(find_patches(photo, steps))


def as_jpeg(photo: np.ndarray, quality: int) -> tuple[np.ndarray, tuple[int, ...] | None]:
    file = io.BytesIO()
    Image.fromarray(photo).save(file, "JPEG", quality=quality)
    return decode_image(file.getvalue(), "a.jpg"), jpeg_steps(file.getvalue())


def blurred(photo: np.ndarray) -> np.ndarray:
    made = photo.copy()
    made[60:100, 50:90] = cv2.GaussianBlur(photo, (0, 0), 5)[60:100, 50:90]
    return made


def cloned(photo: np.ndarray) -> np.ndarray:
    made = photo.copy()
    made[60:100, 50:90] = photo[13:53, 97:137]
    return made


@pytest.mark.parametrize("retouch", [inpainted, blurred, cloned])
@pytest.mark.parametrize("grey", [False, True])
def test_a_retouched_place_is_found(
    retouch: Callable[[np.ndarray], np.ndarray], grey: bool
) -> None:
    photo = as_jpeg(surface(3), 85)[0] if grey else photographed(3)
    (patch,) = found(retouch(photo))
    x, y, width, height = patch.box_xywh
    assert (x, y) == pytest.approx((50, 60), abs=8)
    assert (x + width, y + height) == pytest.approx((90, 100), abs=8)


def test_a_retouched_place_is_found_in_a_finer_jpeg() -> None:
    (patch,) = found(*as_jpeg(inpainted(photographed(3, quality=75)), 92))
    assert patch.box_xywh == pytest.approx((48, 56, 48, 48), abs=8)


@pytest.mark.parametrize("quality", [60, 75, 85, 92, 95, 98])
def test_an_untouched_photo_is_not_accused_however_it_is_stored(quality: int) -> None:
    photo = photographed(5)
    assert found(photo) == []
    assert found(*as_jpeg(photo, quality)) == []
    assert found(*as_jpeg(coloured(5), quality)) == []


def test_what_never_was_a_jpeg_tells_copies_alone() -> None:
    assert found(inpainted(coloured(6))) == []
    first, second = found(cloned(coloured(6)))
    assert {first.reason, second.reason} == {"copy"}
    corners = [patch.box_xywh[:2] for patch in (first, second)]
    assert sorted(corners) == [pytest.approx((50, 60), abs=6), pytest.approx((97, 13), abs=6)]


def test_a_pattern_is_no_copy() -> None:
    tile = coloured(6)[:40, :40]
    assert found(np.tile(tile, (5, 5, 1))) == []


def test_another_photo_beside_it_is_no_patch() -> None:
    half = photographed(7)
    half[:, :80] = coloured(8)[:, :80]
    assert found(half) == []


@pytest.mark.parametrize(
    "photo",
    [
        np.full((640, 480, 3), 128, np.uint8),
        np.zeros((200, 200), np.uint8),
        np.full((200, 200, 3), 255, np.uint8),
        np.random.default_rng(1).integers(0, 2, (200, 200), np.uint8) * 255,
        np.zeros((1, 1), np.uint8),
        np.zeros((7, 300, 3), np.uint8),
        np.zeros((16, 16), np.uint8),
        np.random.default_rng(1).integers(0, 65536, (200, 200), np.uint16),
    ],
)
@pytest.mark.parametrize("steps", [None, (1,) * 64, (255,) * 64])
def test_odd_photos_have_no_patches(photo: np.ndarray, steps: tuple[int, ...] | None) -> None:
    assert find_patches(photo, steps) == ()


def binarised(seed: int) -> np.ndarray:
    """A board, (320, 320): round blotches, black on white, as a JPEG file gives it."""
    smooth = cv2.resize(surface(seed), (320, 320), interpolation=cv2.INTER_CUBIC)
    drawn = np.where(smooth > 140, 255, 0).astype(np.uint8)
    return as_jpeg(cv2.medianBlur(drawn, 9), 75)[0]


def test_grey_on_a_photo_of_two_tones() -> None:
    photo = binarised(4)
    assert found(photo) == [] and found(*as_jpeg(photo, 90)) == []
    blurred = cv2.GaussianBlur(photo, (0, 0), 4)
    made = photo.copy()
    made[70:88, 60:80] = blurred[70:88, 60:80]
    (patch,) = found(*as_jpeg(made, 90))
    x, y, width, height = patch.box_xywh
    assert patch.reason == "grey"
    assert x >= 58 and y >= 68 and x + width <= 82 and y + height <= 90
