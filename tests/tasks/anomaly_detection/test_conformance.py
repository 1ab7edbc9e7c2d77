"""What every task must do, for both architectures: learn, come back equal, stop at no number."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import h5py
import keras
import numpy as np
import pytest
import tensorflow as tf

from engine.data.load import load_dataset
from engine.errors import RunFailed
from engine.recipe import Recipe, load_recipe
from engine.records import Split, TestSet, ValidationSet
from engine.tasks.anomaly_detection.options import Architecture
from engine.tasks.anomaly_detection.task import TASK
from engine.tasks.task import CompiledModel, find_task
from engine.train.gather import gather
from engine.train.loop import fit
from engine.train.model_file import load_model, save_model
from engine.train.plan import Gathering, Trainable, Validation
from tests.builders import picture
from tests.e2e.good_set import good_part, good_set
from tests.tasks.anomaly_detection.direct import auroc
from tests.tasks.anomaly_detection.good_parts import untrained_weights
from tests.train.tiny import Recorder, alone

ARCHITECTURES = get_args(Architecture)
STEPS = 100


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return untrained_weights(tmp_path_factory.mktemp("weights"))


def prepared(
    folder: Path, architecture: Architecture, weights: Path, *overrides: str
) -> tuple[Recipe, Split, CompiledModel]:
    memory = weights if architecture == "patch_memory" else None
    recipe = load_recipe(good_set(folder, memory, train=6, good=3, a_kind=2), list(overrides))
    split = Split.of(load_dataset(recipe))
    return recipe, split, TASK.compile(recipe, split)


def learnt(compiled: CompiledModel, folder: Path, recorder: Recorder | None = None) -> Any:
    """The model; in steps the last one, whatever a validation would have said."""
    told = recorder or Recorder()
    if isinstance(compiled.trainable, Gathering):
        return gather(compiled.trainable, compiled.plan, told, lambda *_: None).model
    task = replace(compiled.trainable, validate=lambda model: Validation(0.5, {}))
    how = replace(compiled.plan, steps=STEPS, evaluations=1)
    return fit(task, how, alone(), folder, told).model


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_it_learns_few_photos_and_comes_back_equal(
    architecture: Architecture, tmp_path: Path, weights: Path
) -> None:
    recipe, split, compiled = prepared(tmp_path, architecture, weights)
    recorder = Recorder()
    model = learnt(compiled, tmp_path, recorder)
    if isinstance(compiled.trainable, Trainable):
        assert recorder.reports[-1].loss < 0.85 * recorder.reports[0].loss
    quiet = lambda *_: None  # noqa: E731
    own = TASK.calibrate(
        model, compiled.deployment, ValidationSet(split.validation.samples), recipe, quiet
    )
    found = TASK.evaluate(model, own, TestSet(split.test.samples), quiet)
    # Two validation photos choose no threshold to be relied on; the order of scores tells.
    scores: dict[bool, list[float]] = {True: [], False: []}
    for line in found.predictions:
        scores[line["kind"] is not None].append(line["regions"]["interior"]["score"])
    told = auroc(np.array(scores[True]), np.array(scores[False]))
    assert told >= 0.9, scores

    pixels = np.random.default_rng(0).random((2, 64, 96, 3), np.float32)
    eager = np.asarray(model(pixels, training=False))
    graph = tf.function(lambda x: model(x, training=False))(pixels)
    np.testing.assert_allclose(graph, eager, rtol=2e-3, atol=2e-3)

    save_model(model, tmp_path / "model.keras")
    again = load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(np.asarray(again(pixels, training=False)), eager)
    restored = TASK.load(TASK.dump(own))
    assert restored == own
    assert TASK.thresholds(restored) == TASK.thresholds(own)
    repeated = TASK.evaluate(again, restored, TestSet(split.test.samples), quiet)
    assert repeated.predictions == found.predictions


def test_drawn_examples_are_what_the_loop_expects(tmp_path: Path, weights: Path) -> None:
    _, _, compiled = prepared(tmp_path, "synthetic_defects", weights)
    task = compiled.trainable
    assert isinstance(task, Trainable)
    for position in range(4):
        arrays = task.draw(2, position)
        told = [(array.shape, str(array.dtype)) for array in arrays]
        assert told == [(tuple(shape), dtype) for shape, dtype in task.example]
        for one, other in zip(arrays, task.draw(2, position), strict=True):
            np.testing.assert_array_equal(one, other)


def test_a_loss_that_is_no_number_stops_training(tmp_path: Path, weights: Path) -> None:
    _, _, compiled = prepared(tmp_path, "synthetic_defects", weights)
    own = compiled.trainable
    assert isinstance(own, Trainable)
    task = replace(own, loss=lambda sums: math.nan * own.loss(sums))
    with pytest.raises(RunFailed, match="the loss is nan"):
        fit(task, replace(compiled.plan, steps=2), alone(), tmp_path, Recorder())


def test_features_that_are_no_numbers_stop_a_run(tmp_path: Path, weights: Path) -> None:
    broken = tmp_path / "broken.weights.h5"
    broken.write_bytes(weights.read_bytes())
    with h5py.File(broken, "r+") as file:
        file.visititems(
            lambda name, own: (
                own.write_direct(np.full(own.shape, np.nan, own.dtype))
                if isinstance(own, h5py.Dataset) and own.ndim == 4
                else None
            )
        )
    recipe, split, compiled = prepared(tmp_path, "patch_memory", broken)
    with pytest.raises(RunFailed, match=r"negative or no numbers|not finite|no number"):
        model = learnt(compiled, tmp_path)
        validation = ValidationSet(split.validation.samples)
        TASK.calibrate(model, compiled.deployment, validation, recipe, lambda *_: None)


def test_a_defect_among_the_good_photos_is_a_note(tmp_path: Path, weights: Path) -> None:
    recipe = load_recipe(good_set(tmp_path, weights, train=9, good=3, a_kind=1))
    pixels = good_part(777)
    pixels[20:44, 20:44] = (250, 30, 30)
    split = Split.of(load_dataset(recipe))
    victim = split.train.samples[2]
    picture(victim.image, pixels)
    compiled = TASK.compile(recipe, Split.of(load_dataset(recipe)))
    assert isinstance(compiled.trainable, Gathering)
    fitted = gather(compiled.trainable, compiled.plan, Recorder(), lambda *_: None)
    (note,) = fitted.notes
    assert note.startswith("1 training photo looks unlike all others and was left out of the ")
    assert victim.object in note and note.endswith(
        "Look at it: a defect among good photos, most likely."
    )
    told = re.fullmatch(r"(\d+) of (\d+) patches", compiled.provenance["memory"])
    assert told and 0 < int(told[1]) <= int(told[2])
    assert compiled.provenance["places"] in ("compared in their place", "compared anywhere")


def test_the_task_is_found() -> None:
    assert find_task("anomaly_detection") is TASK
    assert isinstance(keras.saving.get_registered_object("dltrain>PatchMemory"), type)


def test_a_memory_says_that_augmentation_has_no_effect(tmp_path: Path, weights: Path) -> None:
    turned = "augment.rotate=90 deg"
    assert not prepared(tmp_path / "plain", "patch_memory", weights)[2].notes
    (note,) = prepared(tmp_path / "turned", "patch_memory", weights, turned)[2].notes
    assert note.startswith("augment has no effect")
    assert not prepared(tmp_path / "trained", "synthetic_defects", weights, turned)[2].notes
