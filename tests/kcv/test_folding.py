"""A network with its batch normalisations folded away computes what it did before."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf

from engine.kcv import (
    Backbone,
    batch_norms,
    build_backbone,
    build_deeplab_v3_plus,
    build_segformer,
    fold_batch_norm,
)
from engine.tasks.detection.model import build_detector
from engine.tasks.segmentation.model import build_unet
from engine.train.model_file import load_model, save_model
from tests.kcv.test_backbones import NAMES


def shaken(model: keras.Model) -> keras.Model:
    """With statistics and factors as a trained network has them."""
    rng = np.random.default_rng(0)
    for norm in batch_norms(model):
        for variable in norm.weights:
            low = 0.5 if "variance" in variable.name or "gamma" in variable.name else -0.3
            variable.assign(rng.uniform(low, low + 0.8, variable.shape))
    return model


def detector(backbone: Backbone) -> keras.Model:
    return build_detector(backbone, 3, (8, 16), oriented=True)


def require_equal(model: keras.Model, folded: keras.Model, side: int = 64) -> None:
    pixels = np.random.default_rng(1).random((2, side, side, 3), dtype=np.float32)
    said, expected = (np.asarray(each(pixels, training=False)) for each in (folded, model))
    np.testing.assert_allclose(said, expected, atol=2e-4 * np.abs(expected).max())


@pytest.mark.parametrize("name", NAMES)
def test_every_backbone_says_the_same(name: str) -> None:
    model = shaken(detector(build_backbone(name)))
    folded = fold_batch_norm(model)
    require_equal(model, folded)
    before, after = len(batch_norms(model)), len(batch_norms(folded))
    assert after < before or before == 0


def test_what_levels_share_is_left_as_it_is() -> None:
    model = shaken(detector(build_backbone("yolov8_xs")))
    folded = fold_batch_norm(model)
    left = {norm.name for norm in batch_norms(folded)}
    assert left == {
        f"{half}_{stride}_normalization" for half in ("what", "where") for stride in (8, 16)
    }
    assert len(batch_norms(model)) > 20


@pytest.mark.parametrize(
    ("build", "backbone"),
    [
        (build_segformer, "mit_b0"),
        (build_deeplab_v3_plus, "mobilenet_v2_035"),
        (build_unet, "plain_s"),
        (build_unet, "yolov8_xs"),
    ],
)
def test_what_is_deployed_says_the_same(
    build: Callable[[Backbone, int], keras.Model], backbone: str, tmp_path: Path
) -> None:
    model = shaken(build(build_backbone(backbone), 2))
    save_model(model, tmp_path / "model.keras")
    loaded = load_model(tmp_path / "model.keras")
    folded = fold_batch_norm(loaded)
    require_equal(model, folded)
    assert len(batch_norms(folded)) < len(batch_norms(model))


@pytest.mark.parametrize("activation", [None, "relu"])
@pytest.mark.parametrize("used_twice", [False, True])
def test_a_convolution_is_folded_only_where_nothing_else_sees_it(
    activation: str | None, used_twice: bool
) -> None:
    picture = keras.Input((None, None, 3))
    own = keras.layers.Conv2D(4, 3, activation=activation, name="own")(picture)
    deep = keras.layers.DepthwiseConv2D(3, depth_multiplier=2, name="deep")(own)
    normed = keras.layers.BatchNormalization(scale=False, name="norm")(deep)
    first = keras.layers.BatchNormalization(center=False, name="first")(own)
    answers = [first, normed] if used_twice else [normed]
    means = [keras.layers.GlobalAveragePooling2D()(each) for each in answers]
    model = shaken(keras.Model(picture, keras.layers.Concatenate()([*means, means[0]])))
    folded = fold_batch_norm(model)
    require_equal(model, folded, side=16)
    assert {norm.name for norm in batch_norms(folded)} == ({"first"} if used_twice else set())


def test_an_answer_and_a_norm_of_rows_are_left_as_they_are() -> None:
    picture = keras.Input((8, 8, 3))
    own = keras.layers.Conv2D(8, 3, padding="same")(picture)
    rows = keras.layers.BatchNormalization(axis=1, name="rows")(own)
    model = shaken(keras.Model(picture, rows))
    require_equal(model, fold_batch_norm(model), side=8)
    asked = shaken(keras.Model(picture, [own, keras.layers.BatchNormalization()(own)]))
    pixels = np.random.default_rng(1).random((1, 8, 8, 3), dtype=np.float32)
    for said, expected in zip(fold_batch_norm(asked)(pixels), asked(pixels), strict=True):
        np.testing.assert_allclose(said, expected, atol=1e-5)


def test_layers_in_a_row_are_no_graph() -> None:
    model = keras.Sequential([keras.layers.Conv2D(2, 1), keras.layers.BatchNormalization()])
    assert fold_batch_norm(model) is model


def test_the_model_itself_is_not_changed() -> None:
    model = shaken(detector(build_backbone("yolov8_xs")))
    before = [np.asarray(weight) for weight in model.weights]
    fold_batch_norm(model)
    for weight, expected in zip(model.weights, before, strict=True):
        np.testing.assert_array_equal(weight, expected)
    assert tf.reduce_all(tf.math.is_finite(model(tf.zeros((1, 64, 64, 3)))))
