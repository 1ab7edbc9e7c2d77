"""Every backbone: size, pyramid, one training step, saving and loading."""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf

from engine.errors import UsageError
from engine.kcv import (
    BACKBONES,
    batch_norms,
    build_backbone,
    find_backbone,
    prepare_batch_norm,
)

# One of each way in which a family can fail; every other backbone is built in the slow set.
QUICK = ("plain_s", "yolov8_xs", "mobilenet_v2_035")
NAMES = [n if n in QUICK else pytest.param(n, marks=pytest.mark.slow) for n in BACKBONES]


def test_the_family_of_backbones_is_complete() -> None:
    assert len(BACKBONES) == 22
    assert all(name == spec.name for name, spec in BACKBONES.items())


@pytest.mark.parametrize("name", NAMES)
def test_backbone_keeps_its_contract(name: str, pixels: np.ndarray, tmp_path: Path) -> None:
    backbone = build_backbone(name)
    spec = backbone.spec
    assert backbone.core.count_params() == spec.parameters
    published = [tuple(v.shape) for v in spec.published().weights]
    assert [tuple(v.shape) for v in backbone.core.weights] == published

    levels = backbone.model(pixels)
    assert tuple(backbone.pyramid) == spec.strides
    for stride, level in zip(spec.strides, levels, strict=True):
        assert level.shape[:3] == (2, 64 // stride, 96 // stride)
        assert level.shape[3] == backbone.pyramid[stride].shape[3]

    _train_one_step(backbone.model, pixels)
    prepare_batch_norm(backbone.model, momentum=0.8)
    backbone.model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    assert all(norm.momentum == 0.8 for norm in batch_norms(loaded))
    for before, after in zip(backbone.model(pixels), loaded(pixels), strict=True):
        np.testing.assert_array_equal(before, after)


def _train_one_step(model: keras.Model, pixels: np.ndarray) -> None:
    coarsest = keras.Model(model.input, model.outputs[-1])
    before = [variable.numpy() for variable in coarsest.trainable_variables]
    coarsest.compile(keras.optimizers.Adam(1e-3), "mse", jit_compile=False)
    truth = np.ones(coarsest(pixels).shape, np.float32)
    assert np.isfinite(coarsest.train_on_batch(pixels, truth))
    after = [variable.numpy() for variable in coarsest.trainable_variables]
    assert any((old != new).any() for old, new in zip(before, after, strict=True))


@pytest.mark.slow
@pytest.mark.parametrize(("momentum", "right"), [(0.9, True), (0.99, False)])
def test_momentum_decides_when_statistics_are_right(
    momentum: float, right: bool, pixels: np.ndarray
) -> None:
    backbone = build_backbone("yolov8_xs")
    prepare_batch_norm(backbone.model, momentum)
    assert (_distance_of_inference(backbone.model, pixels, steps=150) < 0.01) == right


def _distance_of_inference(model: keras.Model, pixels: np.ndarray, steps: int) -> float:
    """Largest mean difference of a level between training and inference, by its mean size."""
    x = tf.constant(pixels)
    step = tf.function(lambda batch: model(batch, training=True))
    for _ in range(steps):
        trained = step(x)
    inferred = model(x, training=False)
    pairs = [(t.numpy(), i.numpy()) for t, i in zip(trained, inferred, strict=True)]
    return max(float(np.abs(t - i).mean() / np.abs(t).mean()) for t, i in pairs)


def test_pixels_are_scaled_inside_the_model(pixels: np.ndarray) -> None:
    backbone = build_backbone("mobilenet_v2_035")
    inside = backbone.core(pixels * 2 - 1)[-1]
    np.testing.assert_allclose(backbone.model(pixels)[-1], inside, atol=1e-6)


def test_precision_and_freezing_survive_saving(tmp_path: Path) -> None:
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        backbone = build_backbone("yolov8_xs")
    finally:
        keras.config.set_dtype_policy(before)
    backbone.core.trainable = False
    backbone.model.save(tmp_path / "model.keras")
    core = keras.saving.load_model(tmp_path / "model.keras").get_layer("yolov8_xs")
    assert core.get_layer("stem_1_conv").compute_dtype == "bfloat16"
    assert keras.config.dtype_policy() == before
    assert not core.trainable_weights


def test_unknown_name_suggests_the_nearest() -> None:
    with pytest.raises(UsageError, match="Did you mean 'resnet18_v2'"):
        find_backbone("resnet18")


@pytest.mark.slow
def test_mix_transformer_equals_the_published_one_on_a_square() -> None:
    backbone = build_backbone("mit_b0")
    published = backbone.spec.published()
    published.set_weights(backbone.core.get_weights())
    square = np.random.default_rng(1).random((1, 224, 224, 3), np.float32)
    theirs = published(square)
    np.testing.assert_allclose(backbone.model(square)[-1], theirs, atol=2e-5)
