"""What was seen is remembered by content, and a damaged memory costs time alone."""

from __future__ import annotations

import os
import sqlite3
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.audit.appearance import FIGURES
from engine.audit.photos import examiner as examiner_module
from engine.audit.photos import store as store_module
from engine.audit.photos.examiner import Examiner
from engine.audit.photos.facts import PhotoFacts, examine
from engine.audit.photos.store import VERSION, FactStore
from engine.data.digest import sha256_bytes
from engine.data.probe import MaskProbe
from engine.errors import UnreadableImage
from tests.audit.drawn import marked, stored, surface


def same(one: PhotoFacts, other: PhotoFacts) -> bool:
    points = zip(
        *(
            (each.xy, each.descriptors, each.mirrored_xy, each.mirrored)
            for each in (one.keypoints, other.keypoints)
        ),
        strict=True,
    )
    plain = replace(one, keypoints=other.keypoints) == other
    return plain and all(np.array_equal(a, b) for a, b in points)


def test_facts_come_back_as_they_were(tmp_path: Path) -> None:
    facts, mask = examine(surface(0)), MaskProbe((3, 4), 255, {0: 10, 255: 2})
    store = FactStore(tmp_path)
    assert store.photo("a") is None and store.mask("m") is None and store.plain("k") is None
    store.put_photo("a", facts)
    store.put_mask("m", mask)
    store.put_plain("k", [1, {"x": 2.5}])
    store.close()
    again = FactStore(tmp_path)
    found = again.photo("a")
    assert found is not None and same(found, facts)
    assert (again.mask("m"), again.plain("k")) == (mask, [1, {"x": 2.5}])


def test_a_photo_is_decoded_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    decoded: list[str] = []
    real = examiner_module.decode_image

    def watch(data: bytes, name: str) -> Any:
        decoded.append(name)
        return real(data, name)

    monkeypatch.setattr(examiner_module, "decode_image", watch)
    photo = stored(tmp_path, "a.png", surface(1))
    data = photo.image.read_bytes()
    first = Examiner(FactStore(tmp_path / "cache"))
    assert first.photo(data, photo.sha256, "a.png").size_hw == (160, 160)
    assert first.facts(photo) is not None
    first.store.close()
    second = Examiner(FactStore(tmp_path / "cache"))
    assert second.photo(data, photo.sha256, "a.png").bit_depth == 8
    assert decoded == ["a.png"]


def test_other_content_is_looked_at_anew(tmp_path: Path) -> None:
    examiner = Examiner(FactStore(tmp_path / "cache"))
    for seed in (0, 1):
        photo = stored(tmp_path, "a.png", surface(seed))
        facts = examiner.facts(photo)
        assert facts is not None and same(facts, examine(surface(seed)))


def test_regions_follow_the_mask_and_its_meaning(tmp_path: Path) -> None:
    examiner = Examiner(FactStore(tmp_path / "cache"))
    for box in ((2, 3, 6, 4), (10, 3, 5, 4)):
        photo = marked(tmp_path, "a.png", box)
        for _ in range(2):
            (region,) = examiner.regions(photo)
            assert (region.class_index, region.bbox_xywh) == (0, box)
            assert region.area_px == box[2] * box[3]


def test_what_cannot_be_decoded_is_never_remembered(tmp_path: Path) -> None:
    examiner = Examiner(FactStore(tmp_path / "cache"))
    for _ in range(2):
        with pytest.raises(UnreadableImage):
            examiner.photo(b"no picture", sha256_bytes(b"no picture"), "a.png")


def test_a_photo_that_vanished_has_no_facts(tmp_path: Path) -> None:
    photo = stored(tmp_path, "a.png", surface(0))
    photo.image.unlink()
    assert Examiner(FactStore(tmp_path / "cache")).facts(photo) is None


def test_a_damaged_memory_is_made_anew(tmp_path: Path) -> None:
    path = tmp_path / f"audit-{VERSION}.sqlite"
    path.write_bytes(b"this is no database, and it is longer than a header" * 100)
    store = FactStore(tmp_path)
    store.put_plain("k", 1)
    store.close()
    assert FactStore(tmp_path).plain("k") == 1


@pytest.mark.parametrize("value", ["{", "[]", '{"size_hw": [1]}', "null"])
def test_a_row_that_makes_no_sense_is_not_known(tmp_path: Path, value: str) -> None:
    store = FactStore(tmp_path)
    store.put_photo("a", examine(surface(0)))
    store.close()
    with sqlite3.connect(tmp_path / f"audit-{VERSION}.sqlite") as database:
        database.execute("UPDATE photos SET plain = ?", (value,))
        database.execute("INSERT INTO plain VALUES ('mask:m', ?, 0)", (value,))
    again = FactStore(tmp_path)
    assert again.photo("a") is None
    assert again.mask("m") is None


def test_two_processes_may_share_it(tmp_path: Path) -> None:
    one, other = FactStore(tmp_path), FactStore(tmp_path)
    for number in range(600):
        one.put_plain(f"one {number}", number)
        other.put_plain(f"other {number}", number)
        assert (one.plain(f"one {number}"), other.plain(f"other {number}")) == (number, number)
    one.close()
    other.close()
    again = FactStore(tmp_path)
    assert all(again.plain(f"{name} {n}") == n for name in ("one", "other") for n in range(600))


def test_a_file_that_another_holds_keeps_what_is_new_waiting(tmp_path: Path) -> None:
    store = FactStore(tmp_path)
    holder = sqlite3.connect(tmp_path / f"audit-{VERSION}.sqlite")
    holder.execute("BEGIN EXCLUSIVE")
    store.put_plain("k", 1)
    store.flush()
    assert store.plain("k") == 1
    holder.rollback()
    holder.close()
    store.close()
    assert FactStore(tmp_path).plain("k") == 1


def test_a_photo_taken_for_a_mask_is_not_kept(tmp_path: Path) -> None:
    store = FactStore(tmp_path)
    store.put_mask("m", MaskProbe((300, 300), 65535, dict.fromkeys(range(90000), 1)))
    assert store.mask("m") is None


def test_without_a_folder_it_lasts_for_the_process(tmp_path: Path) -> None:
    taken = tmp_path / "file"
    taken.write_text("mine")
    store = FactStore(taken)
    store.put_plain("k", 1)
    assert store.plain("k") == 1
    store.close()
    assert taken.read_text() == "mine"


def test_what_regions_look_like_is_remembered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = marked(tmp_path, "a.png", (8, 8, 9, 5))
    store = FactStore(tmp_path / "cache")
    ((region, figures),) = Examiner(store).looks(photo)
    assert region.bbox_xywh == (8, 8, 9, 5) and len(figures) == len(FIGURES)
    monkeypatch.setattr(examiner_module, "look", None)
    assert Examiner(store).looks(photo) == ((region, figures),)
    photo.image.unlink()
    assert Examiner(FactStore(tmp_path / "other")).looks(photo) == ()


def test_what_was_not_asked_for_longest_makes_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def opened(day: int) -> FactStore:
        monkeypatch.setattr(store_module.time, "time", lambda: day * 86_400.0 + 1)
        return FactStore(tmp_path)

    store = opened(100)
    for number in range(80):
        store.put_plain(f"k{number}", "x" * 10_000)
    store.close()
    store = opened(120)
    assert all(store.plain(f"k{number}") for number in range(20))
    store.close()
    monkeypatch.setattr(store_module, "MOST_BYTES", 400_000)
    opened(121).close()
    left = opened(121)
    kept = [number for number in range(80) if left.plain(f"k{number}")]
    assert set(range(20)) <= set(kept) and 20 <= len(kept) <= 36
    left.close()
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) < 600_000


def test_files_of_older_versions_go_once_they_are_abandoned(tmp_path: Path) -> None:
    old, other = tmp_path / "audit-1.sqlite", tmp_path / f"audit-{VERSION + 1}.sqlite"
    for path in (old, other):
        path.write_bytes(b"")
        os.utime(path, (0, 0))
    (tmp_path / "audit-2.sqlite").write_bytes(b"")
    FactStore(tmp_path).close()
    assert not old.exists()
    assert other.exists() and (tmp_path / "audit-2.sqlite").exists()
