"""The value of a statistic where objects count more than once, or not at all.

A resample draws objects with repetition, so it is a row of weights; the set itself is a row of
ones.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.evaluate.average_precision import average_precision
from engine.evaluate.ranking import weighted_curve_area, weighted_ranking
from engine.evaluate.statistic import (
    CurveStatistic,
    PrecisionStatistic,
    QuantileStatistic,
    RankedDetections,
    RankingStatistic,
    RatioStatistic,
    Statistic,
)

Floats = NDArray[np.float64]
Precisions = dict[RankedDetections, Floats]
"""Average precisions under one set of weights, so that each is worked out once."""


def weighted_values(
    statistic: Statistic, weights: Floats, known: Precisions | None = None
) -> Floats:
    """The statistic under each row of object weights (R, objects); NaN where undefined, (R,).

    Args:
        known: average precisions under these very weights; filled with those that it lacks.
    """
    if isinstance(statistic, RankingStatistic):
        return weighted_ranking(statistic, weights)
    if isinstance(statistic, CurveStatistic):
        return weighted_curve_area(statistic, weights)
    if isinstance(statistic, PrecisionStatistic):
        return _mean_precision(statistic, weights, {} if known is None else known)
    if isinstance(statistic, QuantileStatistic):
        return weighted_quantile(statistic, weights, statistic.quantile)
    return _mean_share(statistic, weights)


def plain_values(statistics: Sequence[Statistic]) -> dict[str, float]:
    """The values of the set itself by name: `map50/mean`, `map50/nut`; undefined ones left out.

    Where there is one class the mean is all that is told: the class's own value is the same.
    """
    known: Precisions = {}
    classes = {each.class_name for each in statistics} - {None}
    twice = {each.name for each in statistics if each.class_name is None}
    if len(classes) == 1:
        statistics = [
            each for each in statistics if each.class_name is None or each.name not in twice
        ]
    found = {
        f"{each.name}/{each.class_name or 'mean'}": float(
            weighted_values(each, np.ones((1, each.object_count)), known)[0]
        )
        for each in statistics
    }
    return {name: value for name, value in found.items() if np.isfinite(value)}


def weighted_quantile(statistic: QuantileStatistic, weights: Floats, quantile: float) -> Floats:
    """Any quantile of the values, under each row of object weights, (R,)."""
    if not len(statistic.values):
        return np.full(len(weights), np.nan)
    order = np.argsort(statistic.values, kind="stable")
    sums = np.cumsum(weights[:, statistic.object_index[order]], axis=1)
    total = sums[:, -1]
    at = np.count_nonzero(sums < (quantile * total - 1e-9)[:, None], axis=1)
    # A quantile of 0 is the least value that counts at all.
    at = np.maximum(at, np.count_nonzero(sums <= 0, axis=1))
    found = statistic.values[order][np.minimum(at, len(order) - 1)]
    return np.asarray(np.where(total > 0, found, np.nan))


def _mean_share(statistic: RatioStatistic, weights: Floats) -> Floats:
    top, bottom = weights @ statistic.numerator, weights @ statistic.denominator
    defined = (weights @ statistic.support > 0) & (bottom > 0)
    shares = np.divide(top, bottom, out=np.full_like(top, np.nan), where=defined)
    return _mean_of_defined(shares.T)


def _mean_precision(statistic: PrecisionStatistic, weights: Floats, known: Precisions) -> Floats:
    levels = slice(None) if statistic.levels is None else list(statistic.levels)
    of_classes = np.empty((len(statistic.curves), len(weights)))
    for row, curve in enumerate(statistic.curves):
        if curve not in known:
            known[curve] = average_precision(curve, weights)
        of_classes[row] = known[curve][levels].mean(axis=0)
    return _mean_of_defined(of_classes)


def _mean_of_defined(rows: Floats) -> Floats:
    """Mean over K of (K, R) without the NaN among them; NaN where nothing else is left, (R,)."""
    defined = ~np.isnan(rows)
    count, total = defined.sum(axis=0), np.where(defined, rows, 0.0).sum(axis=0)
    nothing = np.full(rows.shape[1], np.nan)
    return np.asarray(np.divide(total, count, out=nothing, where=count > 0))
