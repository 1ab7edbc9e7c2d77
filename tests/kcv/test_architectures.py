"""DeepLabV3+ and SegFormer: size, precision, training, saving, and keras_cv's own numbers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras_cv.models import DeepLabV3Plus, SegFormer

from engine.errors import UsageError
from engine.kcv import (
    BACKBONES,
    DEEPLAB_BACKBONES,
    SEGFORMER_BACKBONES,
    Backbone,
    build_backbone,
    build_deeplab_v3_plus,
    build_segformer,
)
from engine.kcv.requirements import require_strides

BUILDERS = [build_deeplab_v3_plus, build_segformer]
Build = Callable[[Backbone, int], keras.Model]


@pytest.mark.parametrize("build", BUILDERS)
def test_architecture_trains_saves_and_is_the_same_in_a_graph(
    build: Build, pixels: np.ndarray, tmp_path: Path
) -> None:
    model = build(build_backbone("yolov8_xs"), 3)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(1e-3), loss, jit_compile=False)
    truth = np.random.default_rng(2).integers(0, 3, (2, 64, 96))
    assert np.isfinite(model.train_on_batch(pixels, truth))

    logits = model(pixels).numpy()
    assert logits.shape == (2, 64, 96, 3)
    assert logits.dtype == np.float32
    graph = tf.function(model, autograph=False)
    np.testing.assert_allclose(graph(tf.constant(pixels)), logits, atol=1e-4)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(loaded(pixels), logits)


@pytest.mark.parametrize(
    ("build", "backbone"),
    [
        (build_deeplab_v3_plus, "yolov8_xs"),
        (build_segformer, "yolov8_xs"),
        (build_segformer, "mit_b0"),
    ],
)
def test_one_graph_serves_pictures_of_any_size(build: Build, backbone: str) -> None:
    model = build(build_backbone(backbone), 2)
    any_size = tf.TensorSpec((None, None, None, 3), tf.float32)
    graph = tf.function(lambda own: model(own, training=False), input_signature=[any_size])
    for shape in [(1, 64, 64, 3), (2, 96, 64, 3), (1, 32, 160, 3)]:
        own = np.random.default_rng(0).random(shape, np.float32)
        np.testing.assert_allclose(graph(own), model(own, training=False), atol=1e-4)


def test_deeplab_equals_keras_cv() -> None:
    backbone = build_backbone("yolov8_xs")
    ours = build_deeplab_v3_plus(backbone, 3)
    names = {"P2": "stride_4", "P5": "stride_32"}
    levels = [
        keras.layers.Identity(name=names[level])(backbone.pyramid[stride])
        for level, stride in (("P2", 4), ("P5", 32))
    ]
    features = keras.Model(backbone.model.input, levels)
    features.pyramid_level_inputs = names
    head = keras.Sequential(
        [
            keras.layers.Conv2D(256, 1, use_bias=False),
            keras.layers.BatchNormalization(),
            keras.layers.ReLU(),
            keras.layers.UpSampling2D(4, interpolation="bilinear"),
            keras.layers.Conv2D(3, 1, use_bias=False),
        ]
    )
    theirs = DeepLabV3Plus(backbone=features, num_classes=3, segmentation_head=head)
    theirs.set_weights(ours.get_weights())
    own = np.random.default_rng(3).random((2, 64, 96, 3), np.float32)
    np.testing.assert_allclose(ours(own, training=False), theirs(own, training=False), atol=1e-5)


@pytest.mark.parametrize("build", BUILDERS)
def test_logits_are_float32_under_mixed_precision(build: Build, pixels: np.ndarray) -> None:
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        model = build(build_backbone("mobilenet_v2_035"), 2)
        assert model(pixels).dtype == tf.float32
    finally:
        keras.config.set_dtype_policy(before)


@pytest.mark.slow
def test_segformer_equals_keras_cv_on_a_square() -> None:
    backbone = build_backbone("mit_b0")
    ours = build_segformer(backbone, 3)
    published = backbone.spec.published()
    published.set_weights(backbone.core.get_weights())
    theirs = SegFormer(backbone=published, num_classes=3)
    for width, stride in zip((32, 64, 160, 256), backbone.pyramid, strict=True):
        _copy(theirs.get_layer(f"linear_{width}"), ours.get_layer(f"project_{stride}"))
    (fuse,) = (layer for layer in theirs.layers if isinstance(layer, keras.Sequential))
    _copy(fuse.layers[0], ours.get_layer("fuse"))
    _copy(fuse.layers[1], ours.get_layer("fuse_norm"))
    (last,) = (layer for layer in theirs.layers if isinstance(layer, keras.layers.Conv2D))
    _copy(last, ours.get_layer("coarse_logits"))

    # keras_cv enlarges probabilities where ours enlarges logits.
    coarse = keras.Model(ours.input, ours.get_layer("coarse_logits").output)
    square = np.random.default_rng(3).random((1, 224, 224, 3), np.float32)
    enlarged = keras.layers.UpSampling2D(4, interpolation="bilinear")(
        keras.ops.softmax(coarse(square))
    )
    np.testing.assert_allclose(theirs(square, training=False), enlarged, atol=1e-5)


def _copy(source: keras.layers.Layer, target: keras.layers.Layer) -> None:
    target.set_weights(source.get_weights())


def test_a_missing_level_is_named() -> None:
    with pytest.raises(UsageError, match="needs features of stride 64"):
        require_strides(build_backbone("yolov8_xs"), (4, 64), "deeper", ("none",))


def test_every_backbone_serves_both() -> None:
    assert set(DEEPLAB_BACKBONES) == set(SEGFORMER_BACKBONES) == set(BACKBONES)
