"""Pictures are drawn once, and never kept for a photo that could not be shown."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from engine.audit import album as module
from engine.audit.album import Album
from engine.audit.photos.store import FactStore
from tests.audit.drawn import stored, surface
from tests.builders import dataset, picture


def album(folder: Path) -> Album:
    photo = stored(folder, "a.png", surface(0))
    data = replace(dataset({"train": [photo]}), folder=folder)
    return Album(data, FactStore(folder / "cache"))


def test_a_picture_is_drawn_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = album(tmp_path)
    first = own.photo("a.png", [[10, 10, 20, 20]])
    assert first is not None
    monkeypatch.setattr(module, "photo_uri", None)
    assert own.photo("a.png", [[10, 10, 20, 20]]) == first


def test_a_photo_that_was_away_is_shown_again(tmp_path: Path) -> None:
    own = album(tmp_path)
    kept = (tmp_path / "a.png").read_bytes()
    (tmp_path / "a.png").unlink()
    assert own.photo("a.png", []) is None
    (tmp_path / "a.png").write_bytes(kept)
    assert own.photo("a.png", []) is not None


def test_another_file_of_the_name_is_not_shown_for_it(tmp_path: Path) -> None:
    own = album(tmp_path)
    picture(tmp_path / "a.png", surface(1))
    assert own.photo("a.png", []) is None
