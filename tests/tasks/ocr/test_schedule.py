"""How long and how lines are trained."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.data.load import load_dataset
from engine.recipe import load_recipe
from engine.records import Split
from engine.tasks.ocr.compile import compile_recipe
from engine.tasks.ocr.schedule import DEFAULT_STEPS, line_schedule, lines_a_step
from engine.tasks.schedule import Schedule
from tests.e2e.ocr_sets import codes, lines

LINE_HW = (32, 320)


@pytest.fixture(scope="module")
def recipe_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return lines(tmp_path_factory.mktemp("digits"))


def schedule(path: Path, *overrides: str) -> Schedule:
    return line_schedule(load_recipe(path, list(overrides)), LINE_HW)


def test_what_is_stated_is_taken(recipe_path: Path) -> None:
    stated = ["batch_size=3", "seed=5", "learning_rate=1e-4", "patience=7", "steps=60"]
    found = schedule(recipe_path, *(f"train.{each}" for each in stated))
    assert found == Schedule(3, False, None, 60, None, 1e-4, 7, 5)


def test_what_is_not_stated_is_chosen(recipe_path: Path) -> None:
    found = schedule(recipe_path, "train={}")
    assert (found.batch, found.batch_may_shrink) == (lines_a_step(LINE_HW), True)
    assert (found.steps, found.epochs, found.time_budget_s) == (DEFAULT_STEPS, None, None)
    timed = schedule(recipe_path, "train={time_budget: 90 s}")
    assert (timed.steps, timed.time_budget_s) == (None, 90.0)


def test_large_lines_come_in_small_batches() -> None:
    assert [lines_a_step(size) for size in ((32, 64), LINE_HW, (128, 2048))] == [32, 16, 8]


@pytest.mark.parametrize("batch", [2, 8])
def test_where_fields_are_located_a_step_is_patches_and_lines_are_shared_among_them(
    tmp_path: Path, batch: int
) -> None:
    """`train` is the locator's, and a step shows about as many lines whatever its patches."""
    recipe = load_recipe(codes(tmp_path), [f"train.batch_size={batch}", "train.steps=11"])
    compiled = compile_recipe(recipe, Split.of(load_dataset(recipe)))
    assert (compiled.plan.batch, compiled.plan.steps) == (batch, 11)
    a_patch = int(compiled.parameters["lines_a_patch"])
    assert a_patch * batch == lines_a_step((32, 64))
    shapes = [shape for shape, _ in compiled.trainable.example]
    assert shapes[1] == (a_patch, 32, 64, 3)
