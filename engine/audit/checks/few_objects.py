"""A class, or what is good, is learnt from too few different objects.

What it does
------------
Counts the objects, not the photos, that show each class in training; copies of one photo, whatever
their names, count once and are named. Below the floor that is an error, below 20 a warning, below
50 advice; the recipe sets the three numbers with
`checks: {DIV201: {error: 3, warn: 20, advice: 50}}`. Where anomalies are detected it counts the
good objects in training, and no others: kinds of defect are not learnt.

Why it matters
--------------
One part photographed fifty times is one part. A network learns the few that it has seen by heart,
and fails on the next one. Twenty to fifty truly different parts a class are where it begins to
work; more always help.

How to mend it
--------------
Photograph more different parts that show the class, or more good ones. More photos of the same
parts do not count.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.audit.audited import Audited
from engine.audit.check import Check
from engine.audit.finding import Observation, Severity
from engine.audit.settings import ObjectFloors
from engine.data.copies import copies_among, counted_once
from engine.data.split import groups_of
from engine.phrasing import counted
from engine.records import Sample


def run(audited: Audited) -> Iterator[Observation]:
    """One observation for each class with fewer objects than advised, or for what is good."""
    train = audited.dataset.train
    if audited.settings.learns_good:
        good = [sample for sample in train if sample.is_good]
        yield from _learnt_from(audited, good, "what is good", "good", "good object")
        return
    for index, name in enumerate(audited.dataset.class_names):
        photos = [sample for sample in train if index in sample.classes]
        yield from _learnt_from(audited, photos, f"the class {name!r}", name)


def _learnt_from(
    audited: Audited, photos: Sequence[Sample], what: str, name: str, kind: str = "object"
) -> Iterator[Observation]:
    floors, objects = audited.settings.floors, len(groups_of(photos))
    severity = _severity(objects, floors)
    if objects == 0 or severity is None:
        return  # DIV203 reports a class without any
    wanted = floors.warn if objects < floors.warn else floors.advice
    once = counted_once(photos)
    with_it = "" if audited.settings.learns_good else " with it"
    yield Observation(
        samples=(),
        message=f"{what} is learnt from {counted(objects, 'different object')} "
        f"({counted(len(photos), 'photo')}{f'; {once}' if once else ''})",
        evidence={
            "class": name,
            "objects": objects,
            "photos": len(photos),
            "wanted": wanted,
            **({"copies": [list(ids) for ids in copies_among(photos)]} if once else {}),
        },
        fix=f"Photograph {counted(wanted - objects, f'more different {kind}')}{with_it}",
        severity=severity,
    )


def _severity(objects: int, floors: ObjectFloors) -> Severity | None:
    if objects < floors.error:
        return "error"
    if objects < floors.warn:
        return "warn"
    return "advice" if objects < floors.advice else None


CHECK = Check("DIV201", "too-few-objects", "DIV", "warn", "data", run)
