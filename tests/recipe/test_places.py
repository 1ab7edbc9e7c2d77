"""Errors about a key say where it stands, also when they come up after the recipe was read."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import UsageError
from engine.recipe.places import placed

TEXT = "version: 1\ndata:\n  format: yolo\n  train: a\n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "data.yaml"
    file.write_text(TEXT, "utf-8")
    return file


@pytest.mark.parametrize(
    ("where", "begins"),
    [
        ("data.format", "{}:3:11: data.format: it does not fit"),
        ("data.format, data.train", "{}:3:11: data.format, data.train: it"),
        ("data.train: a/b.json", "{}:4:10: data.train: a/b.json: it"),
        ("data.test", "{}:2:1: data.test: it"),
        ("model.weights", "{}: model.weights: it"),
        ("split", "split: it"),
        ("a.png", "a.png: it"),
        ("{}: waive", "{}: waive: it"),
    ],
)
def test_the_place_of_a_key(path: Path, where: str, begins: str) -> None:
    with pytest.raises(UsageError) as caught, placed(path), placed(path):
        raise UsageError("it does not fit", where=where.format(path))
    assert str(caught.value).startswith(begins.format(path))
    assert caught.value.paragraph() == str(caught.value)


def test_an_error_without_a_place_stays_as_it_is(path: Path) -> None:
    with pytest.raises(UsageError, match=r"^it does not fit\.$"), placed(path):
        raise UsageError("it does not fit")


@pytest.mark.parametrize("text", [None, "a: [", "\x00"])
def test_a_recipe_that_cannot_be_read_any_more_is_named(path: Path, text: str | None) -> None:
    path.unlink()
    if text is not None:
        path.write_text(text, "utf-8")
    with pytest.raises(UsageError) as caught, placed(path):
        raise UsageError("it does not fit", where="data.format")
    assert str(caught.value) == f"{path}: data.format: it does not fit."
