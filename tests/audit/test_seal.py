"""The sealed test set: recorded once, added to, never shortened in silence."""

from __future__ import annotations

import json
import multiprocessing
from datetime import UTC, datetime
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest

from engine.audit.seal import read_seal, seal_path, write_seal
from engine.errors import UsageError
from tests.builders import sample

FIRST, SECOND = (datetime(2026, month, 1, tzinfo=UTC) for month in (3, 4))


def test_it_lies_beside_the_recipe() -> None:
    assert seal_path(Path("recipes/caps.yaml")) == Path("recipes/caps.sealed.json")


def test_photos_are_added_and_keep_their_date(tmp_path: Path) -> None:
    path = tmp_path / "caps.sealed.json"
    assert read_seal(path) == ()
    assert write_seal(path, [sample("b.png"), sample("a.png")], FIRST) == 2
    assert write_seal(path, [sample("a.png"), sample("c.png")], SECOND) == 1
    assert write_seal(path, [sample("a.png")], SECOND) == 0
    sealed = read_seal(path)
    assert [(photo.image, photo.added[:7]) for photo in sealed] == [
        ("a.png", "2026-03"),
        ("b.png", "2026-03"),
        ("c.png", "2026-04"),
    ]
    assert len(json.loads(path.read_text("utf-8"))["photos"]) == 3


@pytest.mark.parametrize("text", ["", "[]", '{"photos": [{"image": "a"}]}', "{"])
def test_what_is_no_seal_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "caps.sealed.json"
    path.write_text(text, "utf-8")
    with pytest.raises(UsageError, match=r"cannot be read.*Restore it"):
        read_seal(path)


def test_processes_that_seal_at_once_lose_nothing(tmp_path: Path) -> None:
    """Each waits at a barrier, then seals a photo of its own."""
    path, count = tmp_path / "caps.sealed.json", 6
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(count)
    workers = [
        context.Process(target=_seal_one, args=(path, f"{number}.png", barrier))
        for number in range(count)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert [worker.exitcode for worker in workers] == [0] * count
    names = {photo.image for photo in read_seal(path)}
    assert names == {f"{number}.png" for number in range(count)}


def _seal_one(path: Path, name: str, barrier: Barrier) -> None:
    barrier.wait(60)
    assert write_seal(path, [sample(name)], FIRST) == 1
