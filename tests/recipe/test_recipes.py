"""Every recipe that the project ships, in all folders under `recipes/`."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine.recipe import load_recipe
from engine.recipe.render import render

FOLDER = Path(__file__).parents[2] / "recipes"
RECIPES = sorted(FOLDER.rglob("*.yaml"))


def test_there_are_recipes() -> None:
    assert RECIPES


@pytest.mark.parametrize("path", RECIPES, ids=[str(p.relative_to(FOLDER)) for p in RECIPES])
def test_recipe(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = tmp_path / "data"
    monkeypatch.setenv("DLTRAIN_DATA", str(data))
    for named in re.findall(r"\$\{DLTRAIN_DATA\}/([^\s,}\]'\"]+)", path.read_text("utf-8")):
        _make(data / named)
    recipe = load_recipe(path)
    stored = tmp_path / "recipe.yaml"
    stored.write_text(render(recipe), encoding="utf-8")
    assert load_recipe(stored) == recipe


def _make(path: Path) -> None:
    """An empty file or folder, whichever the name looks like."""
    if path.suffix:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    else:
        path.mkdir(parents=True, exist_ok=True)
