"""Pictures at several sizes, and the mean of what is seen at each."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from engine.tasks.anomaly_detection.pyramid import mean_over_scales, shrunk, thinned


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
def test_a_pixel_is_the_mean_of_what_it_covers(dtype: type[np.generic]) -> None:
    picture = np.array([[0, 100, 20, 20], [100, 200, 20, 60]], dtype)
    np.testing.assert_allclose(shrunk(picture, 0.5), [[100, 30]])
    assert shrunk(picture, 0.5).dtype == dtype


def test_a_label_map_keeps_its_values() -> None:
    labels = np.random.default_rng(0).choice(np.array([0, 1, 255], np.uint8), (31, 40))
    small = thinned(labels, 0.5)
    assert small.shape == (round(31 / 2), 20) and set(np.unique(small)) <= {0, 1, 255}


def test_at_full_size_a_picture_stays_as_it_is() -> None:
    picture = np.arange(12, dtype=np.uint8).reshape(3, 4)
    assert shrunk(picture, 1.0) is picture
    assert thinned(picture, 1.0) is picture


def test_nothing_shrinks_to_nothing() -> None:
    assert shrunk(np.zeros((1, 1, 3), np.uint8), 0.5).shape == (1, 1, 3)


@pytest.mark.parametrize("size_hw", [(1, 1), (1, 9), (33, 50)])
def test_the_mean_has_the_size_of_the_picture(size_hw: tuple[int, int]) -> None:
    seen: list[tuple[tuple[int, ...], bool]] = []

    def height(picture: np.ndarray[Any, Any], last: bool) -> np.ndarray[Any, Any]:
        seen.append((picture.shape[:2], last))
        return np.full(picture.shape[:2], picture.shape[0], np.float32)

    map_ = mean_over_scales(np.zeros((*size_hw, 3), np.uint8), (1.0, 0.5), height)
    half = tuple(max(1, round(side / 2)) for side in size_hw)
    assert seen == [(half, False), (size_hw, True)]
    assert map_.dtype == np.float32
    np.testing.assert_allclose(map_, np.full(size_hw, (half[0] + size_hw[0]) / 2))


def test_places_are_kept() -> None:
    picture = np.zeros((60, 80), np.uint8)
    picture[20:30, 40:60] = 250
    map_ = mean_over_scales(picture, (1.0, 0.5), lambda each, last: each.astype(np.float32))
    np.testing.assert_allclose(map_[22:28, 42:58], 250, atol=1e-3)
    np.testing.assert_allclose(map_[:18], 0, atol=1e-3)
    np.testing.assert_allclose(map_[:, 62:], 0, atol=1e-3)
