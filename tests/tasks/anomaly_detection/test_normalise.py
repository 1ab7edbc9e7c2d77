from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from engine.errors import RunFailed
from engine.tasks.anomaly_detection.normalise import (
    LEAST_LIMIT,
    normalised,
    normalised_map,
    require_raw,
)

positive = st.floats(1e-4, 1e4)


@given(positive)
def test_the_limit_is_one_half_and_nothing_below_it_is(limit: float) -> None:
    around = np.array([np.nextafter(limit, 0), limit, np.nextafter(limit, np.inf)])
    shares = normalised(around, limit)
    assert (shares >= 0.5).tolist() == [False, True, True]
    assert shares[1] == 0.5
    assert normalised_map(around, limit)[0] < 0.5


@given(hnp.arrays(np.float32, 16, elements=st.floats(0, 2**20, width=32)), positive)
def test_it_rises_and_parts_what_the_limit_parts(raw: np.ndarray, limit: float) -> None:
    raw.sort()
    for shares in (normalised(raw, limit), normalised_map(raw, limit)):
        assert (np.diff(shares) >= 0).all() and shares.min() >= 0 and shares.max() <= 1
        assert np.array_equal(shares >= 0.5, raw.astype(float) >= limit)


def test_it_is_what_it_says() -> None:
    assert float(normalised(3.0, 1.0)) == 0.75
    shares = normalised_map(np.array([[0.0, 2.0]], np.float32), 6.0)
    assert shares.dtype == np.float32 and shares.tolist() == [[0.0, 0.25]]


@pytest.mark.parametrize("limit", [0.0, -1.0, LEAST_LIMIT])
def test_photos_without_any_deviation_stay_good_where_there_is_no_limit(limit: float) -> None:
    shares = normalised(np.array([0.0, 1e-8, 0.3]), limit)
    assert shares[0] == 0.0 and shares[1] < 0.5 < shares[2]


def test_a_limit_of_very_low_odds_is_kept() -> None:
    """A sharp network has log-odds of -20 on all good photos, and of -15 on a defect."""
    good, limit, bad = np.exp([-20.0, -18.0, -15.0])
    assert limit < LEAST_LIMIT
    assert (normalised(np.array([good, limit, bad]), float(limit)) >= 0.5).tolist() == [
        False,
        True,
        True,
    ]


@pytest.mark.parametrize("value", [-1e-9, np.nan, np.inf])
def test_what_is_no_raw_score_ends_the_run(value: float) -> None:
    with pytest.raises(RunFailed, match="negative or no numbers"):
        normalised(np.array([1.0, value]), 1.0)
    told = rf"a\.png: .*Received: 1 such score of 2, the first of them {value:g}\. Allowed: finite"
    with pytest.raises(RunFailed, match=told):
        require_raw(np.array([1.0, value]), "a.png")
