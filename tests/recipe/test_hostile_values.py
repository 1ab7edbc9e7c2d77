"""Whatever stands at a key: the recipe loads, or every complaint has a place and can be printed."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import RecipeError
from engine.recipe import load_recipe
from engine.recipe.schema.walk import leaves

HOSTILE = (".nan", "-.inf", "9" * 99, '"\\0\\u2028"', "[[{a: [~]}]]", "9" * 5000)
SAME_AS_TRAIN = ("validation", "test", "pool", "root")
KEYS = [
    ".".join("chip" if part == "*" and path[0] == "classes" else str(part) for part in path)
    for path, _ in leaves()
    if path[1:2] not in [(name,) for name in SAME_AS_TRAIN] and path[0] != "waive"
]


@pytest.mark.parametrize("key", KEYS)
def test_hostile_values(key: str, caps: Path) -> None:
    caps.write_text(caps.read_text().replace("train: train", "train: {images: train}"))
    for value in HOSTILE:
        try:
            load_recipe(caps, [f"{key}={value}"])
        except RecipeError as error:
            problems = error.problems
            assert all(problem.line >= 1 and problem.column >= 1 for problem in problems)
            assert all("\n" not in str(problem) for problem in problems)
            assert str(error).encode("utf-8")
