"""`environment.json` read again: whole, or an error that says which file and which fields."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from engine.errors import RunFailed
from engine.training import TrainingRecord

RECORD = TrainingRecord(
    recipe_digest="ab",
    started="2026-01-02T10:15:00+01:00",
    finished="2026-01-02T10:21:41+01:00",
    seconds=281.4,
    steps=10,
    best_step=8,
    best_score=0.5,
    device="CPU",
    versions={"python": "3.11"},
    commit=None,
    precision="float32",
    batch=8,
    weights={},
    parameters={},
)


def test_a_record_comes_back_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "environment.json"
    path.write_text(json.dumps(asdict(RECORD)))
    assert TrainingRecord.read(path) == RECORD
    noted = replace(RECORD, notes=("Photos are seen at 30 %.",))
    path.write_text(json.dumps(asdict(noted)))
    assert TrainingRecord.read(path) == noted


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"steps": None, "batch": None}, r"Received: missing: steps, batch\."),
        ({"colour": "red"}, r"Received: unknown: colour\."),
        ({"steps": None, "colour": "red"}, r"missing: steps; unknown: colour\."),
    ],
)
def test_other_fields_are_named(tmp_path: Path, change: dict[str, object], words: str) -> None:
    path = tmp_path / "environment.json"
    found = {k: v for k, v in (asdict(RECORD) | change).items() if change.get(k, 0) is not None}
    path.write_text(json.dumps(found))
    with pytest.raises(RunFailed, match=words) as caught:
        TrainingRecord.read(path)
    assert caught.value.where == str(path)


@pytest.mark.parametrize("content", ["", "[]", "{", "3"])
def test_a_damaged_file_is_named(tmp_path: Path, content: str) -> None:
    path = tmp_path / "environment.json"
    path.write_text(content)
    with pytest.raises(RunFailed, match="cannot be used") as caught:
        TrainingRecord.read(path)
    assert caught.value.where == str(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(RunFailed, match="No such file"):
        TrainingRecord.read(tmp_path / "environment.json")
