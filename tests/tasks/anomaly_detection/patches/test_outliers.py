"""Objects unlike all others are told; the skewed scores of a usual line are not."""

from __future__ import annotations

import numpy as np
import pytest

from engine.tasks.anomaly_detection.patches.outliers import (
    FAR,
    LEAST_OBJECTS,
    LEAST_SPREAD,
    few_enough,
    find_outliers,
)


def named(values: np.ndarray | list[float]) -> dict[str, float]:
    return {f"part{index:03}": float(value) for index, value in enumerate(values)}


def test_the_odd_ones_are_told_the_farthest_first() -> None:
    usual = np.random.default_rng(0).normal(10, 1, 40)
    found = find_outliers(named([*usual, 30.0, 100.0]))
    assert [(each.object, each.score) for each in found] == [("part041", 100.0), ("part040", 30.0)]
    assert {each.limit for each in found} == {found[0].limit}
    assert 10 + 0.5 * FAR < found[0].limit < 10 + 1.6 * FAR


def test_the_limit_is_six_robust_deviations_above_the_median() -> None:
    scores = [8.0, 9.0, 10.0, 11.0, 12.0]
    limit = 10.0 + FAR * 1.4826 * 1.0
    assert find_outliers(named([*scores, *scores, limit - 0.01])) == ()
    (only,) = find_outliers(named([*scores, *scores, limit + 0.01]))
    assert only.limit == pytest.approx(limit)


def test_an_even_line_has_no_outlier_among_its_like() -> None:
    limit = 10.0 * (1 + FAR * LEAST_SPREAD)
    assert find_outliers(named([10.0] * 20 + [limit - 0.1])) == ()
    assert len(find_outliers(named([10.0] * 20 + [limit + 0.1]))) == 1


def test_skewed_scores_are_hardly_ever_outliers() -> None:
    rng = np.random.default_rng(1)
    told = [len(find_outliers(named(rng.gamma(9.0, 1.0, 50)))) for _ in range(100)]
    assert sum(told) <= 15  # of 5,000


def test_most_are_never_outliers() -> None:
    for seed in range(20):
        values = np.random.default_rng(seed).pareto(0.5, 31)
        assert len(find_outliers(named(values))) <= 15


@pytest.mark.parametrize("count", range(LEAST_OBJECTS))
def test_among_few_nobody_can_say(count: int) -> None:
    assert find_outliers(named([1.0] * (count - 1) + [1000.0] * (count > 0))) == ()


def test_objects_that_are_all_the_same() -> None:
    assert find_outliers(named([0.0] * 9)) == ()
    assert [each.object for each in find_outliers(named([0.0] * 9 + [1.0]))] == ["part009"]


@pytest.mark.parametrize("duplicates", [1, 10, 100])
def test_duplicates_do_not_make_all_others_outliers(duplicates: int) -> None:
    usual = [8.0, 9.0, 10.0, 11.0, 12.0, 10.5, 9.5, 9.0]
    assert find_outliers(named([*[0.0] * duplicates, *usual])) == ()
    (only,) = find_outliers(named([*[0.0] * duplicates, *usual, 40.0]))
    assert only.score == 40.0


@pytest.mark.parametrize(
    ("outliers", "objects", "few"),
    [(1, 5, True), (2, 5, False), (2, 19, False), (2, 20, True), (4, 14, False), (10, 100, True)],
)
def test_a_small_share_may_be_left_out(outliers: int, objects: int, few: bool) -> None:
    assert few_enough(outliers, objects) is few
