"""Photos of one object are in two parts of the split.

What it does
------------
Takes the object of every photo, as `data.object` names it, and reports each object whose photos
are in more than one of training, validation and test.

Why it matters
--------------
Two photos of one part share its scratches, its print and its grain. A model that has seen one of
them is tested on the other with an answer it already knows, so the report promises more than the
line will get.

How to mend it
--------------
Move all photos of the object into one part. With `data.pool`, or a share such as
`validation: 20 %`, the tool shares out whole objects. If different parts were given one name,
correct `data.object`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from engine.audit.audited import Audited
from engine.audit.check import Check
from engine.audit.finding import Observation
from engine.records import SplitName


def run(audited: Audited) -> Iterator[Observation]:
    """One observation for each object that is in more than one part."""
    places: dict[str, dict[SplitName, list[str]]] = defaultdict(lambda: defaultdict(list))
    for part, samples in audited.dataset.parts().items():
        for sample in samples:
            places[sample.object][part].append(sample.id)
    for name, parts in places.items():
        if len(parts) > 1:
            listed = " and in ".join(f"{part} ({len(ids)})" for part, ids in parts.items())
            yield Observation(
                samples=tuple(sample for ids in parts.values() for sample in ids),
                message=f"photos of the object {name!r} are in {listed}",
                evidence={
                    "object": name,
                    "splits": [
                        {"sample": sample, "split": part}
                        for part, ids in parts.items()
                        for sample in ids
                    ],
                },
                fix="Move all photos of the object into one part, or correct data.object",
            )


CHECK = Check("SPL103", "object-in-two-splits", "SPL", "error", "golden", run)
