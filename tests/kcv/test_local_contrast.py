"""Local contrast: the same under every light, nothing on an even surface, any size of picture."""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
import pytest

from engine.kcv.local_contrast import LocalContrast


@pytest.fixture
def texture() -> np.ndarray:
    rng = np.random.default_rng(3)
    return rng.uniform(0.3, 0.7, (1, 64, 96, 3)).astype(np.float32)


def test_the_pixels_come_first_and_unchanged(texture: np.ndarray) -> None:
    both = LocalContrast()(texture)
    assert both.shape == (1, 64, 96, 6)
    np.testing.assert_array_equal(both[..., :3], texture)


def test_contrast_is_the_same_in_a_darker_photo(texture: np.ndarray) -> None:
    layer = LocalContrast(least_spread=0.005)
    bright = layer(texture).numpy()[..., 3:]
    dark = layer(0.5 * texture - 0.1).numpy()[..., 3:]
    assert np.abs(bright).mean() > 0.5
    np.testing.assert_allclose(dark, bright, atol=0.02)


def test_an_even_surface_has_no_contrast() -> None:
    flat = np.full((1, 64, 64, 3), 0.4, np.float32)
    np.testing.assert_allclose(LocalContrast()(flat)[..., 3:], 0.0, atol=1e-3)


def test_a_faint_spot_on_a_dark_surface_stands_out() -> None:
    rng = np.random.default_rng(0)
    photo = 0.05 + 0.004 * rng.standard_normal((1, 64, 64, 1)).astype(np.float32)
    photo[0, 30:34, 30:34] -= 0.03
    contrast = LocalContrast()(photo).numpy()[0, ..., 1]
    assert contrast[30:34, 30:34].max() < -0.25  # eight times as much as the pixels differ
    assert np.abs(contrast[:20]).max() < 0.4 and np.abs(contrast[:20]).mean() < 0.1


def test_noise_is_enlarged_less_than_a_least_spread_allows() -> None:
    noise = 0.5 + 0.004 * np.random.default_rng(0).standard_normal((1, 64, 64, 1))
    enlarged = [
        float(np.std(LocalContrast(least_spread=least)(noise).numpy()[..., 1]))
        for least in (0.005, 0.075)
    ]
    assert enlarged[0] > 0.5
    assert enlarged[1] < 0.1


def test_it_is_stored_with_a_model(texture: np.ndarray, tmp_path: Path) -> None:
    pixels = keras.Input((None, None, 3))
    model = keras.Model(pixels, LocalContrast()(pixels))
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(loaded(texture), model(texture))


def test_the_least_spread_is_stored_with_a_model(texture: np.ndarray, tmp_path: Path) -> None:
    pixels = keras.Input((None, None, 3))
    model = keras.Model(pixels, LocalContrast(least_spread=0.2)(pixels))
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(loaded(texture), model(texture))
    assert not np.allclose(loaded(texture), LocalContrast()(texture))
