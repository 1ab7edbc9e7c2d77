from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from sklearn.metrics import roc_auc_score

from engine.evaluate.bootstrap import clopper_pearson, estimate
from engine.evaluate.statistic import RankingStatistic, RatioStatistic
from engine.evaluate.weighted import weighted_values


def rate(hits: list[float], trials: list[float]) -> RatioStatistic:
    top, bottom = (np.array(x, float)[:, None] for x in (hits, trials))
    return RatioStatistic("image_escape_rate", None, "all", top, bottom, bottom, is_rate=True)


def share(tops: list[list[float]], bottoms: list[list[float]]) -> RatioStatistic:
    top, bottom = np.array(tops, float), np.array(bottoms, float)
    return RatioStatistic("iou", None, "all", top, bottom, bottom)


def errors(mistakes: list[float], characters: list[float]) -> RatioStatistic:
    top, bottom = (np.array(x, float)[:, None] for x in (mistakes, characters))
    return RatioStatistic("cer", None, "all", top, bottom, bottom, highest=None)


def ranking(scores: list[float], is_bad: list[bool], parts: list[int]) -> RankingStatistic:
    return RankingStatistic(
        "image_auroc", "all", np.array(parts), np.array(scores), np.array(is_bad), max(parts) + 1
    )


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    # Clopper & Pearson as tabulated, for example by R's binom.test.
    [(0, 46, 0.0, 0.07706), (1, 10, 0.00253, 0.44502), (10, 10, 0.69150, 1.0), (0, 1, 0.0, 0.975)],
)
def test_exact_interval(hits: int, n: int, low: float, high: float) -> None:
    assert clopper_pearson(hits / n, n) == pytest.approx((low, high), abs=1e-5)


def test_no_escape_among_few_objects_is_not_certainty() -> None:
    (metric,) = estimate([rate([0] * 46, [1] * 46)])
    assert (metric.value, metric.low, metric.n) == (0.0, 0.0, 46)
    assert metric.high == pytest.approx(0.07706, abs=1e-4)


def test_one_escape_never_looks_better_than_none() -> None:
    none, one = estimate([rate([0] * 46, [1] * 46), rate([1] + [0] * 45, [1] * 46)])
    assert none.high is not None and one.high is not None
    assert none.high < one.high


def test_many_photos_of_one_object_count_once() -> None:
    (once,) = estimate([rate([0] * 5, [1] * 5)])
    (often,) = estimate([rate([0] * 5, [40] * 5)])
    assert (once.low, once.high, once.n) == (often.low, often.high, often.n)


def test_areas_on_one_object_have_a_wide_interval() -> None:
    (metric,) = estimate([share([[60]], [[100]])])
    assert metric.value == pytest.approx(0.6)
    assert metric.low is not None and metric.high is not None
    assert metric.low < 0.2 and metric.high > 0.9


def test_the_interval_of_many_objects_is_that_of_the_normal_approximation() -> None:
    shares = np.random.default_rng(1).uniform(0.4, 0.8, 200)
    (metric,) = estimate([share([[100 * s] for s in shares], [[100]] * 200)])
    half = 1.96 * shares.std() / np.sqrt(200)
    assert metric.low == pytest.approx(shares.mean() - half, abs=0.003)
    assert metric.high == pytest.approx(shares.mean() + half, abs=0.003)


def test_a_share_without_support_is_left_out_of_the_mean() -> None:
    (metric,) = estimate([share([[1, 0], [2, 0]], [[2, 0], [4, 0]])])
    assert metric.value == pytest.approx(0.5)


@pytest.mark.parametrize("empty", [share([[0]], [[0]]), ranking([0.2, 0.3], [True, True], [0, 1])])
def test_undefined_is_none_and_never_nan(empty: RatioStatistic | RankingStatistic) -> None:
    (metric,) = estimate([empty])
    assert (metric.value, metric.low, metric.high, metric.n) == (None, None, None, 0)


def test_auroc_of_ties_is_one_half() -> None:
    (metric,) = estimate([ranking([0.5] * 12, [True, False] * 6, list(range(12)))])
    assert metric.value == 0.5


def test_a_perfect_ranking_of_few_objects_is_not_certainty() -> None:
    (metric,) = estimate(
        [ranking([0.1] * 6 + [0.9] * 6, [False] * 6 + [True] * 6, list(range(12)))]
    )
    assert metric.value == metric.high == 1.0
    assert metric.low == pytest.approx(clopper_pearson(1.0, 6)[0])


@settings(deadline=None, max_examples=50)
@given(
    hnp.arrays(np.float64, 12, elements=st.sampled_from([0.1, 0.2, 0.4, 0.8])),
    hnp.arrays(np.float64, (3, 4), elements=st.integers(0, 3)),
)
def test_weighted_auroc_is_that_of_repeated_photos(scores: np.ndarray, weights: np.ndarray) -> None:
    is_bad = np.arange(12) % 2 == 0
    parts = np.arange(12) // 3
    statistic = RankingStatistic("image_auroc", "all", parts, scores, is_bad, 4)
    for row, found in zip(weights, weighted_values(statistic, weights), strict=True):
        repeats = row[parts].astype(int)
        truth = np.repeat(is_bad, repeats)
        if len(set(truth)) < 2:
            assert np.isnan(found)
        else:
            assert found == pytest.approx(roc_auc_score(truth, np.repeat(scores, repeats)))


def test_two_thousand_photos_are_quick() -> None:
    rng = np.random.default_rng(0)
    scores = rng.random(2000)
    statistic = RankingStatistic(
        "image_auroc", "all", np.arange(2000), scores, scores + rng.normal(0, 0.3, 2000) > 0.5, 2000
    )
    (metric,) = estimate([statistic])
    assert metric.low is not None and metric.high is not None
    assert metric.high - metric.low < 0.04


def test_the_same_statistics_give_the_same_intervals() -> None:
    statistic = rate([0, 1, 0, 2, 1, 0], [2, 2, 1, 3, 1, 1])
    assert estimate([statistic]) == estimate([statistic])


def test_resampling_in_pieces_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    statistics = [
        rate([0, 1, 0, 2], [2, 2, 1, 3]),
        ranking([0.1, 0.4, 0.3, 0.9], [False, True, False, True], [0, 1, 2, 3]),
    ]
    whole = estimate(statistics, 100)
    monkeypatch.setattr("engine.evaluate.bootstrap._WEIGHTS_AT_ONCE", 30)
    assert estimate(statistics, 100) == whole


def test_errors_may_exceed_one_and_so_does_their_interval() -> None:
    rng = np.random.default_rng(0)
    (metric,) = estimate([errors(rng.poisson(9, 80).tolist(), [6] * 80)])
    assert metric.value is not None and metric.low is not None and metric.high is not None
    assert 1.0 < metric.low < metric.value < metric.high
    assert metric.high - metric.low < 0.3


def test_no_error_among_few_objects_is_not_certainty() -> None:
    none, one = estimate([errors([0] * 46, [7] * 46), errors([1] + [0] * 45, [7] * 46)])
    assert (none.value, none.low) == (0.0, 0.0)
    assert none.high == pytest.approx(0.07706, abs=1e-4)
    assert one.high is not None and none.high is not None and one.high > none.high


def test_errors_of_many_objects_have_the_interval_of_resamples() -> None:
    (metric,) = estimate([errors([1] * 12 + [0] * 138, [7] * 150)])
    assert metric.value == pytest.approx(12 / 1050)
    half = 1.96 * np.sqrt(12 / 150 * (1 - 12 / 150) / 150) / 7
    assert metric.high == pytest.approx(12 / 1050 + half, abs=0.002)


def test_errors_of_a_handful_of_objects_reach_as_far_as_the_worst_of_them() -> None:
    (metric,) = estimate([errors([0, 18, 3], [6, 6, 6])])
    assert (metric.value, metric.low, metric.high) == (pytest.approx(7 / 6), 0.0, 3.0)
