from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from sklearn.metrics import average_precision_score

from engine.evaluate.histogram import (
    BINS,
    PixelHistogram,
    histogram_of,
    iou_at_bins,
    pr_curve,
)
from engine.tasks.segmentation.decode import decode

maps = hnp.arrays(np.float32, (5, 6, 2), elements=st.floats(0, 0.5, width=32))
truths = hnp.arrays(np.uint8, (5, 6), elements=st.integers(0, 2))


def everywhere(truth: np.ndarray) -> np.ndarray:
    return np.ones(truth.shape, bool)


@settings(deadline=None, max_examples=60)
@given(truths, maps, st.integers(0, BINS - 1))
def test_iou_is_exactly_that_of_the_decoded_map(
    truth: np.ndarray, pixels: np.ndarray, step: int
) -> None:
    iou = iou_at_bins(histogram_of(truth, pixels, everywhere(truth)))
    predicted = decode(pixels, (step / BINS, step / BINS))
    for k in range(2):
        both, either = (
            (truth == k + 1) & (predicted == k + 1),
            (truth == k + 1) | (predicted == k + 1),
        )
        expected = both.sum() / either.sum() if either.any() else 0.0
        assert iou[k, step] == pytest.approx(expected)


@settings(deadline=None, max_examples=30)
@given(truths, maps, truths, maps)
def test_photos_are_pooled(t1: np.ndarray, p1: np.ndarray, t2: np.ndarray, p2: np.ndarray) -> None:
    added = histogram_of(t1, p1, everywhere(t1)) + histogram_of(t2, p2, everywhere(t2))
    truth, pixels = np.vstack([t1, t2]), np.vstack([p1, p2])
    whole = histogram_of(truth, pixels, everywhere(truth)) + PixelHistogram.empty(2)
    for field in ("hits", "false_alarms", "true_px"):
        assert np.array_equal(getattr(added, field), getattr(whole, field))


def test_pixels_that_do_not_count_are_left_out() -> None:
    truth = np.array([[1, 255]], np.uint8)
    pixels = np.array([[[0.75], [0.75]]], np.float32)
    histogram = histogram_of(truth, pixels, truth != 255)
    assert histogram.true_px.tolist() == [1]
    assert histogram.hits[0, 192] == 1
    assert histogram.false_alarms.sum() == 0


def test_the_curve_is_that_of_scikit_learn_on_the_grid() -> None:
    rng = np.random.default_rng(0)
    truth = (rng.random((40, 50)) < 0.3).astype(np.uint8)
    grid = rng.integers(0, BINS, (40, 50)) / BINS
    scores = np.clip(grid * 0.5 + truth * 0.25, 0, 1).astype(np.float32)
    binned = np.floor(scores * BINS) / BINS
    (curve,) = pr_curve(histogram_of(truth, scores[..., None], everywhere(truth)))
    expected = average_precision_score(truth.ravel(), binned.ravel())
    assert curve.average_precision == pytest.approx(expected)
    assert curve.recall[0] == 1.0
    assert (np.diff(curve.recall) <= 0).all()


def test_a_class_that_is_not_shown_has_no_curve() -> None:
    truth = np.zeros((3, 3), np.uint8)
    (curve,) = pr_curve(histogram_of(truth, np.full((3, 3, 1), 0.5, np.float32), everywhere(truth)))
    assert curve.average_precision is None
    assert len(curve.recall) == len(curve.precision) == len(curve.thresholds) == 0
