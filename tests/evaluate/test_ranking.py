"""Rankings and areas under curves, where objects count more than once or not at all."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from sklearn.metrics import average_precision_score, roc_auc_score

from engine.evaluate.bootstrap import clopper_pearson, estimate
from engine.evaluate.statistic import CurveStatistic, RankingStatistic
from engine.evaluate.weighted import weighted_values

counts = hnp.arrays(np.float64, (4, 6), elements=st.integers(0, 3))
weights = hnp.arrays(np.float64, (3, 4), elements=st.integers(0, 3))


def curve(right: np.ndarray, wrong: np.ndarray, limit: float = 1.0) -> CurveStatistic:
    return CurveStatistic("pro", None, "interior", right, wrong, limit)


@settings(deadline=None, max_examples=50)
@given(hnp.arrays(np.float64, 12, elements=st.sampled_from([0.1, 0.2, 0.4, 0.8])), weights)
def test_weighted_average_precision_is_that_of_repeated_photos(
    scores: np.ndarray, drawn: np.ndarray
) -> None:
    is_bad, parts = np.arange(12) % 2 == 0, np.arange(12) // 3
    statistic = RankingStatistic(
        "image_ap", "all", parts, scores, is_bad, 4, figure="average_precision"
    )
    for row, found in zip(drawn, weighted_values(statistic, drawn), strict=True):
        repeats = row[parts].astype(int)
        truth = np.repeat(is_bad, repeats)
        if len(set(truth)) < 2:
            assert np.isnan(found)
        else:
            expected = average_precision_score(truth, np.repeat(scores, repeats))
            assert found == pytest.approx(expected)


@settings(deadline=None, max_examples=60)
@given(counts, counts, weights, st.sampled_from([1.0, 0.3]))
def test_a_weighted_area_is_that_of_repeated_objects(
    right: np.ndarray, wrong: np.ndarray, drawn: np.ndarray, limit: float
) -> None:
    areas = weighted_values(curve(right, wrong, limit), drawn)
    for row, found in zip(drawn, areas, strict=True):
        low, high = (np.repeat(np.arange(6), (row @ each).astype(int)) for each in (right, wrong))
        if not len(low) or not len(high):
            assert np.isnan(found)
        elif limit == 1.0:
            truth = np.r_[np.zeros(len(low)), np.ones(len(high))]
            assert found == pytest.approx(roc_auc_score(truth, np.r_[low, high]))
        else:
            rates, shares = ([0.0, *(np.mean(own >= b) for b in range(5, -1, -1))]
                             for own in (low, high))  # fmt: skip
            fine = np.linspace(0.0, limit, 200_001)
            expected = np.interp(fine, *_last_of_each(rates, shares)).mean()
            assert found == pytest.approx(expected, abs=1e-3)


def _last_of_each(rates: list[float], shares: list[float]) -> tuple[np.ndarray, np.ndarray]:
    """The curve with its upright steps made as good as upright, for `np.interp`."""
    return np.array(rates) + 1e-9 * np.arange(len(rates)), np.array(shares)


def test_a_bin_that_crosses_the_limit_counts_in_part() -> None:
    """From (0, 0) straight to (0.5, 1): the area up to 0.3 is 0.3 × 0.6 / 2."""
    statistic = curve(np.array([[5.0, 5.0]]), np.array([[0.0, 4.0]]), 0.3)
    assert weighted_values(statistic, np.ones((1, 1)))[0] == pytest.approx(0.3)


def test_a_perfect_curve_of_few_objects_is_not_certainty() -> None:
    right, wrong = np.tile([1.0, 0.0], (7, 1)), np.tile([0.0, 1.0], (7, 1))
    wrong[6] = 0.0
    (metric,) = estimate([curve(right, wrong)], 100)
    assert (metric.value, metric.high, metric.n) == (1.0, 1.0, 7)
    assert metric.low == pytest.approx(clopper_pearson(1.0, 6)[0])


@pytest.mark.parametrize(
    "empty",
    [
        curve(np.ones((3, 4)), np.zeros((3, 4))),
        curve(np.zeros((3, 4)), np.ones((3, 4))),
        curve(np.zeros((3, 0)), np.zeros((3, 0))),
    ],
)
def test_without_any_of_the_two_it_is_undefined(empty: CurveStatistic) -> None:
    (metric,) = estimate([empty], 20)
    assert (metric.value, metric.low, metric.high, metric.n) == (None, None, None, 0)


def test_a_ranking_of_a_kind_carries_its_name() -> None:
    statistic = RankingStatistic(
        "image_auroc", "all", np.arange(2), np.array([0.1, 0.9]), np.array([False, True]), 2, "chip"
    )
    first, second = estimate([statistic, replace(statistic, class_name=None)], 20)
    assert (first.class_name, second.class_name) == ("chip", None)
    assert first.value == second.value == 1.0
