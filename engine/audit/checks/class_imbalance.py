"""One class has many times the objects of another.

What it does
------------
Compares the number of different objects that show each class in training, and reports a class
that has less than a tenth of the most frequent one. Kinds of defect that are only tested on, as
where anomalies are detected, are passed over.

Why it matters
--------------
Training draws the classes in turn, so a rare class is not drowned; but its few objects are seen
again and again and learnt by heart, and its threshold rests on next to nothing.

How to mend it
--------------
Photograph more objects with the rare class before more with the frequent one. If it is no class
of its own to whoever decides about the part, merge the two with `classes.<name>.labels`.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.audit.audited import Audited
from engine.audit.check import Check
from engine.audit.finding import Observation
from engine.phrasing import counted
from engine.recipe.metrics import OF_CLASSES

MOST_TIMES = 10.0


def run(audited: Audited) -> Iterator[Observation]:
    """One observation for each class that is many times rarer than the most frequent."""
    counts = {
        name: len({s.object for s in audited.dataset.train if index in s.classes})
        for index, name in enumerate(audited.dataset.class_names)
    }
    most = max(counts, key=lambda name: counts[name], default=None)
    for name, count in counts.items():
        if most is not None and 0 < MOST_TIMES * count < counts[most]:
            yield Observation(
                samples=(),
                message=f"{counted(count, 'object')} in training with {name!r}, "
                f"{counts[most]} with {most!r}",
                evidence={"class": name, "objects": dict(counts)},
                fix=f"Photograph more objects that show {name!r}",
            )


CHECK = Check("DIV204", "class-imbalance", "DIV", "warn", "data", run, OF_CLASSES)
