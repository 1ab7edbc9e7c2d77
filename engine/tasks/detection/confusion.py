"""Which class things were called, and which things were missed or seen where nothing is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.tasks.detection.outcome import PhotoOutcome, Region
from engine.tasks.detection.overlap import overlaps

LEAST_OVERLAP = 0.5


def wrong_classes(
    outcome: PhotoOutcome,
    region: Region,
    orders: Sequence[int],
    thresholds: NDArray[np.float32],
) -> tuple[tuple[int, int], ...]:
    """Pairs (detection, thing) of a photo that lie on each other and differ in their class.

    Things that were found as what they are, and detections that are right, are in no pair.
    """
    own = outcome.region(region)
    if own is None:
        return ()
    detections, things = outcome.detections, outcome.things
    sure = detections.scores >= thresholds[detections.classes]
    right = own.right[0] & sure
    free = own.wanted.copy()
    free[own.thing[0][right]] = False
    open_detections = np.flatnonzero(sure & own.counted[0] & ~right)
    pairs: list[tuple[float, int, int]] = []
    for index, order in enumerate(orders):
        there = np.flatnonzero(free & (things.classes == index))
        first, second, shared = overlaps(
            detections.boxes[open_detections], things.boxes[there], order
        )
        enough = shared >= LEAST_OVERLAP
        pairs += zip(
            shared[enough].tolist(),
            open_detections[first[enough]].tolist(),
            there[second[enough]].tolist(),
            strict=True,
        )
    taken: list[tuple[int, int]] = []
    for _, detection, thing in sorted(pairs, key=lambda pair: (-pair[0], pair[1:])):
        if all(detection != other and thing != place for other, place in taken):
            taken.append((detection, thing))
    return tuple(taken)


def confusion_matrix(
    outcomes: Sequence[PhotoOutcome],
    region: Region,
    orders: Sequence[int],
    thresholds: NDArray[np.float32],
) -> NDArray[np.int64]:
    """Rows are what is there, columns what was said, the last of each nothing; (C + 1, C + 1)."""
    nothing = len(orders)
    matrix = np.zeros((nothing + 1, nothing + 1), np.int64)
    for outcome in outcomes:
        own = outcome.region(region)
        if own is None:
            continue
        detections, things = outcome.detections, outcome.things
        sure = detections.scores >= thresholds[detections.classes]
        right = own.right[0] & sure
        mixed = wrong_classes(outcome, region, orders, thresholds)
        for index in detections.classes[right]:
            matrix[index, index] += 1
        for detection, thing in mixed:
            matrix[things.classes[thing], detections.classes[detection]] += 1
        alone = sure & own.counted[0] & ~right
        alone[[detection for detection, _ in mixed]] = False
        missed = own.wanted.copy()
        missed[own.thing[0][right]] = False
        missed[[thing for _, thing in mixed]] = False
        matrix[nothing, :nothing] += np.bincount(detections.classes[alone], minlength=nothing)
        matrix[:nothing, nothing] += np.bincount(things.classes[missed], minlength=nothing)
    return matrix
