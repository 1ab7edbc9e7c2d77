"""Errors about a key say where it stands, also when they come up after the recipe was read."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import UsageError
from engine.recipe import Recipe, load_recipe
from engine.recipe.places import placed

TEXT = """\
version: 1
name: caps
task: detection
classes: { cap: {} }
data:
  format: yolo
  train: a
  test: a
  object: image
checks: { ANN301: warn }
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "a").mkdir()
    file = tmp_path / "data.yaml"
    file.write_text(TEXT, "utf-8")
    return file


def said(recipe: Recipe, where: str | None) -> str:
    with pytest.raises(UsageError) as caught, placed(recipe), placed(recipe):
        raise UsageError("it does not fit", where=where)
    assert caught.value.paragraph() == str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    ("where", "begins"),
    [
        ("data.format", "{}:6:11: data.format: it does not fit"),
        ("data.format, data.train", "{}:6:11: data.format, data.train: it"),
        ("data.train: a/b.json", "{}:7:10: data.train: a/b.json: it"),
        ("data.validation", "{}:5:1: data.validation: it"),
        ("checks.ANN301", "{}:10:19: checks.ANN301: it"),
        ("model.weights", "{}:1:1: model.weights: it"),
        ("split", "split: it"),
        ("a.png", "a.png: it"),
        ("train/a.png", "train/a.png: it"),
        (None, "it does not fit."),
    ],
)
def test_the_place_of_a_key(path: Path, where: str | None, begins: str) -> None:
    assert said(load_recipe(path), where).startswith(begins.format(path))


def test_a_key_that_was_set_stands_where_it_was_set(path: Path) -> None:
    recipe = load_recipe(path, ["data.format=coco"])
    begins = "--set data.format=coco:1:1: data.format: it does not fit"
    assert said(recipe, "data.format").startswith(begins)


def test_a_recipe_that_was_read_from_no_file_is_named() -> None:
    recipe = Recipe.model_validate(
        {
            "version": 1,
            "name": "caps",
            "task": "detection",
            "classes": {"cap": {}},
            "data": {"format": "yolo", "train": "a", "test": "a", "object": "image"},
        },
        context={"check_paths": False, "folder": Path("/")},
    )
    assert said(recipe, "data.format") == "recipe.yaml: data.format: it does not fit."
