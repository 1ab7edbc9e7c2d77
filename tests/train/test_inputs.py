"""Networks that take more than one array of an example."""

from __future__ import annotations

import signal
from dataclasses import replace
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from engine.errors import Interrupted
from engine.train.loop import fit
from engine.train.plan import Trainable, Validation
from engine.train.tensorboard import TensorBoardLog
from tests.train.test_loop import assert_same, send
from tests.train.tiny import Recorder, alone, plan


def build() -> keras.Model:
    """Two answers, each to an input of its own."""
    pixels, numbers = keras.Input((8, 8, 3), name="pixels"), keras.Input((2, 4), name="numbers")
    bright = keras.layers.Dense(1, name="bright")(keras.layers.GlobalAveragePooling2D()(pixels))
    total = keras.layers.Dense(1, name="total")(keras.layers.Flatten()(numbers))
    return keras.Model([pixels, numbers], [bright, total], name="two")


def draw(step: int, position: int) -> tuple[np.ndarray, ...]:
    """Pixels and numbers, then their mean and their sum."""
    rng = np.random.default_rng([step, position])
    pixels, numbers = rng.random((8, 8, 3), np.float32), rng.random((2, 4), np.float32)
    return pixels, numbers, pixels.mean(keepdims=True)[0, 0], numbers.sum(keepdims=True)[0]


def loss_sums(targets: tuple[Any, ...], outputs: Any) -> dict[str, Any]:
    assert len(targets) == len(outputs) == 2
    apart = [tf.reduce_sum((t - o) ** 2) for t, o in zip(targets, outputs, strict=True)]
    return {"bright": apart[0], "total": apart[1]}


def trainable() -> Trainable:
    def validate(model: Any) -> Validation:
        pixels, numbers, *_ = (
            np.stack(each) for each in zip(*(draw(9, p) for p in range(4)), strict=True)
        )
        bright, total = model([pixels, numbers], training=False)
        return Validation(0.5, {"bright": float(bright[0, 0]), "total": float(total[0, 0])})

    return Trainable(
        build=build,
        draw=draw,
        example=(
            ((8, 8, 3), "float32"),
            ((2, 4), "float32"),
            ((1,), "float32"),
            ((1,), "float32"),
        ),
        loss_sums=loss_sums,
        loss=lambda sums: sums["bright"] + sums["total"],
        validate=validate,
        inputs=2,
    )


def test_each_array_reaches_its_input_and_both_halves_learn(tmp_path: Path) -> None:
    recorder = Recorder()
    how = plan(steps=200, learning_rate=0.05, batch=8)
    fitted = fit(trainable(), how, alone(), tmp_path, recorder)
    assert recorder.reports[-1].loss < 0.02 * recorder.reports[0].loss
    pixels, numbers, bright, total = draw(10**6, 0)
    said = fitted.model([pixels[None], numbers[None]])
    np.testing.assert_allclose(said[0][0], bright, atol=0.1)
    np.testing.assert_allclose(said[1][0], total, atol=0.6)


def test_a_stopped_run_goes_on_as_if_it_had_never_stopped(tmp_path: Path) -> None:
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    how = plan(steps=12)
    for folder in (whole, parts):
        folder.mkdir()
    fit(trainable(), how, alone(), whole, Recorder())
    with pytest.raises(Interrupted):
        fit(trainable(), how, alone(), parts, Recorder(send(signal.SIGTERM, 2)))
    fit(trainable(), how, alone(), parts, Recorder(), True)
    assert_same(whole, parts)


def test_of_parts_that_share_no_weight_each_gradient_is_cut_by_itself(tmp_path: Path) -> None:
    """A loss a thousand times as large in one half takes nothing from the steps of the other."""

    def moved(parts: tuple[str, ...], folder: str) -> float:
        task = replace(
            trainable(), parts=parts, loss=lambda sums: sums["bright"] + 1e6 * sums["total"]
        )
        (tmp_path / folder).mkdir()
        how = plan(steps=1, weight_decay=0.0, average_decay=0.0, clip_norm=1e-6)
        model = fit(task, how, alone(), tmp_path / folder, Recorder()).model
        return float(np.abs(np.asarray(model.get_layer("bright").bias)).max())  # it begins at 0

    together, apart = moved((), "together"), moved(("bright", "total"), "apart")
    assert apart > 10 * together


@pytest.mark.parametrize("parts", [("bright",), ("bright", "total", "total")])
def test_parts_that_are_not_the_whole_are_an_error(parts: tuple[str, ...], tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="do not have each weight once"):
        fit(replace(trainable(), parts=parts), plan(steps=1), alone(), tmp_path, Recorder())


def test_tensorboard_shows_the_graph_of_all_inputs(tmp_path: Path) -> None:
    with TensorBoardLog(tmp_path, "run", {}) as board:
        board.started(build())
    read = EventAccumulator(str(tmp_path / "train")).Reload()
    shapes = [
        [side.size for side in node.attr["_output_shapes"].list.shape[0].dim]
        for node in read.Graph().node
        if node.op == "Placeholder" and "_user_specified_name" in node.attr
    ]
    assert [1, 8, 8, 3] in shapes and [1, 2, 4] in shapes


@pytest.mark.parametrize("shape", [(None, None, 3), (32, None, 3)])
def test_sides_that_are_free_are_shown_at_a_size(
    tmp_path: Path, shape: tuple[int | None, ...]
) -> None:
    pixels = keras.Input(shape)
    model = keras.Model(pixels, keras.layers.Conv2D(1, 1)(pixels))
    with TensorBoardLog(tmp_path, "run", {}) as board:
        board.started(model)
    read = EventAccumulator(str(tmp_path / "train")).Reload()
    assert "Conv2D" in {node.op for node in read.Graph().node}
