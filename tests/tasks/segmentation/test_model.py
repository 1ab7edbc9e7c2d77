"""Networks: shapes, precision, saving, and the backbone that stays as it is when frozen."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf

from engine import kcv
from engine.errors import RunFailed
from engine.recipe import load_recipe
from engine.tasks.segmentation.compile import build_model
from engine.tasks.segmentation.model import DepthToSpace, build_unet
from engine.tasks.segmentation.options import SegmentationOptions, resolve
from engine.train.model_file import load_model, save_model
from engine.train.precision import precision
from tests.builders import caps

PIXELS = np.random.default_rng(0).random((2, 64, 96, 3), np.float32)


@pytest.fixture(scope="module")
def options(tmp_path_factory: pytest.TempPathFactory) -> SegmentationOptions:
    recipe = load_recipe(caps(tmp_path_factory.mktemp("data"), train=4, test=2))
    return resolve(recipe)


def find_layer(model: keras.Model, name: str) -> keras.layers.Layer:
    return next(layer for layer in model._flatten_layers() if layer.name == name)


@pytest.mark.parametrize("name", ["plain_s", "yolov8_xs", "mobilenet_v2_035"])
def test_unet_gives_float32_logits_at_full_size_and_saves(name: str, tmp_path: Path) -> None:
    with precision("mixed_bfloat16"):
        model = build_unet(kcv.build_backbone(name), 3)
    logits = model(PIXELS)
    assert logits.shape == (2, 64, 96, 4)
    assert logits.dtype == tf.float32
    assert model.compute_dtype == "bfloat16"
    assert model(PIXELS[:, :32, :32]).shape == (2, 32, 32, 4)
    save_model(model, tmp_path / "model.keras")
    assert [path.name for path in tmp_path.iterdir()] == ["model.keras"]
    np.testing.assert_array_equal(load_model(tmp_path / "model.keras")(PIXELS), logits)


@pytest.mark.parametrize("block", [2, 4])
def test_depth_to_space_undoes_space_to_depth(block: int) -> None:
    picture = tf.random.stateless_uniform((2, 8, 12, 5), [0, 1])
    layer = DepthToSpace(block)
    folded = tf.nn.space_to_depth(picture, block)
    np.testing.assert_array_equal(layer(folded), picture)
    assert layer.compute_output_shape(folded.shape) == picture.shape
    assert layer.compute_output_shape((None, None, 3, 16)) == (
        None,
        None,
        3 * block,
        16 // block**2,
    )
    assert DepthToSpace.from_config(layer.get_config()).block == block


@pytest.mark.parametrize("architecture", ["unet", "deeplab_v3_plus", "segformer"])
def test_all_architectures_build_and_a_frozen_backbone_stays(
    options: SegmentationOptions, architecture: str
) -> None:
    model, record = build_model(replace(options, architecture=architecture, freeze=True))
    assert record.source == "none"
    backbone = find_layer(model, options.backbone)
    assert not backbone.trainable_variables
    frozen = [weight.numpy() for weight in backbone.weights]
    model.compile(
        keras.optimizers.Adam(0.1),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        jit_compile=False,
    )
    truth = np.zeros((2, 64, 96), np.int32)
    before = [weight.numpy() for weight in model.trainable_weights]
    model.train_on_batch(PIXELS, truth)
    assert any(
        (old != new.numpy()).any() for old, new in zip(before, model.trainable_weights, strict=True)
    )
    for old, new in zip(frozen, backbone.weights, strict=True):
        np.testing.assert_array_equal(old, new)


def test_nothing_is_frozen_unless_asked(options: SegmentationOptions) -> None:
    model, _ = build_model(options)
    backbone = find_layer(model, options.backbone)
    assert backbone.trainable_variables
    assert {norm.momentum for norm in kcv.batch_norms(model)} == {0.9}


def test_a_damaged_model_file_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "cut.keras").write_bytes(b"PK\x03\x04 not a model")
    with zipfile.ZipFile(tmp_path / "other.keras", "w") as archive:
        archive.writestr("note.txt", "no model")
    for name, words in (
        ("cut.keras", "the model's file is damaged. Received: 16 bytes"),
        ("missing.keras", "the model's file is missing"),
        ("other.keras", "the model cannot be loaded"),
    ):
        with pytest.raises(RunFailed, match=words):
            load_model(tmp_path / name)
