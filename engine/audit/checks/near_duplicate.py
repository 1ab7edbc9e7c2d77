"""A photo shows what a photo in another part of the split shows.

What it does
------------
Looks for pairs of photos that show the very same thing although their files differ: compressed
again, resized, cropped, shifted, turned by any angle, mirrored, lit otherwise, with noise, with a
small part covered, or another exposure of the same part. Points that can be found again propose
the pairs; one photo is then laid over the other, and they must agree block by block, faint texture
included. Parts of one product that agree in outline and print and differ in their surface are no
pair, and where texts are read no photos whose texts differ, however alike they look. Each pair is
reported with what lies between the two photos. Where a large share of all objects looks the same,
that is one warning: surfaces without grain cannot be told apart.

Why it matters
--------------
A model recognises what it was trained on, turned and re-lit or not. If a twin of a test photo was
in training, the report measures memory, and promises what the line will not get.

How to mend it
--------------
Say which photos show the same part with `data.object`, and let the tool share out whole objects
(`data.pool`, or shares). Or move both photos into one part, or leave one out with `exclude`. If
two photos truly show different parts, waive the pair, naming both photos and the reason.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.audit.audited import Audited
from engine.audit.check import Check
from engine.audit.finding import Observation
from engine.audit.twins.words import transformation


def run(audited: Audited) -> Iterator[Observation]:
    """One observation for each pair of twins in two parts, one for all that look the same."""
    indistinct: dict[str, None] = {}
    for first, second, twin in audited.twins:
        parts = audited.part_of[first.id], audited.part_of[second.id]
        if parts[0] == parts[1] or first.sha256 == second.sha256 or first.object == second.object:
            continue
        if not twin.identical and first.id in audited.indistinct:
            indistinct.update({first.id: None, second.id: None})
            continue
        change = transformation(twin, audited.facts[first.id], audited.facts[second.id])
        yield Observation(
            samples=(first.id, second.id),
            message=f"photos in {parts[0]} and in {parts[1]} show the same thing ({change})",
            evidence={
                "splits": [
                    {"sample": first.id, "split": parts[0]},
                    {"sample": second.id, "split": parts[1]},
                ],
                "transformation": change,
                "certainty": twin.certainty,
                "laid": {"matrix": [list(row) for row in twin.matrix], "mirrored": twin.mirrored},
            },
            fix="Name the objects with data.object and share them out whole, or move both photos "
            "into one part",
        )
    if indistinct:
        yield Observation(
            samples=tuple(indistinct),
            message=f"{len(indistinct)} photos in different parts of the split look the same: "
            "either they show one part, or nothing on them tells the parts apart",
            evidence={"photos": len(indistinct)},
            fix="If they show one part, say so with data.object; if not, waive this with a reason",
            severity="warn",
        )


CHECK = Check("SPL102", "near-duplicate-across-splits", "SPL", "error", "data", run)
