"""A conclusion is drawn once from the same, and again from anything else."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.audit import remembered as module
from engine.audit.photos.store import FactStore
from engine.audit.remembered import code_digest, digest_of, remembered


def test_it_is_drawn_once_from_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = FactStore(tmp_path)
    drawn: list[str] = []

    def conclude(seen: object) -> object:
        def draw() -> object:
            drawn.append(str(seen))
            return [len(drawn)]

        return remembered(store, "X", seen, draw)

    assert [conclude([1, "a"]), conclude([1, "a"]), conclude([1, "b"])] == [[1], [1], [2]]
    monkeypatch.setattr(module, "code_digest", lambda: "another check")
    assert conclude([1, "a"]) == [3]
    assert drawn == ["[1, 'a']", "[1, 'b']", "[1, 'a']"]


def test_nothing_found_is_remembered_as_well(tmp_path: Path) -> None:
    store = FactStore(tmp_path)
    assert remembered(store, "X", 1, list) == []
    assert remembered(store, "X", 1, lambda: pytest.fail("drawn again")) == []


def test_the_digest_is_of_the_code(tmp_path: Path) -> None:
    assert code_digest() == code_digest() and len(code_digest()) == 64
    check = tmp_path / "checks" / "a.py"
    check.parent.mkdir()
    check.write_text("LIMIT = 1")
    before = digest_of([tmp_path], "numpy 2")
    assert digest_of([tmp_path], "numpy 2") == before != digest_of([tmp_path], "numpy 3")
    check.write_text("LIMIT = 2")
    changed = digest_of([tmp_path], "numpy 2")
    check.rename(tmp_path / "checks" / "b.py")
    assert len({before, changed, digest_of([tmp_path], "numpy 2")}) == 3
