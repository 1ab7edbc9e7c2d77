"""A class is learnt from too few different objects.

What it does
------------
Counts the objects, not the photos, that show each class in training. Below the floor that is an
error, below 20 a warning, below 50 advice; the recipe sets the three numbers with
`checks: {DIV201: {error: 3, warn: 20, advice: 50}}`.

Why it matters
--------------
One part photographed fifty times is one part. A network learns the few that it has seen by heart,
and fails on the next one. Twenty to fifty truly different parts a class are where it begins to
work; more always help.

How to mend it
--------------
Photograph more different parts that show the class. More photos of the same parts do not count.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.audit.audited import Audited
from engine.audit.check import Check
from engine.audit.finding import Observation, Severity
from engine.audit.settings import ObjectFloors
from engine.phrasing import counted


def run(audited: Audited) -> Iterator[Observation]:
    """One observation for each class with fewer objects than advised."""
    floors = audited.settings.floors
    for index, name in enumerate(audited.dataset.class_names):
        photos = [sample for sample in audited.dataset.train if index in sample.classes]
        objects = len({sample.object for sample in photos})
        severity = _severity(objects, floors)
        if objects == 0 or severity is None:
            continue  # DIV203 reports a class without any
        wanted = floors.warn if objects < floors.warn else floors.advice
        yield Observation(
            samples=(),
            message=f"the class {name!r} is learnt from {counted(objects, 'different object')} "
            f"({counted(len(photos), 'photo')})",
            evidence={"class": name, "objects": objects, "photos": len(photos), "wanted": wanted},
            fix=f"Photograph {counted(wanted - objects, 'more different object')} with it",
            severity=severity,
        )


def _severity(objects: int, floors: ObjectFloors) -> Severity | None:
    if objects < floors.error:
        return "error"
    if objects < floors.warn:
        return "warn"
    return "advice" if objects < floors.advice else None


CHECK = Check("DIV201", "too-few-objects", "DIV", "warn", "data", run)
