"""Distances from the memory, by the definition of the paper, and the layer on disk."""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf

from engine.tasks.anomaly_detection.patches.memory import (
    NEIGHBOURS,
    PatchMemory,
    memory_of,
    nearest,
)


def filled(patches: np.ndarray) -> PatchMemory:
    layer = PatchMemory(*patches.shape)
    layer.remember(patches)
    return layer


def direct(features: np.ndarray, patches: np.ndarray) -> np.ndarray:
    """Roth et al., 2022, equations 6 and 7, of one feature after the other.

    Of a memory of one patch there is no rarity to tell, and the distance counts as it is.
    """
    scores = []
    for feature in features.reshape(-1, features.shape[-1]).astype(np.float64):
        apart = np.linalg.norm(patches - feature, axis=1)
        closest = int(apart.argmin())
        around = np.argsort(np.linalg.norm(patches - patches[closest], axis=1), kind="stable")
        others = np.exp(apart[around[:NEIGHBOURS]])
        weight = 1.0 - np.exp(apart[closest]) / others.sum() if len(patches) > 1 else 1.0
        scores.append(weight * apart[closest])
    return np.array(scores).reshape(*features.shape[:-1], 1)


@pytest.mark.parametrize("size", [1, 2, 5, NEIGHBOURS, 40])
def test_scores_are_those_of_the_paper(size: int) -> None:
    rng = np.random.default_rng(size)
    patches = rng.normal(size=(size, 6)).astype(np.float32)
    features = rng.normal(size=(2, 3, 4, 6)).astype(np.float32)
    scores = np.asarray(filled(patches)(features))
    assert scores.shape == (2, 3, 4, 1) and scores.dtype == np.float32
    np.testing.assert_allclose(scores, direct(features, patches), rtol=1e-4, atol=1e-5)


def test_a_memory_of_one_patch_tells_the_distance() -> None:
    """Without neighbours the weight would be 0, and whatever is shown would be good."""
    features = np.array([[[[0.0, 0.0], [3.0, 4.0]]]], np.float32)
    scores = np.asarray(filled(np.zeros((1, 2), np.float32))(features))
    np.testing.assert_allclose(scores.ravel(), [0.0, 5.0], atol=1e-6)


def test_what_is_in_the_memory_scores_nothing_and_what_is_far_scores_much() -> None:
    patches = np.random.default_rng(0).normal(size=(30, 4)).astype(np.float32)
    layer = filled(patches)
    same = np.asarray(layer(patches[None, None]))
    np.testing.assert_array_equal(same, 0.0)
    far = np.asarray(layer(1e4 + patches[None, None]))
    assert np.isfinite(far).all() and (far > 1e4).all()


@pytest.mark.parametrize("size", [1, 400])
def test_what_rounding_alone_tells_apart_is_at_no_distance(size: int) -> None:
    """Features of norm 34, as those of a backbone: their squares are rounded to 1e-4."""
    patches = np.random.default_rng(0).normal(2.8, 0.5, (size, 144)).astype(np.float32)
    layer = filled(patches)
    for noise in (0.0, 1e-6, -1e-6):
        np.testing.assert_array_equal(layer(patches[None, None] * np.float32(1 + noise)), 0.0)
    assert (np.asarray(layer(patches[None, None] * np.float32(1.01))) > 0.2).all()


def test_what_is_no_number_stays_none() -> None:
    layer = filled(np.ones((4, 3), np.float32))
    assert np.isnan(layer(np.full((1, 1, 1, 3), np.nan, np.float32))).all()


def test_equal_patches_fail_nowhere() -> None:
    layer = filled(np.ones((12, 3), np.float32))
    scores = np.asarray(layer(np.zeros((1, 2, 2, 3), np.float32)))
    np.testing.assert_allclose(scores, np.sqrt(3) * (1 - 1 / NEIGHBOURS), rtol=1e-5)


def test_a_graph_of_any_size_says_the_same() -> None:
    rng = np.random.default_rng(1)
    layer = filled(rng.normal(size=(20, 3)).astype(np.float32))
    graph = tf.function(layer, reduce_retracing=True)
    for size_hw in ((1, 1), (4, 6), (7, 2)):
        features = rng.normal(size=(2, *size_hw, 3)).astype(np.float32)
        np.testing.assert_allclose(graph(features), layer(features), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("size", [1, 4, 30])
def test_a_stored_memory_comes_back_equal(size: int, tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    inputs = keras.Input((None, None, 5))
    layer = PatchMemory(size, 5, name="memory")
    model = keras.Model(inputs, layer(inputs))
    layer.remember(rng.normal(size=(size, 5)).astype(np.float32))
    assert not model.trainable_weights
    model.save(tmp_path / "memory.keras")
    again = keras.saving.load_model(tmp_path / "memory.keras", compile=False)
    features = rng.normal(size=(1, 4, 4, 5)).astype(np.float32)
    np.testing.assert_array_equal(again(features), model(features))


@pytest.mark.parametrize("left_out", [True, False])
def test_outliers_are_stored_with_the_memory(left_out: bool, tmp_path: Path) -> None:
    inputs = keras.Input((None, None, 5))
    layer = PatchMemory(4, 5, ["Teil ä", "b/2"], left_out=left_out, name="memory")
    keras.Model(inputs, layer(inputs)).save(tmp_path / "memory.keras")
    again = memory_of(keras.saving.load_model(tmp_path / "memory.keras", compile=False))
    assert again is not None
    assert (again.outliers, again.left_out) == (("Teil ä", "b/2"), left_out)


def test_a_memory_stored_before_outliers_were_has_none() -> None:
    config = PatchMemory(4, 5).get_config()
    del config["outliers"], config["left_out"]
    assert PatchMemory.from_config(config).outliers == ()


def test_another_model_has_no_memory() -> None:
    assert memory_of(keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])) is None
    assert memory_of(object()) is None


@pytest.mark.parametrize("size", [1, 9, 1030])
def test_a_patch_is_nearest_to_itself_and_its_neighbours_follow(size: int) -> None:
    patches = np.random.default_rng(0).normal(size=(size, 4)).astype(np.float32)
    count = min(size, 5)
    found = nearest(patches, count)
    assert found.shape == (size, count)
    np.testing.assert_array_equal(found[:, 0], np.arange(size))
    for row in (0, size // 2, size - 1):
        apart = np.linalg.norm(patches - patches[row], axis=1)
        np.testing.assert_allclose(apart[found[row]], np.sort(apart)[:count], rtol=1e-4, atol=1e-4)
