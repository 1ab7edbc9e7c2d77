"""Which class things were called, and which things were missed or seen where nothing is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.tasks.detection.outcome import PhotoOutcome, Region
from engine.tasks.detection.verdicts import verdicts_in


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
        own = verdicts_in(outcome, region, orders, thresholds)
        if own is None:
            continue
        said, there = outcome.detections.classes, outcome.things.classes
        for index in said[own.right]:
            matrix[index, index] += 1
        for detection, thing in own.mixed:
            matrix[there[thing], said[detection]] += 1
        matrix[nothing, :nothing] += np.bincount(said[own.alone], minlength=nothing)
        matrix[:nothing, nothing] += np.bincount(there[own.missed], minlength=nothing)
    return matrix
