from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from engine.tasks.anomaly_detection.histogram import (
    AT_THRESHOLD,
    BINS,
    bins_of,
    count_bins,
    merged_bins,
    pooled,
)


@given(hnp.arrays(np.float32, 20, elements=st.floats(0, 1, width=32)))
def test_a_higher_score_never_has_a_lower_bin(scores: np.ndarray) -> None:
    bins = bins_of(np.sort(scores)).astype(int)
    assert (np.diff(bins) >= 0).all()
    assert bins.min() >= 0 and bins.max() < BINS


def test_the_threshold_lies_between_two_bins() -> None:
    half = np.float32(0.5)
    below, at = bins_of(np.array([np.nextafter(half, np.float32(0)), half]))
    assert (int(below), int(at)) == (AT_THRESHOLD - 1, AT_THRESHOLD)


@pytest.mark.parametrize("raw", [1e-15, 1e-3, 0.5, 1.0, 30.0])
def test_raw_scores_that_differ_by_a_thousandth_are_told_apart(raw: float) -> None:
    scores = np.array([raw / (raw + 1), 1.001 * raw / (1.001 * raw + 1)], np.float32)
    first, second = bins_of(scores)
    assert first < second


@given(hnp.arrays(np.float32, (5, 6), elements=st.sampled_from([0.0, 0.25, 0.5, 1.0])))
def test_every_pixel_is_counted_once(scores: np.ndarray) -> None:
    histogram = count_bins(bins_of(scores))
    assert histogram.total == 30
    assert histogram.counts.min() > 0 and (np.diff(histogram.bins.astype(int)) > 0).all()
    assert pooled([histogram, histogram]).sum() == 60


def test_nothing_is_an_empty_histogram() -> None:
    assert count_bins(np.empty(0, np.uint16)).total == 0
    assert merged_bins(pooled([]), 0.3).max() < 2


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 10_000), st.sampled_from([1, 50, 5000]), st.floats(0.05, 1.0))
def test_a_merged_bin_holds_little_or_is_one_bin(seed: int, width: int, below: float) -> None:
    rng = np.random.default_rng(seed)
    where = np.clip(rng.normal(BINS / 3, width, 20_000), 0, BINS - 1).astype(np.uint16)
    good = pooled([count_bins(where)])
    merged = merged_bins(good, below)
    assert merged[0] == 0 and set(np.diff(merged)) <= {0, 1}
    assert merged[-1] < 2100
    held = np.bincount(merged, good)
    members = np.bincount(merged, good > 0)
    above = len(where) - np.cumsum(held)
    step = np.where(above + held <= below * len(where), below, 1.0) / 500
    assert ((held <= step * len(where) + 1) | (members == 1)).all()


def test_what_scores_above_all_good_pixels_is_not_merged_with_them() -> None:
    good = np.zeros(BINS, np.int64)
    good[100] = 5
    merged = merged_bins(good, 0.3)
    assert merged[99] < merged[100] < merged[101]
