"""How well scores tell wrong from right, where objects count more than once, or not at all."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.evaluate.statistic import CurveStatistic, RankingStatistic

Floats = NDArray[np.float64]


def weighted_ranking(statistic: RankingStatistic, weights: Floats) -> Floats:
    """The figure of a ranking under each row of object weights (R, objects); NaN where undefined.

    Of `auroc` the share of (bad, good) pairs in the right order, ties counting half.
    """
    if not len(statistic.scores):
        return np.full(len(weights), np.nan)
    order = np.argsort(statistic.scores, kind="stable")
    scores = statistic.scores[order]
    starts = np.flatnonzero(np.r_[True, scores[1:] != scores[:-1]])
    photo = weights[:, statistic.object_index[order]]
    is_bad = statistic.is_bad[order]
    bad = np.add.reduceat(photo * is_bad, starts, axis=1)
    good = np.add.reduceat(photo * ~is_bad, starts, axis=1)
    if statistic.figure == "average_precision":
        return _average_precision(bad, good)
    below = np.cumsum(good, axis=1) - good / 2
    pairs = bad.sum(axis=1) * good.sum(axis=1)
    return _divided((bad * below).sum(axis=1), pairs)


def weighted_curve_area(statistic: CurveStatistic, weights: Floats) -> Floats:
    """The area of a curve under each row of object weights; NaN where undefined, (R,)."""
    right = _shares_from_above(weights @ statistic.right)
    wrong = _shares_from_above(weights @ statistic.wrong)
    start, end = right[:, :-1], right[:, 1:]
    reached = np.minimum(end, statistic.limit)
    width = np.maximum(reached - start, 0.0)
    # The curve is straight within a bin, so that the bin which crosses the limit counts in part.
    part = np.divide(width, end - start, out=np.zeros_like(width), where=end > start)
    height = wrong[:, :-1] + np.diff(wrong, axis=1) * part / 2
    # An undefined share is NaN all along, and a bin may be missing altogether.
    undefined = np.isnan(right[:, -1]) | np.isnan(wrong[:, -1])
    area = (width * height).sum(axis=1) / statistic.limit
    return np.where(undefined, np.nan, np.minimum(area, 1.0))


def _shares_from_above(counts: Floats) -> Floats:
    """Share of each row's sum in the 0, 1 … B highest bins, (R, B + 1); NaN where it is 0."""
    sums = np.cumsum(np.pad(counts[:, ::-1], ((0, 0), (1, 0))), axis=1)
    total = sums[:, -1:]
    return np.asarray(np.divide(sums, total, out=np.full_like(sums, np.nan), where=total > 0))


def _average_precision(bad: Floats, good: Floats) -> Floats:
    """Of the weights of bad and good photos at each score, from the lowest up, (R, scores)."""
    found = np.cumsum(bad[:, ::-1], axis=1)[:, ::-1]
    seen = found + np.cumsum(good[:, ::-1], axis=1)[:, ::-1]
    precision = np.divide(found, seen, out=np.zeros_like(found), where=seen > 0)
    defined = (bad.sum(axis=1) > 0) & (good.sum(axis=1) > 0)
    return _divided((bad * precision).sum(axis=1), np.where(defined, bad.sum(axis=1), 0.0))


def _divided(top: Floats, bottom: Floats) -> Floats:
    return np.asarray(np.divide(top, bottom, out=np.full(len(top), np.nan), where=bottom > 0))
