from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import engine.evaluate.weighted as weighted
from engine.evaluate.bootstrap import clopper_pearson, estimate
from engine.evaluate.statistic import (
    PrecisionStatistic,
    QuantileStatistic,
    RankedDetections,
    Statistic,
)
from engine.evaluate.weighted import plain_values, weighted_values
from tests.evaluate.test_average_precision import OBJECTS, ranked

NOTHING = RankedDetections(
    np.array([0, 1]), np.array([0.9, 0.3]), np.zeros((3, 2), bool), np.ones((3, 2), bool),
    np.zeros(OBJECTS),
)  # fmt: skip


def precision(
    *curves: RankedDetections, levels: tuple[int, ...] | None = None
) -> PrecisionStatistic:
    return PrecisionStatistic("map50_95", None, "interior", curves, OBJECTS, levels)


def errors(
    values: list[float], parts: list[int], quantile: float = 0.5, highest: float | None = 180.0
) -> QuantileStatistic:
    return QuantileStatistic(
        "angle_error_deg", None, "interior", "deg", quantile,
        np.array(parts, np.int64), np.array(values, float), max(parts, default=0) + 1, highest,
    )  # fmt: skip


def test_the_mean_over_classes_leaves_out_those_that_are_not_shown() -> None:
    first, second = ranked(1), ranked(2)
    ones = np.ones((1, OBJECTS))
    alone = [weighted_values(precision(curve), ones)[0] for curve in (first, second)]
    together = weighted_values(precision(first, NOTHING, second), ones)[0]
    assert together == pytest.approx(np.mean(alone))
    assert np.isnan(weighted_values(precision(NOTHING), ones)[0])
    assert np.isnan(weighted_values(precision(), ones)[0])


def test_the_plain_values_of_one_class_are_told_once() -> None:
    curves = (ranked(1), ranked(2))
    of = [
        replace(precision(each), class_name=name) for each, name in zip(curves, "ab", strict=True)
    ]
    assert set(plain_values([precision(*curves), *of])) == {
        "map50_95/mean",
        "map50_95/a",
        "map50_95/b",
    }
    assert set(plain_values([precision(curves[0]), of[0]])) == {"map50_95/mean"}
    assert set(plain_values(of[:1])) == {"map50_95/a"}


def test_levels_are_the_thresholds_of_overlap_that_it_takes() -> None:
    curve, ones = ranked(1), np.ones((1, OBJECTS))
    each = [weighted_values(precision(curve, levels=(k,)), ones)[0] for k in range(3)]
    assert each[0] > each[1] > each[2]
    assert weighted_values(precision(curve), ones)[0] == pytest.approx(np.mean(each))


def test_curves_are_worked_out_once_for_all_their_statistics(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[RankedDetections] = []
    own = weighted.average_precision

    def counting(curve: RankedDetections, weights: np.ndarray) -> np.ndarray:
        asked.append(curve)
        return own(curve, weights)

    first, second = ranked(1), ranked(2)
    statistics: list[Statistic] = [
        precision(first, second), precision(first, second, levels=(0,)), precision(first),
    ]  # fmt: skip
    apart = [estimate([statistic], 50)[0] for statistic in statistics]
    monkeypatch.setattr("engine.evaluate.weighted.average_precision", counting)
    assert list(estimate(statistics, 50)) == apart
    # Once for all resamples, and once for the value of each statistic.
    assert len(asked) == 2 + 5


def test_average_precision_comes_with_an_interval() -> None:
    (metric,) = estimate([precision(ranked(1), ranked(2))], 500)
    assert metric.value is not None and metric.low is not None and metric.high is not None
    assert 0.0 <= metric.low < metric.value < metric.high <= 1.0
    assert (metric.unit, metric.n) == ("ratio", OBJECTS)


def test_perfect_detection_of_few_objects_is_not_certainty() -> None:
    flags = np.ones((1, 6), bool)
    curve = RankedDetections(np.arange(6), np.linspace(1, 0.5, 6), flags, flags, np.ones(6))
    (metric,) = estimate([PrecisionStatistic("map50", "nut", "all", (curve,), 6)], 100)
    assert (metric.value, metric.high, metric.class_name) == (1.0, 1.0, "nut")
    assert metric.low == pytest.approx(clopper_pearson(1.0, 6)[0])


def test_nothing_to_be_found_is_undefined() -> None:
    (metric,) = estimate([precision(NOTHING)], 20)
    assert (metric.value, metric.low, metric.high, metric.n) == (None, None, None, 0)


@settings(deadline=None, max_examples=60)
@given(
    hnp.arrays(np.float64, 12, elements=st.sampled_from([0.0, 0.5, 2.0, 2.5, 90.0])),
    hnp.arrays(np.float64, (3, 4), elements=st.integers(0, 3)),
    st.sampled_from([0.0, 0.25, 0.5, 0.9, 1.0]),
)
def test_a_weighted_quantile_is_that_of_repeated_values(
    values: np.ndarray, weights: np.ndarray, quantile: float
) -> None:
    parts = np.arange(12) // 3
    statistic = errors(values.tolist(), parts.tolist(), quantile)
    for row, found in zip(weights, weighted_values(statistic, weights), strict=True):
        repeated = np.repeat(values, row[parts].astype(int))
        if not len(repeated):
            assert np.isnan(found)
        else:
            assert found == np.quantile(repeated, quantile, method="inverted_cdf")


def test_quantiles_carry_their_unit_and_may_exceed_one() -> None:
    rng = np.random.default_rng(0)
    values = rng.gamma(2.0, 2.0, 400)
    parts = np.repeat(np.arange(100), 4).tolist()
    median, tail = estimate([errors(values.tolist(), parts), errors(values.tolist(), parts, 0.9)])
    assert median.unit == tail.unit == "deg"
    assert median.value is not None and tail.value is not None and tail.value > median.value > 1
    assert median.low is not None and median.high is not None
    # Asymptotic interval of a median: half a width of 1.96 / (2 f(m) sqrt(n)).
    half = 1.96 / (2 * 0.5 * 0.157 * 2 * np.sqrt(400))
    assert median.high - median.low == pytest.approx(2 * half, rel=0.5)
    assert median.n == 100


def test_quantiles_of_few_objects_reach_as_far_as_they_can() -> None:
    few = errors([1.0, 2.0, 30.0], [0, 1, 2])
    (metric,) = estimate([few], 100)
    assert (metric.value, metric.low, metric.high) == (2.0, 0.0, 180.0)
    (metric,) = estimate([replace(few, unit="px", highest=None)], 100)
    assert (metric.low, metric.high, metric.unit) == (0.0, 30.0, "px")


def test_a_quantile_without_width_is_widened_by_the_share_below_it() -> None:
    values = [0.0] * 38 + [5.0, 7.0]
    (metric,) = estimate([errors(values, list(range(40)), 0.5)], 100)
    assert (metric.value, metric.low, metric.high) == (0.0, 0.0, 0.0)
    (metric,) = estimate([errors([*[3.0] * 9, 8.0], list(range(10)), 0.5)], 3)
    assert metric.low == 3.0 and metric.high == 3.0
    (metric,) = estimate([errors([*[3.0] * 5, 8.0], list(range(6)), 0.5)], 1)
    assert metric.high == 8.0


def test_quantiles_of_nothing_are_undefined() -> None:
    (metric,) = estimate([errors([], [])], 10)
    assert (metric.value, metric.n, metric.unit) == (None, 0, "deg")
