"""Image and labels move together; every change does something when on and nothing when off."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.records import IGNORE
from engine.tasks.augment import (
    Augmentation,
    elastic_displacement,
    relight,
    resample,
    sampling_matrix,
)

PATCH_HW = (64, 96)
OFF = Augmentation()
GEOMETRY = {
    "flip_horizontal": True,
    "flip_vertical": True,
    "rotate_deg": 90.0,
    "scale": 0.4,
    "shift": 0.2,
}
LIGHT = {"brightness": 0.3, "contrast": 0.4, "blur_px": 3.0, "noise": 0.1}


def photo(size_hw: tuple[int, int] = (120, 150)) -> np.ndarray:
    return np.random.default_rng(5).random((*size_hw, 3), np.float32)


def test_every_field_is_tested_here() -> None:
    assert {field.name for field in fields(Augmentation)} == {*GEOMETRY, *LIGHT, "elastic_px"}


@pytest.mark.parametrize("name", GEOMETRY)
def test_a_geometric_change_changes_the_map_and_is_random(name: str) -> None:
    on = replace(OFF, **{name: GEOMETRY[name]})
    plain = sampling_matrix((70, 50), PATCH_HW, OFF, np.random.default_rng(0))
    drawn = [
        sampling_matrix((70, 50), PATCH_HW, on, np.random.default_rng(seed)) for seed in range(20)
    ]
    assert any(not np.allclose(matrix, plain) for matrix in drawn)
    assert any(not np.allclose(matrix, drawn[0]) for matrix in drawn)


@pytest.mark.parametrize("name", LIGHT)
def test_a_change_of_light_changes_the_pixels_and_is_random(name: str) -> None:
    on = replace(OFF, **{name: LIGHT[name]})
    drawn = [relight(photo(), on, np.random.default_rng(seed)) for seed in range(4)]
    assert sum(not np.allclose(pixels, photo(), atol=1e-3) for pixels in drawn) >= 3
    assert sum(not np.allclose(pixels, drawn[3], atol=1e-3) for pixels in drawn[:3]) >= 2
    assert all(pixels.dtype == np.float32 for pixels in drawn)
    assert all(0 <= pixels.min() <= pixels.max() <= 1 for pixels in drawn)


def test_with_everything_off_a_patch_is_an_exact_crop() -> None:
    image, labels = photo(), np.arange(120 * 150).reshape(120, 150).astype(np.uint8)
    for seed in range(5):
        rng = np.random.default_rng(seed)
        center = (rng.uniform(48, 100), rng.uniform(32, 88))
        matrix = sampling_matrix(center, PATCH_HW, OFF, rng)
        left, top = (int(value) for value in matrix[:, 2])
        cut, truth = resample(image, labels, matrix, PATCH_HW)
        np.testing.assert_array_equal(cut, image[top : top + 64, left : left + 96])
        np.testing.assert_array_equal(truth, labels[top : top + 64, left : left + 96])
        np.testing.assert_allclose(relight(cut, OFF, rng), cut, atol=1e-6)


def test_mirrored_patches_are_exact_crops_too() -> None:
    image, labels = photo(), np.zeros((120, 150), np.uint8)
    both = Augmentation(flip_horizontal=True, flip_vertical=True)
    plain = sampling_matrix((74.5, 59.5), PATCH_HW, OFF, np.random.default_rng(0))
    crop, _ = resample(image, labels, plain, PATCH_HW)
    seen = set()
    for seed in range(20):
        matrix = sampling_matrix((74.5, 59.5), PATCH_HW, both, np.random.default_rng(seed))
        cut, _ = resample(image, labels, matrix, PATCH_HW)
        flips = int(np.sign(matrix[0, 0])), int(np.sign(matrix[1, 1]))
        np.testing.assert_array_equal(cut, crop[:: flips[1], :: flips[0]])
        seen.add(flips)
    assert len(seen) == 4


@given(
    seed=st.integers(0, 10_000),
    rotate_deg=st.floats(0, 180),
    scale=st.floats(0, 0.5),
    shift=st.floats(0, 0.3),
    flip=st.booleans(),
    elastic_px=st.sampled_from([0.0, 2.0, 6.0]),
)
def test_a_marked_spot_moves_with_its_label(
    seed: int, rotate_deg: float, scale: float, shift: float, flip: bool, elastic_px: float
) -> None:
    rng = np.random.default_rng(seed)
    x, y = int(rng.integers(10, 140)), int(rng.integers(10, 110))
    image, labels = np.zeros((120, 150), np.float32), np.zeros((120, 150), np.uint8)
    image[y - 3 : y + 4, x - 3 : x + 4] = 1.0
    labels[y - 3 : y + 4, x - 3 : x + 4] = 1
    augmentation = Augmentation(flip, flip, rotate_deg, scale, shift)
    matrix = sampling_matrix((x, y), PATCH_HW, augmentation, rng)
    field = elastic_displacement(PATCH_HW, elastic_px, rng) if elastic_px else None
    cut, truth = resample(image, labels, matrix, PATCH_HW, field)
    # What is certainly the spot is labelled so, and what is certainly none is not.
    inside = truth != IGNORE
    assert (truth[(cut > 0.99) & inside] == 1).all()
    assert (truth[(cut < 0.01) & inside] == 0).all()


@given(seed=st.integers(0, 10_000), center=st.tuples(st.floats(-50, 200), st.floats(-50, 170)))
def test_outside_of_the_photo_nothing_counts_and_the_picture_is_mirrored(
    seed: int, center: tuple[float, float]
) -> None:
    rng = np.random.default_rng(seed)
    image = np.full((120, 150), 0.5, np.float32)
    labels = np.ones((120, 150), np.uint8)
    matrix = sampling_matrix(center, PATCH_HW, Augmentation(rotate_deg=180, scale=0.3), rng)
    cut, truth = resample(image, labels, matrix, PATCH_HW)
    np.testing.assert_allclose(cut, 0.5, atol=1e-6)
    rows, columns = np.mgrid[0:64, 0:96]
    x = matrix[0, 0] * columns + matrix[0, 1] * rows + matrix[0, 2]
    y = matrix[1, 0] * columns + matrix[1, 1] * rows + matrix[1, 2]
    beyond = (x < -1) | (x > 150) | (y < -1) | (y > 120)
    within = (x >= 0) & (x <= 149) & (y >= 0) & (y <= 119)
    assert (truth[beyond] == IGNORE).all()
    assert (truth[within] == 1).all()


def test_the_mirror_shows_the_photo_not_a_constant() -> None:
    image = np.arange(20, dtype=np.float32)[None, :].repeat(20, axis=0) / 20
    matrix = np.array([[1.0, 0.0, -5.0], [0.0, 1.0, 0.0]])
    cut, truth = resample(image, np.zeros((20, 20), np.uint8), matrix, (20, 20))
    np.testing.assert_allclose(cut[0, :5], image[0, 5:0:-1])
    assert (truth[:, :5] == IGNORE).all()
    assert (truth[:, 5:] == 0).all()


@pytest.mark.parametrize("strength_px", [1.0, 4.0])
def test_an_elastic_field_is_as_strong_as_asked_and_smooth(strength_px: float) -> None:
    field = elastic_displacement(PATCH_HW, strength_px, np.random.default_rng(3))
    assert field.shape == (*PATCH_HW, 2)
    assert np.sqrt(np.mean(field**2)) == pytest.approx(strength_px, rel=1e-4)
    assert np.abs(np.diff(field, axis=0)).max() < strength_px / 2


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
@pytest.mark.parametrize("shape", [(40, 50), (40, 50, 3)])
def test_depth_and_channels_survive(dtype: type[np.generic], shape: tuple[int, ...]) -> None:
    white = 1.0 if dtype == np.float32 else np.iinfo(dtype).max
    image = np.full(shape, white, dtype)
    rng = np.random.default_rng(0)
    matrix = sampling_matrix((25, 20), (32, 32), Augmentation(rotate_deg=30), rng)
    for field in (None, elastic_displacement((32, 32), 2.0, rng)):
        cut, truth = resample(image, np.zeros((40, 50), np.uint8), matrix, (32, 32), field)
        assert cut.dtype == dtype
        assert cut.shape == (32, 32, *shape[2:])
        assert (cut == white).all()
        assert truth.dtype == np.uint8
