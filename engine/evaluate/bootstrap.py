"""Metrics with 95 % intervals, resampled by object.

Photos of one part are not independent, so objects are drawn and not photos (cluster bootstrap,
percentile interval: Davison & Hinkley, *Bootstrap Methods*, 1997, sections 2.4 and 3.8). Every
metric is a function of sums over objects, so a resample is a vector of weights.

A bootstrap cannot see what was not drawn: zero escapes on 46 objects would give the interval
0 to 0. The intervals of rates, and all intervals that have no width or rest on fewer than
`FEW_OBJECTS` objects, are therefore widened to the exact one of Clopper and Pearson
(Biometrika 26, 1934) over the number of objects. See docs/adr/0003-intervals.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv

from engine.evaluate.metric import MetricValue, undefined
from engine.evaluate.statistic import RankingStatistic, RatioStatistic, Statistic

LEVEL = 0.95
RESAMPLES = 2000
FEW_OBJECTS = 5
_WEIGHTS_AT_ONCE = 4_000_000

Floats = NDArray[np.float64]


def estimate(
    statistics: Sequence[Statistic], resamples: int = RESAMPLES, seed: int = 0
) -> tuple[MetricValue, ...]:
    """The value of every statistic with its interval, in the same order.

    All statistics of one number of objects share their resamples, so that their intervals can
    be compared.

    Args:
        statistics: what a task counted on one set of photos.
        resamples: number of bootstrap resamples.
        seed: of the resampling; the same statistics give the same intervals.
    """
    drawn: list[list[Floats]] = [[] for _ in statistics]
    for count in sorted({_object_count(statistic) for statistic in statistics}):
        members = [i for i, s in enumerate(statistics) if _object_count(s) == count]
        # One part may be on very many photos, and a ranking needs a weight for each of them.
        width = max(count, *(_photo_count(statistics[member]) for member in members))
        for weights in _resample(count, resamples, seed, max(1, _WEIGHTS_AT_ONCE // max(width, 1))):
            for member in members:
                drawn[member].append(weighted_values(statistics[member], weights))
    return tuple(
        _metric(statistic, np.concatenate(values) if values else np.empty(0))
        for statistic, values in zip(statistics, drawn, strict=True)
    )


def weighted_values(statistic: Statistic, weights: Floats) -> Floats:
    """The statistic under each row of object weights (R, objects); NaN where undefined, (R,)."""
    if isinstance(statistic, RankingStatistic):
        return _weighted_auroc(statistic, weights)
    top, bottom = weights @ statistic.numerator, weights @ statistic.denominator
    defined = (weights @ statistic.support > 0) & (bottom > 0)
    shares = np.divide(top, bottom, out=np.zeros_like(top), where=defined)
    count = defined.sum(axis=1)
    total = np.where(defined, shares, 0.0).sum(axis=1)
    nothing = np.full(len(weights), np.nan)
    return np.asarray(np.divide(total, count, out=nothing, where=count > 0))


def clopper_pearson(share: float, n: int, level: float = LEVEL) -> tuple[float, float]:
    """The exact interval of a share seen on n objects.

    `share * n` need not be whole: photos of one object may disagree.
    """
    if n < 1:
        return 0.0, 1.0
    hits, tail = share * n, (1.0 - level) / 2.0
    low = float(betaincinv(hits, n - hits + 1, tail)) if hits > 0 else 0.0
    high = float(betaincinv(hits + 1, n - hits, 1.0 - tail)) if hits < n else 1.0
    return low, high


def _object_count(statistic: Statistic) -> int:
    if isinstance(statistic, RankingStatistic):
        return statistic.object_count
    return len(statistic.numerator)


def _photo_count(statistic: Statistic) -> int:
    return len(statistic.scores) if isinstance(statistic, RankingStatistic) else 0


def _resample(count: int, resamples: int, seed: int, at_once: int) -> Iterator[Floats]:
    """How often each of `count` objects was drawn: (at most `at_once`, count) at a time."""
    if count == 0:
        return
    rng = np.random.default_rng([seed, count])
    for start in range(0, resamples, at_once):
        rows = min(at_once, resamples - start)
        yield rng.multinomial(count, np.full(count, 1.0 / count), size=rows).astype(np.float64)


def _weighted_auroc(statistic: RankingStatistic, weights: Floats) -> Floats:
    """Share of (bad, good) pairs in the right order, ties counting half, for each row, (R,)."""
    if not len(statistic.scores):
        return np.full(len(weights), np.nan)
    order = np.argsort(statistic.scores, kind="stable")
    scores = statistic.scores[order]
    starts = np.flatnonzero(np.r_[True, scores[1:] != scores[:-1]])
    photo = weights[:, statistic.object_index[order]]
    is_bad = statistic.is_bad[order]
    bad = np.add.reduceat(photo * is_bad, starts, axis=1)
    good = np.add.reduceat(photo * ~is_bad, starts, axis=1)
    below = np.cumsum(good, axis=1) - good / 2
    pairs = bad.sum(axis=1) * good.sum(axis=1)
    right = (bad * below).sum(axis=1)
    nothing = np.full(len(weights), np.nan)
    return np.asarray(np.divide(right, pairs, out=nothing, where=pairs > 0))


def _metric(statistic: Statistic, drawn: Floats) -> MetricValue:
    count = _object_count(statistic)
    value = float(weighted_values(statistic, np.ones((1, count)))[0]) if count else np.nan
    if not np.isfinite(value):
        return undefined(statistic)
    n, fewest = _rests_on(statistic)
    known = drawn[np.isfinite(drawn)]
    tail = 50.0 * (1.0 - LEVEL)
    low, high = (float(q) for q in np.percentile(known, (tail, 100.0 - tail)))
    is_rate = isinstance(statistic, RatioStatistic) and statistic.is_rate
    if is_rate or fewest < FEW_OBJECTS or high - low < 1e-9:
        exact = clopper_pearson(value, fewest)
        low, high = min(low, exact[0]), max(high, exact[1])
    class_name = getattr(statistic, "class_name", None)
    low, high = max(0.0, min(low, value)), min(1.0, max(high, value))
    return MetricValue(statistic.name, class_name, statistic.region, value, low, high, n)


def _rests_on(statistic: Statistic) -> tuple[int, int]:
    """Number of objects behind the value, and behind its weakest part."""
    if isinstance(statistic, RankingStatistic):
        kinds = [
            len(np.unique(statistic.object_index[statistic.is_bad == kind])) for kind in (0, 1)
        ]
        return len(np.unique(statistic.object_index)), min(kinds)
    supported = statistic.support > 0
    each = supported.sum(axis=0)
    return int(supported.any(axis=1).sum()), int(each[each > 0].min())
