"""What a user reads: each `golden/recipe/*.yaml` with the problems that are told about it.

`DLTRAIN_UPDATE_GOLDEN=1 pytest tests/recipe/test_messages.py` writes the texts anew.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from engine.errors import RecipeError
from engine.recipe import load_recipe

GOLDEN = Path(__file__).parents[1] / "golden" / "recipe"
CASES = sorted(GOLDEN.glob("*.yaml"))


def test_there_are_cases() -> None:
    assert len(CASES) >= 8


@pytest.mark.parametrize("case", CASES, ids=[case.stem for case in CASES])
def test_problems(case: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOT_SET_ANYWHERE", raising=False)
    shutil.copy(case, folder)
    with pytest.raises(RecipeError) as caught:
        load_recipe(Path(case.name))
    told = str(caught.value).replace(str(folder), "FOLDER") + "\n"
    expected = case.with_suffix(".txt")
    if os.environ.get("DLTRAIN_UPDATE_GOLDEN"):
        expected.write_text(told, encoding="utf-8")
    assert told == expected.read_text(encoding="utf-8")
