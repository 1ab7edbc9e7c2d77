"""Copies of one photo under several names: they show one object, however many there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from engine.phrasing import first_few
from engine.records import Sample

MOST_PHOTOS_TOLD = 2
"""Photos whose copies a message names; of each it names three files at most."""


def copies_among(samples: Iterable[Sample]) -> tuple[tuple[str, ...], ...]:
    """Ids of the photos whose files are identical, a tuple for each such file, sorted."""
    by_file: dict[str, list[str]] = defaultdict(list)
    for sample in samples:
        by_file[sample.sha256].append(sample.id)
    return tuple(sorted(tuple(sorted(ids)) for ids in by_file.values() if len(ids) > 1))


def share_an_object(samples: Sequence[Sample]) -> list[Sample]:
    """The photos, copies of one photo with the object of the first of them by id."""
    first: dict[str, str] = {}
    for sample in sorted(samples, key=lambda each: each.id):
        first.setdefault(sample.sha256, sample.object)
    return [replace(sample, object=first[sample.sha256]) for sample in samples]


def counted_once(samples: Iterable[Sample]) -> str:
    """The words that name the copies among photos; empty where there are none."""
    copies = copies_among(samples)
    if not copies:
        return ""
    named = "; ".join(first_few(ids) for ids in copies[:MOST_PHOTOS_TOLD])
    others = len(copies) - MOST_PHOTOS_TOLD
    rest = f"; and those of {others} more" if others > 0 else ""
    return f"copies of one photo count once: {named}{rest}"
