"""The same thing is annotated twice.

What it does
------------
Reports pairs of boxes on one photo that share most of their area: at least 70 % of what both cover
together where they are of one class, 80 % where they are of two. Of masks, where each class has one
of its own, it reports pieces of two classes of which one covers half of the other or more.

Why it matters
--------------
A model is taught to find one thing twice, or that it is two things at once. In the test set the
second box counts as missed, however good the model is.

How to mend it
--------------
Delete one of the two. Often a second annotator, or a second import, added what was there already.
If two classes are meant to overlap, waive the finding and say why.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from engine.audit.audited import Audited
from engine.audit.check import Check
from engine.audit.finding import Observation
from engine.data.boxes.geometry import bounds_xywh
from engine.data.boxes.overlap import pairs_within
from engine.phrasing import counted
from engine.recipe.metrics import OF_CLASSES
from engine.records import IGNORE, BoxAnnotation, MaskAnnotation, Sample

SAME_CLASS, OTHER_CLASS = 0.7, 0.8
SHOWN = 10


def run(audited: Audited) -> Iterator[Observation]:
    """One observation for each photo with things annotated twice."""
    for sample in audited.samples:
        if isinstance(sample.annotation, BoxAnnotation):
            yield from _boxes(audited, sample, sample.annotation)
        elif isinstance(sample.annotation, MaskAnnotation) and sample.annotation.more:
            yield from _masks(audited, sample)


def _boxes(audited: Audited, sample: Sample, annotation: BoxAnnotation) -> Iterator[Observation]:
    names, classes = audited.dataset.class_names, annotation.class_indices
    first, second, shared = overlapping(annotation.corners)
    needed = np.where(classes[first] == classes[second], SAME_CLASS, OTHER_CLASS)
    counts = (shared >= needed) & (classes[first] != IGNORE) & (classes[second] != IGNORE)
    pairs = sorted(zip(-shared[counts], first[counts], second[counts], strict=True))
    if pairs:
        most, one, other = pairs[0]
        kinds = [names[classes[at]] for at in (one, other)]
        what = repr(kinds[0]) if kinds[0] == kinds[1] else f"{kinds[0]!r} and {kinds[1]!r}"
        shown = [int(at) for _, *pair in pairs[: SHOWN // 2] for at in pair]
        yield Observation(
            samples=(sample.id,),
            message=f"two boxes of {what} share {-most:.0%} of what they cover{_more(len(pairs))}",
            evidence={
                "boxes": [
                    {"class": names[classes[at]],
                     "bbox_xywh": list(bounds_xywh(annotation.corners[at]))}
                    for at in shown
                ],
            },
            fix="Delete one of the two boxes",
        )  # fmt: skip


def overlapping(
    corners: NDArray[np.float32],
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Pairs of boxes (n, 4, 2) that meet: first, second, and intersection over union.

    Of boxes that are equal each is paired with the first of them alone, and that one with others.
    """
    _, firsts, owner = np.unique(
        corners.reshape(len(corners), 8), axis=0, return_index=True, return_inverse=True
    )
    first_of = firsts[owner.ravel()]
    copies = np.flatnonzero(first_of != np.arange(len(corners)))
    different = np.sort(firsts)
    first, second, shared = pairs_within(corners[different])
    return (
        np.concatenate([first_of[copies], different[first]]),
        np.concatenate([copies, different[second]]),
        np.concatenate([np.ones(len(copies)), shared]),
    )


def _masks(audited: Audited, sample: Sample) -> Iterator[Observation]:
    names = audited.dataset.class_names
    found = audited.overlaps(sample)
    if found:
        first, second, _, share = found[0]
        yield Observation(
            samples=(sample.id,),
            message=f"{share:.0%} of a region of {names[first]!r} is {names[second]!r} as well"
            f"{_more(len(found))}",
            evidence={
                "boxes": [
                    {"class": names[own], "bbox_xywh": list(box)}
                    for own, _, box, _ in found[:SHOWN]
                ]
            },
            fix="Delete the region from one of the masks",
        )


def _more(pairs: int) -> str:
    return f" (and {counted(pairs - 1, 'more pair')})" if pairs > 1 else ""


CHECK = Check("ANN307", "annotated-twice", "ANN", "warn", "data", run, OF_CLASSES)
