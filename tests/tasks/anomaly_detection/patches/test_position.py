"""Places as a part of features: the layer says what numpy says, and comes back from a file."""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
import pytest

from engine.tasks.anomaly_detection.patches.position import WithPosition, with_position


def features(*shape: int) -> np.ndarray:
    return np.random.default_rng(0).normal(size=shape).astype(np.float32)


@pytest.mark.parametrize("size_hw", [(1, 1), (1, 7), (6, 4)])
@pytest.mark.parametrize("weight", [0.0, 3.5])
def test_the_layer_says_what_numpy_says(size_hw: tuple[int, int], weight: float) -> None:
    pictures = features(2, *size_hw, 5)
    placed = np.asarray(WithPosition(weight)(pictures))
    assert placed.shape == (2, *size_hw, 7) and placed.dtype == np.float32
    for one, other in zip(placed, pictures, strict=True):
        np.testing.assert_allclose(one, with_position(other, weight), atol=1e-6)


def test_places_run_from_the_first_cell_to_the_last() -> None:
    placed = with_position(features(3, 5, 2), 8.0)
    np.testing.assert_array_equal(placed[..., :2], features(3, 5, 2))
    np.testing.assert_allclose(placed[1, :, 2], [0, 2, 4, 6, 8])
    np.testing.assert_allclose(placed[:, 4, 3], [0, 4, 8])


def test_a_weight_of_zero_leaves_distances_as_they_are() -> None:
    assert not with_position(features(3, 5, 2), 0.0)[..., 2:].any()


def test_it_takes_pictures_of_any_size_and_comes_back_equal(tmp_path: Path) -> None:
    pixels = keras.Input((None, None, 2))
    model = keras.Model(pixels, WithPosition(2.5, name="place")(pixels))
    assert model.output_shape == (None, None, None, 4)
    model.save(tmp_path / "placed.keras")
    again = keras.saving.load_model(tmp_path / "placed.keras")
    assert again.get_layer("place").get_config() == model.get_layer("place").get_config()
    for shape in ((1, 4, 6, 2), (3, 2, 1, 2)):
        one, other = (np.asarray(own(features(*shape))) for own in (model, again))
        np.testing.assert_array_equal(one, other)
