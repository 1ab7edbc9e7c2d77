"""Sharing out: disjoint, near the shares, every class everywhere, whatever the input's order."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.data.split import share_out
from engine.data.split_csv import SplitRow, read_split_csv, write_split_csv
from engine.errors import UsageError
from engine.records import Dataset, Sample, Split
from tests.builders import sample

SHARES = {"validation": 0.2, "test": 0.2}


@st.composite
def pools(draw: st.DrawFn) -> tuple[list[Sample], int]:
    """Objects of one class each, or good, with one to six photos."""
    class_count = draw(st.integers(1, 4))
    per_class = draw(st.lists(st.integers(0, 12), min_size=class_count, max_size=class_count))
    counts = [*per_class, draw(st.integers(3, 30))]
    samples = []
    for kind, count in enumerate(counts):
        classes = [kind] if kind < class_count else []
        for number in range(count):
            name = f"k{kind}n{number}"
            photos = draw(st.integers(1, 6))
            samples += [sample(f"{name}_{p}.png", classes, name) for p in range(photos)]
    return samples, class_count


def objects(samples: tuple[Sample, ...], kind: int | None = None) -> set[str]:
    return {
        s.object
        for s in samples
        if kind is None or kind in s.classes or (kind == -1 and not s.classes)
    }


@settings(max_examples=80, deadline=None)
@given(pools(), st.integers(0, 5))
def test_shares(pool: tuple[list[Sample], int], seed: int) -> None:
    samples, class_count = pool
    parts = share_out(samples, SHARES, seed, class_count)
    assert sorted(s.id for part in parts.values() for s in part) == sorted(s.id for s in samples)
    Split.of(Dataset((), parts["train"], parts["validation"], parts["test"]))
    total = len(objects(tuple(samples)))
    for name, share in (("train", 0.6), *SHARES.items()):
        assert abs(len(objects(parts[name])) - share * total) <= 2 + class_count
    for kind in (*range(class_count), -1):
        if len(objects(tuple(samples), kind)) >= 3:
            assert all(objects(part, kind) for part in parts.values())


@settings(max_examples=20, deadline=None)
@given(pools(), st.randoms())
def test_the_order_of_the_input_does_not_matter(
    pool: tuple[list[Sample], int], shuffler: random.Random
) -> None:
    samples, class_count = pool
    shuffled = list(samples)
    shuffler.shuffle(shuffled)
    assert share_out(samples, SHARES, 3, class_count) == share_out(shuffled, SHARES, 3, class_count)


def test_the_seed_matters() -> None:
    samples = [sample(f"{n}.png", [n % 2]) for n in range(40)]
    drawn = {tuple(s.id for s in share_out(samples, SHARES, seed, 2)["test"]) for seed in range(5)}
    assert len(drawn) > 1


def test_identical_files_stay_together() -> None:
    samples = [sample(f"{n}.png", [0], content=f"content {n // 2}") for n in range(40)]
    parts = share_out(samples, SHARES, 0, 1)
    split = Split.of(Dataset((), parts["train"], parts["validation"], parts["test"]))
    digests = [{s.sha256 for s in p.samples} for p in (split.train, split.validation, split.test)]
    assert sum(len(own) for own in digests) == len(set().union(*digests)) == 20


def test_objects_with_several_classes() -> None:
    samples = [sample(f"{n}.png", {n % 5, (n // 5) % 5}) for n in range(60)]
    parts = share_out(samples, SHARES, 0, 5)
    for kind in range(5):
        total = len(objects(tuple(samples), kind))
        assert abs(len(objects(parts["test"], kind)) - 0.2 * total) <= 2


def test_a_test_share_alone() -> None:
    parts = share_out([sample(f"{n}.png", [0]) for n in range(10)], {"test": 0.3}, 0, 1)
    assert {name: len(part) for name, part in parts.items()} == {"train": 7, "test": 3}


def test_too_few_objects_and_too_large_shares_are_refused() -> None:
    two = [sample("a.png"), sample("b.png")]
    with pytest.raises(UsageError, match="2 different objects for 3 parts"):
        share_out(two, SHARES, 0, 1)
    with pytest.raises(UsageError, match="leave nothing for training"):
        share_out(two, {"validation": 0.5, "test": 0.5}, 0, 1)


def a_split() -> Split:
    return Split.of(
        Dataset(
            ("scratch",),
            (sample("b.png"), sample('a,"\n.png', object_name="ünï")),
            (sample("c.png"),),
            (sample("d.png"),),
        )
    )


def test_what_is_pinned_stays_and_the_rest_is_dealt_around_it() -> None:
    photos = [sample(f"{n}.png", [n % 2], f"part{n // 2}", f"c{n}") for n in range(80)]
    first = share_out(photos, SHARES, 3, 2)
    pins = {each.sha256: "test" for each in first["test"]}
    grown = [*photos, *(sample(f"new{n}.png", [n % 2], f"new{n}") for n in range(17))]
    for seed in (3, 4):
        again = share_out(grown, SHARES, seed, 2, pins)  # type: ignore[arg-type]
        tested = {each.sha256 for each in again["test"]}
        assert set(pins) <= tested
        assert len(again["test"]) == pytest.approx(0.2 * len(grown), abs=2)
        assert len(again["validation"]) == pytest.approx(0.2 * len(grown), abs=2)
        parts = [{each.object for each in part} for part in again.values()]
        assert not (parts[0] & parts[1] or parts[0] & parts[2] or parts[1] & parts[2])
    moved = share_out(grown, SHARES, 4, 2)
    assert not set(pins) <= {each.sha256 for each in moved["test"]}


def test_split_csv_round_trip(tmp_path: Path) -> None:
    path = tmp_path / "split.csv"
    split = a_split()
    write_split_csv(split, path)
    assert path.read_text(encoding="utf-8").startswith("image,object,split,sha256\n")
    rows = read_split_csv(path)
    assert [row.image for row in rows] == ['a,"\n.png', "b.png", "c.png", "d.png"]
    assert rows[0] == SplitRow('a,"\n.png', "ünï", "train", split.train.samples[1].sha256)
    assert os.listdir(tmp_path) == ["split.csv"]


def test_what_is_no_split_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "split.csv"
    for text in ("", "a,b\n", "image,object,split,sha256\nx,y,elsewhere,z\n"):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(UsageError, match=r"split.csv.*is no"):
            read_split_csv(path)
    with pytest.raises(UsageError, match="cannot be read"):
        read_split_csv(tmp_path / "none.csv")
    with pytest.raises(UsageError, match="cannot be written"):
        write_split_csv(a_split(), tmp_path / "none" / "split.csv")
