from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from engine.evaluate.false_alarms import highest_rate, lowest_threshold, objects_to_show


def ladder(count: int) -> np.ndarray:
    return np.arange(1.0, count + 1)


@pytest.mark.parametrize(
    ("count", "rate", "threshold", "reached"),
    [(100, 0.05, 95.5, 5), (20, 0.05, 19.5, 1), (100, 0.29, 71.5, 29), (4, 1.0, 1.5, 3)],
)
def test_it_lies_in_the_middle_between_those_it_parts(
    count: int, rate: float, threshold: float, reached: int
) -> None:
    assert lowest_threshold(ladder(count), rate) == (threshold, reached)


def test_objects_of_equal_score_are_not_parted() -> None:
    scores = np.array([1.0, 2.0, 7.0, 7.0, 7.0, 9.0])
    assert lowest_threshold(scores, 0.5) == (8.0, 1)
    threshold, reached = lowest_threshold(np.full(40, 7.0), 0.1)
    assert reached == 0 and 7.0 < threshold < 7.1


def test_too_few_for_the_rate_are_all_below_it_by_a_margin_that_is_estimated() -> None:
    threshold, reached = lowest_threshold(ladder(10), 0.05)
    # Five scores above 5, by 3 on average: 5 + 3 ln(5 / 0.5).
    assert (threshold, reached) == (pytest.approx(5 + 3 * np.log(10)), 0)
    assert lowest_threshold(ladder(10), 0.0) == (pytest.approx(10.01), 0)
    assert lowest_threshold(np.array([4.0]), 0.05) == (pytest.approx(4.004), 0)


def test_the_margin_is_no_wider_than_the_scores_are_apart() -> None:
    assert lowest_threshold(np.array([1.0, 2.0]), 0.001)[0] == pytest.approx(3.0)


def test_scores_of_nothing_but_zero_have_a_threshold_above_it() -> None:
    threshold, reached = lowest_threshold(np.zeros(10), 0.05)
    assert threshold > 0.0 and reached == 0


@given(
    st.lists(st.sampled_from([0.0, 0.5, 1.0, 1.0 + 2**-52, 3.0, 1e6]), min_size=1, max_size=40),
    st.floats(0, 1),
)
def test_the_rate_is_kept_and_a_lower_threshold_would_not(scores: list[float], rate: float) -> None:
    own = np.array(scores)
    threshold, reached = lowest_threshold(own, rate)
    assert np.count_nonzero(own >= threshold) == reached <= rate * len(own) + 1e-9
    following = own[own < threshold]
    assert len(following)
    more = np.count_nonzero(own >= following.max())
    assert more > rate * len(own) - 1e-9 or more == len(own)


@pytest.mark.parametrize("law", [stats.norm(10, 1), stats.gamma(4), stats.lognorm(0.5)])
def test_ten_good_objects_come_close_to_the_rate_on_average(law: stats.rv_frozen) -> None:
    drawn = law.rvs((2000, 10), random_state=np.random.default_rng(0))
    found = np.array([lowest_threshold(row, 0.05)[0] for row in drawn])
    assert 0.045 < law.sf(found).mean() < 0.075
    assert law.sf(drawn.max(axis=1)).mean() > 0.085


@pytest.mark.parametrize("count", [10, 60])
def test_the_bound_holds_in_nineteen_of_twenty(count: int) -> None:
    """Whatever the scores: the largest of uniform ones is exceeded with probability 1 − itself."""
    drawn = np.random.default_rng(0).random((4000, count))
    found = [lowest_threshold(row, 0.05) for row in drawn]
    kept = [1 - threshold <= highest_rate(reached, count) for threshold, reached in found]
    assert np.mean(kept) > 0.945


@pytest.mark.parametrize(
    ("reached", "count", "bound"),
    # 1 − 0.05^(1/n) without a false alarm; the others as tabulated for binom.test(…, "less").
    [(0, 10, 0.25887), (0, 59, 0.04950), (1, 20, 0.21611), (5, 100, 0.10225), (3, 3, 1.0)],
)
def test_the_exact_bound(reached: int, count: int, bound: float) -> None:
    assert highest_rate(reached, count) == pytest.approx(bound, abs=1e-4)


@pytest.mark.parametrize(
    ("rate", "count"), [(0.05, 59), (0.01, 299), (0.1, 29), (0.95, 1), (1.0, 1), (0.0, None)]
)
def test_how_many_good_objects_show_a_rate(rate: float, count: int | None) -> None:
    assert objects_to_show(rate) == count
    if count and 0 < rate < 1:
        assert highest_rate(0, count) <= rate + 1e-9
        assert count == 1 or highest_rate(0, count - 1) > rate
