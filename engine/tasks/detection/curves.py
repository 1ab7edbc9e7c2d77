"""Precision and recall of a class over rising thresholds, at an overlap of at least a half."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.evaluate.average_precision import average_precision
from engine.evaluate.histogram import PrCurve
from engine.tasks.detection.metrics import ranked_in
from engine.tasks.detection.outcome import PhotoOutcome, Region
from engine.train.plan import PrecisionRecall

STEPS = 101


def curves_of(
    outcomes: Sequence[PhotoOutcome], region: Region, class_count: int
) -> tuple[PrCurve, ...]:
    """The curve of each class; empty where nothing is there, or nothing was found."""
    return tuple(_curve(outcomes, region, index) for index in range(class_count))


def _curve(outcomes: Sequence[PhotoOutcome], region: Region, index: int) -> PrCurve:
    ranked = ranked_in(outcomes, region, index)
    counted, total = ranked.counted[0], float(ranked.things.sum())
    order = np.argsort(ranked.scores[counted], kind="stable")
    scores, right = ranked.scores[counted][order], ranked.right[0][counted][order]
    if not total or not len(scores):
        nothing = np.empty(0)
        return PrCurve(nothing, nothing, nothing, None)
    found = np.cumsum(right[::-1])[::-1]
    called = np.arange(len(scores), 0, -1)
    area = float(average_precision(ranked, np.ones((1, len(ranked.things))))[0, 0])
    return PrCurve(scores, found / called, found / total, area)


def precision_recall_of(
    outcomes: Sequence[PhotoOutcome], region: Region, index: int
) -> PrecisionRecall:
    """The counts of a class at evenly spaced thresholds, for TensorBoard."""
    ranked = ranked_in(outcomes, region, index)
    counted, total = ranked.counted[0], float(ranked.things.sum())
    scores, right = ranked.scores[counted], ranked.right[0][counted]
    thresholds = np.linspace(0.0, 1.0, STEPS)
    found = _at_least(scores[right], thresholds)
    wrong = _at_least(scores[~right], thresholds)
    return PrecisionRecall(thresholds, found, wrong, total - found, np.zeros(STEPS))


def _at_least(scores: NDArray[np.float64], thresholds: NDArray[np.float64]) -> NDArray[np.float64]:
    ascending = np.sort(scores)
    return (len(ascending) - np.searchsorted(ascending, thresholds, side="left")).astype(float)
