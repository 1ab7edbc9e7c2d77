"""Every recipe that the project ships passes the audit and becomes a model that can be trained."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from engine.audit.seal import read_seal, seal_path
from engine.recipe import load_recipe
from engine.records import IGNORE, Split
from engine.steps import check
from engine.tasks.task import find_task

FOLDER = Path(__file__).parents[2] / "recipes"


def _needs_shared_data(path: Path) -> bool:
    return re.search(r"^[^#]*\$\{DLTRAIN_DATA\}", path.read_text("utf-8"), re.MULTILINE) is not None


RECIPES = [
    pytest.param(
        path,
        id=path.stem,
        marks=[pytest.mark.shared_data] if _needs_shared_data(path) else [],
    )
    for path in sorted(FOLDER.rglob("*.yaml"))
]


@pytest.mark.parametrize("name", ["caps", "tray", "oranges", "packages", "good_caps"])
def test_the_seal_of_an_example_is_that_of_its_test_set(name: str) -> None:
    recipe = load_recipe(FOLDER / f"{name}.yaml")
    sealed = {photo.sha256 for photo in read_seal(seal_path(recipe.path))}
    assert sealed == {sample.sha256 for sample in check(recipe).dataset.test}


@pytest.mark.parametrize("path", RECIPES)
def test_a_shipped_recipe_becomes_a_model(path: Path) -> None:
    recipe = load_recipe(path)
    checked = check(recipe)
    assert not checked.refused, checked.audit.findings
    compiled = find_task(recipe.task).compile(recipe, Split.of(checked.dataset))
    shapes = [shape for shape, _ in compiled.trainable.example]
    arrays = compiled.trainable.draw(0, 0)
    assert [array.shape for array in arrays] == shapes
    given = [array[None] for array in arrays[: compiled.trainable.inputs]]
    outputs = compiled.trainable.build()(given if len(given) > 1 else given[0], training=False)
    for output in outputs if len(given) > 1 else [outputs]:
        assert np.isfinite(np.asarray(output)).all()
    if recipe.task == "ocr":
        *_, labels, places = arrays
        assert (labels[places[..., 1] > 0] >= 0).all()
        return
    drawn = [compiled.trainable.draw(0, position)[1] for position in range(16)]
    if recipe.task == "anomaly_detection":  # defects are drawn on good photos
        assert {int(value) for labels in drawn for value in np.unique(labels)} - {IGNORE} == {0, 1}
        return
    if recipe.task == "segmentation":
        values = {int(value) for labels in drawn for value in np.unique(labels)}
        shown = {value - 1 for value in values - {0, IGNORE}}
    else:  # cells x classes, 1 where the middle of a thing lies
        shown = {int(index) for sure in drawn for index in np.nonzero(sure.max(axis=0) == 1)[0]}
    assert shown == set(range(len(recipe.classes)))
