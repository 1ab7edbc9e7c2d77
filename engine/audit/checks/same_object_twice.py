"""Photos of one thing pass for different objects.

What it does
------------
Groups the photos that show the very same thing (as SPL102 does between the parts of the split) and
compares with the objects that the recipe names. Where each photo counts as an object, says how
many different objects there are, if that is less than 95 % of the photos. Where `data.object` names
them, reports objects of one part with different names whose photos show the same thing. Where texts
are read, photos whose texts differ show different things.

Why it matters
--------------
Everything that this tool counts, shares out and draws intervals from are objects. If 1,344 photos
of 250 parts pass for 1,344 parts, twins end up on both sides of the split, the intervals are far
too narrow, and 50 parts a class may be ten.

How to mend it
--------------
State `data.object`: a pattern over the file names, or a table with a row a photo. Where the object
is named and wrong, correct the table or the pattern.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from engine.audit.audited import Audited
from engine.audit.check import Check
from engine.audit.finding import Observation
from engine.audit.twins.twins import groups
from engine.phrasing import counted

ENOUGH = 0.95
"""Share of the photos that must be different for a photo to pass as an object."""


def run(audited: Audited) -> Iterator[Observation]:
    """One observation for all photos, or one for each set of objects that are one."""
    if audited.dataset.object_declared:
        yield from _objects_that_are_one(audited)
    else:
        yield from _photos_that_are_no_objects(audited)


def _photos_that_are_no_objects(audited: Audited) -> Iterator[Observation]:
    positions = {sample.id: position for position, sample in enumerate(audited.samples)}
    pairs = [(positions[a.id], positions[b.id]) for a, b, _ in audited.twins]
    found = groups(len(audited.samples), pairs)
    photos = len(audited.samples)
    if len(found) >= ENOUGH * photos:
        return
    largest = max(found, key=len)
    yield Observation(
        samples=tuple(audited.samples[position].id for position in largest),
        message=f"{photos} photos show about {counted(len(found), 'different object')}; "
        f"the largest group of photos of one thing has {len(largest)}",
        evidence={
            "photos": photos,
            "objects": len(found),
            "groups": sorted((len(group) for group in found), reverse=True)[:20],
        },
        fix="Say which photos show the same object with data.object",
    )


def _objects_that_are_one(audited: Audited) -> Iterator[Observation]:
    names = sorted({sample.object for sample in audited.samples})
    number = {name: position for position, name in enumerate(names)}
    within = [
        (first, second)
        for first, second, _ in audited.twins
        if first.object != second.object and audited.part_of[first.id] == audited.part_of[second.id]
    ]
    pairs = [(number[first.object], number[second.object]) for first, second in within]
    shown: dict[str, list[str]] = defaultdict(list)
    for pair in within:
        for sample in pair:
            if sample.id not in shown[sample.object]:
                shown[sample.object].append(sample.id)
    for group in groups(len(names), pairs):
        if len(group) > 1:
            same = [names[position] for position in group]
            yield Observation(
                samples=tuple(photo for name in same for photo in shown[name]),
                message=f"the objects {', '.join(repr(name) for name in same)} look like one",
                evidence={"objects": same},
                fix="Give them one name with data.object",
            )


CHECK = Check("DIV202", "many-photos-few-objects", "DIV", "warn", "data", run)
