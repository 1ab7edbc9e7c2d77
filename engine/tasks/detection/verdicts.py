"""What became of the things and the detections of a photo at the chosen thresholds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.tasks.detection.outcome import PhotoOutcome, Region, RegionOutcome
from engine.tasks.detection.overlap import overlaps
from engine.tasks.detection.told import told

LEAST_OVERLAP = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Verdicts:
    """Of the m things and n detections of a photo, in one of its regions.

    Attributes:
        right: (n,) detections that are sure and found a thing of their class.
        alone: (n,) detections that are sure, and nothing is there.
        missed: (m,) things of which nothing was said.
        mixed: pairs (detection, thing) that lie on each other and differ in their class; what is
            in one is neither right, nor alone, nor missed.
    """

    right: NDArray[np.bool_]
    alone: NDArray[np.bool_]
    missed: NDArray[np.bool_]
    mixed: tuple[tuple[int, int], ...]


def verdicts(
    outcome: PhotoOutcome,
    region: RegionOutcome,
    orders: Sequence[int],
    thresholds: NDArray[np.float32],
) -> Verdicts:
    """Tells them apart.

    Args:
        region: of the same photo.
        orders, thresholds: the symmetry of each class, and how sure of it is sure.
    """
    detections = outcome.detections
    sure = told(detections, thresholds)
    right = region.right[0] & sure
    missed = region.wanted.copy()
    missed[region.thing[0][right]] = False
    alone = sure & region.counted[0] & ~right
    mixed = _mixed(outcome, alone, missed, orders)
    alone[[detection for detection, _ in mixed]] = False
    missed[[thing for _, thing in mixed]] = False
    return Verdicts(right, alone, missed, mixed)


def verdicts_in(
    outcome: PhotoOutcome,
    name: Region,
    orders: Sequence[int],
    thresholds: NDArray[np.float32],
) -> Verdicts | None:
    """The same in a region by its name; None where the photo has no such region."""
    region = outcome.region(name)
    return None if region is None else verdicts(outcome, region, orders, thresholds)


def _mixed(
    outcome: PhotoOutcome,
    wrong: NDArray[np.bool_],
    unfound: NDArray[np.bool_],
    orders: Sequence[int],
) -> tuple[tuple[int, int], ...]:
    """Pairs of `wrong` (n,) and `unfound` (m,), each in one at most; who overlaps most is first."""
    detections, things = outcome.detections, outcome.things
    said = np.flatnonzero(wrong)
    pairs: list[tuple[float, int, int]] = []
    for index, order in enumerate(orders):
        there = np.flatnonzero(unfound & (things.classes == index))
        first, second, shared = overlaps(detections.boxes[said], things.boxes[there], order)
        enough = shared >= LEAST_OVERLAP
        pairs += zip(
            shared[enough].tolist(),
            said[first[enough]].tolist(),
            there[second[enough]].tolist(),
            strict=True,
        )
    taken: list[tuple[int, int]] = []
    for _, detection, thing in sorted(pairs, key=lambda pair: (-pair[0], pair[1:])):
        if all(detection != other and thing != place for other, place in taken):
            taken.append((detection, thing))
    return tuple(taken)
