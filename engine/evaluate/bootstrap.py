"""Metrics with 95 % intervals, resampled by object.

Photos of one part are not independent, so objects are drawn and not photos (cluster bootstrap,
percentile interval: Davison & Hinkley, *Bootstrap Methods*, 1997, sections 2.4 and 3.8). Every
metric is a function of counts by object, so a resample is a vector of weights.

A bootstrap cannot see what was not drawn: zero escapes on 46 objects would give the interval
0 to 0. The intervals of rates, and all intervals that have no width or rest on fewer than
`FEW_OBJECTS` objects, are therefore widened to an exact one over the number of objects: of a
share that of Clopper and Pearson (Biometrika 26, 1934), of a quantile the one that follows from
it for the share below the quantile. So are those of error counts that fewer than `FEW_OBJECTS`
objects brought about. See docs/adr/0003-intervals.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv

from engine.evaluate.metric import MetricValue, undefined
from engine.evaluate.statistic import (
    CurveStatistic,
    PrecisionStatistic,
    QuantileStatistic,
    RankingStatistic,
    RatioStatistic,
    Statistic,
)
from engine.evaluate.weighted import Precisions, weighted_quantile, weighted_values

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
    for count in sorted({statistic.object_count for statistic in statistics}):
        members = [i for i, s in enumerate(statistics) if s.object_count == count]
        # One part may be on very many photos, and a ranking needs a weight for each of them.
        width = max(count, *(_width(statistics[member]) for member in members))
        for weights in _resample(count, resamples, seed, max(1, _WEIGHTS_AT_ONCE // max(width, 1))):
            known: Precisions = {}
            for member in members:
                drawn[member].append(weighted_values(statistics[member], weights, known))
    return tuple(
        _metric(statistic, np.concatenate(values) if values else np.empty(0))
        for statistic, values in zip(statistics, drawn, strict=True)
    )


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


def _width(statistic: Statistic) -> int:
    """How many weights a statistic needs for each resample; an average precision thrifts."""
    if isinstance(statistic, RankingStatistic):
        return len(statistic.scores)
    if isinstance(statistic, CurveStatistic):
        return int(statistic.right.shape[1])
    return len(statistic.values) if isinstance(statistic, QuantileStatistic) else 0


def _resample(count: int, resamples: int, seed: int, at_once: int) -> Iterator[Floats]:
    """How often each of `count` objects was drawn: (at most `at_once`, count) at a time."""
    if count == 0:
        return
    rng = np.random.default_rng([seed, count])
    for start in range(0, resamples, at_once):
        rows = min(at_once, resamples - start)
        yield rng.multinomial(count, np.full(count, 1.0 / count), size=rows).astype(np.float64)


def _metric(statistic: Statistic, drawn: Floats) -> MetricValue:
    count = statistic.object_count
    value = float(weighted_values(statistic, np.ones((1, count)))[0]) if count else np.nan
    if not np.isfinite(value):
        return undefined(statistic)
    n, fewest = _rests_on(statistic)
    known = drawn[np.isfinite(drawn)]
    tail = 50.0 * (1.0 - LEVEL)
    low, high = (float(q) for q in np.percentile(known, (tail, 100.0 - tail)))
    if _counts_trials(statistic) or fewest < FEW_OBJECTS or high - low < 1e-9:
        exact = _exact(statistic, value, fewest)
        low, high = min(low, exact[0]), max(high, exact[1])
    highest = np.inf if statistic.highest is None else statistic.highest
    low, high = max(0.0, min(low, value)), min(highest, max(high, value))
    name, class_name, region = statistic.name, statistic.class_name, statistic.region
    return MetricValue(name, class_name, region, value, low, high, n, statistic.unit)


def _counts_trials(statistic: Statistic) -> bool:
    """Whether resamples alone cannot be trusted: those of rates, and of errors too rare to draw."""
    if not isinstance(statistic, RatioStatistic):
        return False
    supported = statistic.support.sum(axis=0) > 0
    objects_in_error = (statistic.numerator[:, supported] > 0).sum(axis=0)
    return statistic.is_rate or (
        statistic.highest is None and bool((objects_in_error < FEW_OBJECTS).any())
    )


def _exact(statistic: Statistic, value: float, n: int) -> tuple[float, float]:
    """The interval that n objects allow, whatever the values are distributed like."""
    if isinstance(statistic, RatioStatistic) and statistic.highest is None:
        low, high = clopper_pearson(min(value, 1.0), n)
        return low, max(high, _largest(statistic)) if n < FEW_OBJECTS else high
    if not isinstance(statistic, QuantileStatistic):
        return clopper_pearson(value, n)
    if n < FEW_OBJECTS:
        # Without a highest value there can be, the largest seen is all there is to say.
        return 0.0, float(statistic.highest or statistic.values.max())
    once = np.ones((1, statistic.object_count))
    low, high = (
        float(weighted_quantile(statistic, once, share)[0])
        for share in clopper_pearson(statistic.quantile, n)
    )
    return low, high


def _largest(statistic: RatioStatistic) -> float:
    """The largest share of any one object."""
    top, bottom = statistic.numerator, statistic.denominator
    shares = np.divide(top, bottom, out=np.zeros_like(top), where=bottom > 0)
    return float(shares.max(initial=0.0))


def _rests_on(statistic: Statistic) -> tuple[int, int]:
    """Number of objects behind the value, and behind its weakest part."""
    if isinstance(statistic, RankingStatistic):
        kinds = [
            len(np.unique(statistic.object_index[statistic.is_bad == kind])) for kind in (0, 1)
        ]
        return len(np.unique(statistic.object_index)), min(kinds)
    if isinstance(statistic, QuantileStatistic):
        n = len(np.unique(statistic.object_index))
        return n, n
    if isinstance(statistic, CurveStatistic):
        shown = np.stack([statistic.right.any(axis=1), statistic.wrong.any(axis=1)])
        return int(shown.any(axis=0).sum()), int(shown.sum(axis=1).min())
    supported = _support(statistic) > 0
    each = supported.sum(axis=0)
    return int(supported.any(axis=1).sum()), int(each[each > 0].min())


def _support(statistic: RatioStatistic | PrecisionStatistic) -> Floats:
    """What each part of a mean rests on, (objects, K)."""
    if isinstance(statistic, RatioStatistic):
        return statistic.support
    return np.stack([curve.things for curve in statistic.curves], axis=1)
