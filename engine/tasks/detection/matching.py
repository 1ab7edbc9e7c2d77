"""Which prediction is which annotated thing, on one photo, as COCO's evaluation does it.

Predictions of a class take turns, the surest first. Each takes the thing of its class, not yet
taken, that it overlaps most, if that is enough. One that finds none, but overlaps a thing that is
not asked for enough, is ignored itself. So is one of which enough lies in a crowd: a box that holds
any number of things, or what nobody could judge. (Lin et al., Microsoft COCO, 2014, and its
evaluation code.)
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.tasks.detection.overlap import covered, overlaps

THRESHOLDS = tuple(0.5 + 0.05 * step for step in range(10))
"""Intersections over union that mAP50:95 averages over."""


@dataclass(frozen=True, slots=True)
class Matches:
    """Of the predictions (n,) and things (m,) of one class on one photo, for T thresholds.

    Attributes:
        thing: (T, n) index of the thing that a prediction took, -1 for none.
        ignored: (T, n) predictions that count neither as right nor as wrong.
    """

    thing: NDArray[np.int64]
    ignored: NDArray[np.bool_]


def match(
    predicted: NDArray[np.float32],
    scores: NDArray[np.float32],
    things: NDArray[np.float32],
    to_ignore: NDArray[np.bool_],
    crowds: NDArray[np.bool_],
    order: int,
    thresholds: tuple[float, ...] = THRESHOLDS,
) -> Matches:
    """Matches predictions to things.

    Args:
        predicted: (n, 5) boxes.
        scores: (n,).
        things: (m, 5) boxes.
        to_ignore: (m,) things that are not asked for.
        crowds: (m,) those of them that are no single thing of the class.
        order: the symmetry of the class.
        thresholds: least intersection over union.
    """
    count = len(predicted)
    thing = np.full((len(thresholds), count), -1, np.int64)
    ignored = np.zeros((len(thresholds), count), np.bool_)
    near: list[list[tuple[float, int]]] = [[] for _ in range(count)]
    single = np.flatnonzero(~crowds)
    for own, other, share in zip(
        *(each.tolist() for each in overlaps(predicted, things[single], order)), strict=True
    ):
        near[own].append((share, int(single[other])))
    in_crowd = covered(predicted, things[crowds]).tolist()
    for candidates in near:
        candidates.sort(reverse=True)
    turns = np.argsort(-scores, kind="stable").tolist()
    for level, threshold in enumerate(thresholds):
        taken: set[int] = set()
        for own in turns:
            fitting = [other for share, other in near[own] if share >= threshold - 1e-9]
            free = next((o for o in fitting if not to_ignore[o] and o not in taken), None)
            if free is not None:
                taken.add(free)
                thing[level, own] = free
            else:
                beside = any(to_ignore[other] for other in fitting)
                ignored[level, own] = beside or in_crowd[own] >= threshold - 1e-9
    return Matches(thing, ignored)
