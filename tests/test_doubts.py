"""What a run says on the terminal of training photos that the model doubts (ANN303)."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from engine.observer import Silence
from engine.recipe import Recipe, load_recipe
from engine.steps import _doubts
from engine.tasks.task import Suspect, Suspects
from tests.builders import caps
from tests.e2e.good_set import good_set


class Heard(Silence):
    """Keeps what is said."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def said(self, message: str) -> None:
        self.lines.append(message)


def said(recipe: Recipe, count: int) -> list[str]:
    found = tuple(Suspect(f"{n}.png", "chip", (1, 2, 3, 4), 0.9, 0, b"") for n in range(count))
    task = SimpleNamespace(suspects=lambda *_: Suspects(8, 8, 0.5, found))
    deployed: Any = SimpleNamespace(task=task, model=None, deployment=None)
    split: Any = SimpleNamespace(train=None)
    heard = Heard()
    _doubts(recipe, deployed, split, heard)
    return heard.lines


@pytest.mark.parametrize(
    ("count", "line"),
    [
        (0, None),
        (1, "ANN303: 1 training photo may show a defect among the good ones"),
        (2, "ANN303: 2 training photos may show a defect among the good ones"),
    ],
)
def test_where_good_photos_are_learnt(tmp_path: Path, count: int, line: str | None) -> None:
    recipe = load_recipe(good_set(tmp_path, train=1, good=1, a_kind=1))
    assert said(recipe, count) == ([] if line is None else [f"{line}; the report shows them"])


def test_where_defects_are_annotated(tmp_path: Path) -> None:
    lines = said(load_recipe(caps(tmp_path)), 2)
    assert lines == ["ANN303: 2 training photos may lack an annotation; the report shows them"]


def test_nothing_where_the_check_is_off(tmp_path: Path) -> None:
    assert said(load_recipe(caps(tmp_path), ["checks.ANN303=off"]), 2) == []
