"""Stored values to 0…1 for 8, 10, 12 and 16 bits, grey and colour."""

from __future__ import annotations

import numpy as np
import pytest

from engine.data.intensity import WHITE_16_BIT, in_8_bits, to_unit, white_level


def test_without_16_bit_photos_white_is_full_scale() -> None:
    assert white_level([]) == WHITE_16_BIT
    assert white_level([np.full((2, 2), 255, np.uint8)]) == WHITE_16_BIT
    assert white_level([np.zeros((2, 2), np.uint16)]) == WHITE_16_BIT


@pytest.mark.parametrize(
    ("brightest", "white"), [(3, 255), (255, 255), (1000, 1023), (4095, 4095), (4096, 8191)]
)
def test_white_is_the_range_that_the_camera_uses(brightest: int, white: int) -> None:
    photos = [np.array([[0, brightest]], np.uint16), np.array([[0, 1]], np.uint16)]
    assert white_level(photos) == white


def test_eight_bit_white_is_one_whatever_the_camera() -> None:
    unit = to_unit(np.array([[0, 51, 255]], np.uint8), white_16_bit=4095)
    np.testing.assert_allclose(unit[0, :, 0], [0.0, 0.2, 1.0], atol=1e-6)


def test_brighter_than_white_is_cut() -> None:
    unit = to_unit(np.array([[0, 4095, 9000]], np.uint16), white_16_bit=4095)
    np.testing.assert_allclose(unit[0, :, 1], [0.0, 1.0, 1.0], atol=1e-6)


@pytest.mark.parametrize("shape", [(4, 5), (4, 5, 3)])
def test_pictures_are_float32_rgb(shape: tuple[int, ...]) -> None:
    unit = to_unit(np.ones(shape, np.uint8))
    assert unit.shape == (4, 5, 3)
    assert unit.dtype == np.float32


@pytest.mark.parametrize("shape", [(16, 16), (4, 8, 3)])
def test_in_8_bits_is_the_way_back(shape: tuple[int, ...]) -> None:
    levels = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
    stored = in_8_bits(to_unit(levels))
    assert stored.dtype == np.uint8
    np.testing.assert_array_equal(
        stored, np.broadcast_to(levels.reshape(*shape[:2], -1), stored.shape)
    )


def test_8_bits_are_the_nearest() -> None:
    values = np.array([0.0, 0.4 / 255, 0.6 / 255, 254.6 / 255, 1.0], np.float32)
    assert in_8_bits(values).tolist() == [0, 0, 1, 255, 255]
