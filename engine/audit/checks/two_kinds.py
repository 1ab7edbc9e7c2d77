"""One class holds two kinds of defect, or of thing.

What it does
------------
Measures each annotated region of a class: size, elongation, outline, brightness and contrast, how
brightness runs from its centre outwards, its grain. Then it seeks an axis that parts the regions in
two heaps, on five sixths of the objects, and lays the regions of the other sixth on it, in turn. A
class is reported when these fall into two heaps, the valley between them is at most a third as high
as the lower heap, one kind alone would not show it in 20 tries, and the axes agree. At least 16
objects are needed; at most about 400 regions of a class are looked at. Fields of text are passed
over: what they hold differs by nature. So are kinds of defect where good parts alone are learnt.

Measured on objects that no limit was chosen on: 12 to 14 of 15 pairs of DeepPCB's classes merged in
one (93 photos, by how the folds are dealt) are found, no class on its own, and none of 130 random
halves of one. With 20 to 50 objects only kinds that have hardly anything in common are found: 1 of
the 10 pairs of the magnetic tiles' classes. Silence does not say that a class is one kind.

Why it matters
--------------
One class means one kind of defect, or of thing. Two kinds in one class have two rates of escape,
and one figure for both hides the worse; a network that is to call pits and scratches one thing
needs more of each.

How to mend it
--------------
Look at the two sheets in `audit.html`. If they show two kinds, give each its own class and correct
the annotations. If they are one kind to whoever inspects the part, waive the finding and say why.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from engine.audit.audited import Audited, Seen
from engine.audit.check import Check
from engine.audit.finding import Observation
from engine.audit.kinds.separation import Separation, separate
from engine.audit.kinds.words import differences
from engine.phrasing import counted
from engine.recipe.metrics import DETECTION

MOST_CHANCE = 0.05
LEAST_AGREEMENT = 0.85
LEAST_DEPTH = 2 / 3
SHOWN = 12


def run(audited: Audited) -> Iterator[Observation]:
    """One observation for each class that falls into two kinds."""
    for index, name in enumerate(audited.dataset.class_names):
        seen = audited.looks(index)
        if not seen:
            continue
        figures = np.array([each.figures for each in seen])
        found = _separated(audited, seen, figures)
        if found is not None and is_clear(found):
            yield _observation(name, seen, figures, found)


def _separated(audited: Audited, seen: tuple[Seen, ...], figures: np.ndarray) -> Separation | None:
    """`separate`, or what it found in the same regions of the same objects before."""

    def conclude() -> list[Any]:
        found = separate(figures, objects)
        if found is None:
            return []
        rows = found.second.tolist(), found.scores.tolist()
        return [found.chance, found.depth, found.agreement, *rows]

    objects = [each.object for each in seen]
    stored = audited.remembered("ANN302", [objects, figures.tolist()], conclude)
    if not stored:
        return None
    chance, depth, alike, second, scores = stored
    return Separation(chance, depth, alike, np.array(second, np.bool_), np.array(scores))


def is_clear(found: Separation) -> bool:
    """Whether a separation is clear enough to be told."""
    return (
        found.chance <= MOST_CHANCE
        and found.agreement >= LEAST_AGREEMENT
        and found.depth >= LEAST_DEPTH
    )


def _observation(
    name: str, seen: tuple[Seen, ...], figures: np.ndarray, found: Separation
) -> Observation:
    rarer = found.second if found.second.mean() <= 0.5 else ~found.second
    kinds = [_typical(seen, found.scores, members) for members in (~rarer, rarer)]
    words = differences(figures[~rarer], figures[rarer])
    told = [
        f"{counted(int(np.count_nonzero(side)), 'region')} on "
        f"{counted(len({seen[i].sample for i in np.flatnonzero(side)}), 'photo')} "
        f"{'is' if np.count_nonzero(side) == 1 else 'are'} {said}"
        for side, said in zip((~rarer, rarer), words, strict=True)
    ]
    return Observation(
        samples=tuple(dict.fromkeys(each.sample for each in kinds[1])),
        message=f"{name!r} seems to hold two kinds: {told[0]}, {told[1]}",
        evidence={
            "class": name,
            "objects": len({each.object for each in seen}),
            "chance of this in one kind": round(found.chance, 4),
            "depth of the valley": round(found.depth, 3),
            "agreement of the axes": round(found.agreement, 3),
            "kinds": [
                {
                    "kind": said,
                    "regions": [
                        {"sample": each.sample, "bbox_xywh": list(each.bbox_xywh)}
                        for each in shown[:SHOWN]
                    ],
                }
                for said, shown in zip(words, kinds, strict=True)
            ],
        },
        fix="Give each kind a class of its own, or waive this with the reason why they are one",
    )


def _typical(seen: tuple[Seen, ...], scores: np.ndarray, members: np.ndarray) -> list[Seen]:
    """Regions of one kind, from its middle outwards, one of each object first."""
    own = np.flatnonzero(members)
    own = own[np.argsort(np.abs(scores[own] - np.median(scores[own])), kind="stable")]
    met: dict[str, int] = {}
    turns = [met.setdefault(seen[i].object, 0) for i in own]
    for position, i in enumerate(own):
        turns[position] = met[seen[i].object]
        met[seen[i].object] += 1
    return [seen[own[position]] for position in np.argsort(turns, kind="stable")]


CHECK = Check(
    "ANN302", "two-kinds-in-a-class", "ANN", "warn", "data", run, ("segmentation", *DETECTION)
)
