"""The reader, alone and with a locator: shapes, files, folding, graph and eager."""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf

from engine import kcv
from engine.tasks.detection.model import build_detector
from engine.tasks.ocr.line_size import FRAME_PX
from engine.tasks.ocr.model import (
    LOCATOR,
    READER,
    Fold,
    build_reader,
    join,
    locator_of,
    reader_of,
)
from engine.train.model_file import load_model, save_model
from engine.train.precision import precision
from tests.kcv.test_folding import shaken

LINES = np.random.default_rng(0).random((2, 3, 32, 96, 3), np.float32)
PICTURES = np.random.default_rng(1).random((2, 64, 64, 3), np.float32)
CHARACTERS = 5


def reader(backbone: str = "plain_s", line_hw: tuple[int, int] = (32, 96)) -> keras.Model:
    return shaken(build_reader(kcv.build_backbone(backbone), CHARACTERS, line_hw))


def joined() -> keras.Model:
    locator = build_detector(kcv.build_backbone("plain_s"), 2, (8, 16), oriented=True)
    return join(shaken(locator), reader(), lines=3)


def require_equal(one: object, other: object, atol: float = 0.0) -> None:
    for first, second in zip(tf.nest.flatten(one), tf.nest.flatten(other), strict=True):
        np.testing.assert_allclose(first, second, rtol=0, atol=atol)


@pytest.mark.parametrize(
    ("backbone", "line_hw"),
    [
        ("plain_s", (32, 96)),
        ("plain_s", (96, 64)),
        ("yolov8_xs", (64, 64)),
        ("mobilenet_v2_035", (32, 96)),
        ("mit_b0", (32, 96)),
    ],
)
def test_a_reader_says_of_each_column_what_it_shows(
    backbone: str, line_hw: tuple[int, int]
) -> None:
    model = reader(backbone, line_hw)
    lines = np.random.default_rng(2).random((2, *line_hw, 3), np.float32)
    said = model(lines, training=False)
    assert said.shape == (2, line_hw[1] // FRAME_PX, 1 + CHARACTERS)
    assert said.dtype == tf.float32
    alone = model(lines[1:], training=False)
    np.testing.assert_allclose(alone[0], said[1], atol=1e-4)


def test_what_is_read_of_a_column_depends_on_columns_on_both_sides() -> None:
    model, line = reader(), LINES[0, :1].copy()
    before = np.asarray(model(line, training=False))
    line[:, :, :4], line[:, :, -4:] = 0.0, 1.0
    after = np.asarray(model(line, training=False))
    assert (np.abs(after - before).max(axis=2) > 0).all()


def test_mixed_precision_says_float32() -> None:
    with precision("mixed_bfloat16"):
        model = build_reader(kcv.build_backbone("plain_s"), CHARACTERS, (32, 96))
    assert model.compute_dtype == "bfloat16"
    assert model(LINES[0]).dtype == tf.float32


def test_a_reader_is_stored_and_read_as_it_is(tmp_path: Path) -> None:
    model = reader("yolov8_xs")
    save_model(model, tmp_path / "model.keras")
    loaded = load_model(tmp_path / "model.keras")
    require_equal(loaded(LINES[0], training=False), model(LINES[0], training=False))
    assert reader_of(loaded) is loaded
    folded = kcv.fold_batch_norm(loaded)
    require_equal(folded(LINES[0], training=False), model(LINES[0], training=False), 1e-4)
    assert reader_of(folded) is folded
    assert len(kcv.batch_norms(folded)) < len(kcv.batch_norms(model))


def test_a_joined_model_says_what_its_halves_say() -> None:
    model = joined()
    located, said = model([PICTURES, LINES], training=False)
    assert said.shape == (2, 3, 24, 1 + CHARACTERS)
    require_equal(located, locator_of(model)(PICTURES, training=False), 1e-5)
    for number in range(2):
        own = reader_of(model)(LINES[number], training=False)
        np.testing.assert_allclose(said[number], own, atol=1e-4)
    assert (reader_of(model).name, locator_of(model).name) == (READER, LOCATOR)
    weights = {
        id(variable) for half in (reader_of(model), locator_of(model)) for variable in half.weights
    }
    assert weights == {id(variable) for variable in model.weights}


def test_the_halves_of_a_joined_model_share_nothing() -> None:
    model = joined()
    own, other = reader_of(model).trainable_variables, locator_of(model).trainable_variables
    assert {id(variable) for variable in own}.isdisjoint(id(variable) for variable in other)
    with tf.GradientTape() as tape:
        located, _ = model([PICTURES, LINES], training=True)
        loss = tf.reduce_sum(located)
    assert all(gradient is None for gradient in tape.gradient(loss, own))


def test_a_joined_model_is_stored_and_read_as_it_is(tmp_path: Path) -> None:
    model = joined()
    said = model([PICTURES, LINES], training=False)
    save_model(model, tmp_path / "model.keras")
    loaded = load_model(tmp_path / "model.keras")
    require_equal(loaded([PICTURES, LINES], training=False), said)
    folded = kcv.fold_batch_norm(loaded)
    require_equal(folded([PICTURES, LINES], training=False), said, 1e-4)
    assert len(kcv.batch_norms(folded)) < len(kcv.batch_norms(model))
    for whole in (loaded, folded):
        require_equal(reader_of(whole)(LINES[0], training=False), said[1][0], 1e-4)
        require_equal(locator_of(whole)(PICTURES, training=False), said[0], 1e-4)


@pytest.mark.parametrize("which", ["reader", "joined"])
def test_graph_and_eager_agree(which: str) -> None:
    model, given = (reader(), LINES[0]) if which == "reader" else (joined(), [PICTURES, LINES])
    graph = tf.function(lambda own: model(own, training=False))
    require_equal(graph(given), model(given, training=False), 1e-4)


def test_fold_takes_batches_of_any_size_and_is_stored() -> None:
    layer = Fold((4, 2), name="apart")
    assert layer(tf.zeros((5, 3, 4, 2))).shape == (15, 4, 2)
    assert layer(tf.zeros((8, 2))).shape == (2, 4, 2)
    assert layer.compute_output_shape((None, 3, 4, 2)) == (None, 4, 2)
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(layer))
    assert (again.shape, again.name) == ((4, 2), "apart")
    np.testing.assert_array_equal(
        again(np.arange(16.0).reshape(2, 8)), layer(np.arange(16.0).reshape(2, 8))
    )
