from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.schema import schema
from cli.show import show
from engine.recipe import load_recipe
from engine.recipe.json_schema import json_schema
from engine.recipe.render import plain_recipe


def test_show_prints_a_recipe_that_loads_again(
    caps: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    show(caps, ["train.epochs=3"])
    printed = capsys.readouterr().out
    Path("shown.yaml").write_text(printed, encoding="utf-8")
    assert load_recipe(Path("shown.yaml")) == load_recipe(caps, ["train.epochs=3"])


def test_show_prints_json_alone(caps: Path, capsys: pytest.CaptureFixture[str]) -> None:
    show(caps, json=True)
    assert json.loads(capsys.readouterr().out) == plain_recipe(load_recipe(caps))


def test_schema_prints_json_alone(capsys: pytest.CaptureFixture[str]) -> None:
    schema()
    assert json.loads(capsys.readouterr().out) == json_schema()
