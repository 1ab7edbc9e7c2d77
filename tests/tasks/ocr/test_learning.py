"""That it learns: a reader alone its training lines, a joined model in both of its halves."""

from __future__ import annotations

import signal
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from engine.data.images import read_image
from engine.data.load import load_dataset
from engine.errors import Interrupted
from engine.recipe import load_recipe
from engine.records import Split
from engine.tasks.detection import loss as detection
from engine.tasks.ocr.compile import compile_recipe
from engine.tasks.ocr.loss import loss_from_sums
from engine.tasks.ocr.validate import validate
from engine.tasks.task import CompiledModel
from engine.train.loop import fit
from engine.train.plan import Validation
from tests.e2e.ocr_sets import codes, lines
from tests.train.test_loop import assert_same, send
from tests.train.tiny import Recorder, alone

TEXTS = {"train": "12 34 56 78 90 21 43 65 87 19", "test": "48"}


def compiled(recipe: Path, *overrides: str) -> tuple[CompiledModel, Split]:
    loaded = load_recipe(recipe, list(overrides))
    split = Split.of(load_dataset(loaded))
    return compile_recipe(loaded, split), split


def trained(own: CompiledModel, folder: Path, steps: int, settle_from: float) -> Any:
    """The model of the last step, whatever a validation would have said."""
    task = replace(own.trainable, validate=lambda model: Validation(0.5, {}))
    how = replace(own.plan, steps=steps, evaluations=1, settle_from=settle_from)
    return fit(task, how, alone(), folder, Recorder()).model


@pytest.mark.parametrize("backbone", ["plain_s", pytest.param("yolov8_xs", marks=pytest.mark.slow)])
def test_a_reader_learns_eight_lines_by_heart(backbone: str, tmp_path: Path) -> None:
    recipe = lines(tmp_path, TEXTS)
    recipe.write_text(recipe.read_text("utf-8").replace('"12"', '"0-9"'), encoding="utf-8")
    own, split = compiled(
        recipe, f"model.backbone={backbone}", "augment.synthetic=off", "data.validation=20 %"
    )
    samples = split.train.samples
    assert len(samples) == 8
    model = trained(own, tmp_path, 130, settle_from=0.8)
    photos = [read_image(sample.image) for sample in samples]
    found = validate(model, samples, photos.__getitem__, own.deployment)
    assert found.scalars["exact_match/mean"] == 1.0
    assert found.scalars["cer/mean"] == 0.0


def test_a_joined_model_learns_in_both_of_its_halves(tmp_path: Path) -> None:
    own, _ = compiled(codes(tmp_path, train=6, test=2), "augment.synthetic=50 %")
    task = own.trainable

    def losses(model: Any) -> tuple[float, float]:
        """Of locating and of reading, on patches and lines that no step draws."""
        examples = [task.draw(10**6, position) for position in range(6)]
        batch = [np.stack(arrays) for arrays in zip(*examples, strict=True)]
        outputs = model(batch[: task.inputs], training=False)
        sums = task.loss_sums(tuple(batch[task.inputs :]), outputs)
        assert float(task.loss(sums)) == pytest.approx(
            float(detection.loss_from_sums(sums) + loss_from_sums(sums)), rel=1e-4
        )
        return float(detection.loss_from_sums(sums)), float(loss_from_sums(sums))

    keras.utils.set_random_seed(own.plan.seed)
    before, after = losses(task.build()), losses(trained(own, tmp_path, 24, settle_from=1.0))
    assert after[0] < 0.8 * before[0]
    assert after[1] < 0.8 * before[1]


@pytest.mark.slow
@pytest.mark.parametrize("build", [lines, codes])
def test_a_resumed_run_ends_with_the_very_weights(
    build: Callable[[Path], Path], tmp_path: Path
) -> None:
    """Drawn lines, the kernel of the loss and the recurrent layers are all repeatable."""
    own, _ = compiled(build(tmp_path))
    task = replace(own.trainable, validate=lambda model: Validation(0.5, {}))
    how = replace(own.plan, steps=6, batch=2, evaluations=1)
    whole, parts = folder(tmp_path, "whole"), folder(tmp_path, "parts")
    fit(task, how, alone(), whole, Recorder())
    with pytest.raises(Interrupted):
        fit(task, how, alone(), parts, Recorder(send(signal.SIGTERM, 2)))
    fit(task, how, alone(), parts, Recorder(), True)
    assert_same(whole, parts)


def folder(home: Path, name: str) -> Path:
    path = home / name
    path.mkdir()
    return path
