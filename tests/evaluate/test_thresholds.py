from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.evaluate.histogram import BINS, PixelHistogram
from engine.evaluate.thresholds import (
    choose_image_threshold,
    choose_pixel_thresholds,
    pixel_thresholds,
)


def histogram(hits: dict[int, int], false_alarms: dict[int, int], true_px: int) -> PixelHistogram:
    counts = np.zeros((2, 1, BINS), np.int64)
    for row, by_bin in enumerate((hits, false_alarms)):
        for index, pixels in by_bin.items():
            counts[row, 0, index] = pixels
    return PixelHistogram(counts[0], counts[1], np.array([true_px]))


@pytest.mark.parametrize(
    ("good", "bad", "chosen"),
    [(50, 200, 128), (50, 100, 100), (150, 200, 151)],  # thresholds between them part them
)
def test_of_equally_good_thresholds_the_one_nearest_to_a_half_is_taken(
    good: int, bad: int, chosen: int
) -> None:
    (choice,) = choose_pixel_thresholds(histogram({bad: 100}, {good: 300}, 100))
    assert choice.value == chosen / BINS
    assert choice.iou == 1.0
    assert choice.note == ""


def test_thresholds_within_three_percent_of_the_best_are_as_good() -> None:
    # 201…220: 1000/1000; 151…200: 1000/1020; 141…150: 1000/1030; below: 1000/1040.
    (choice,) = choose_pixel_thresholds(
        histogram({220: 1000}, {100: 5000, 140: 10, 150: 10, 200: 20}, 1000)
    )
    assert choice.value == 141 / BINS
    assert choice.iou == pytest.approx(1000 / 1030)


@pytest.mark.parametrize("true_px", [0, 50])
def test_without_anything_to_go_by_it_says_so(true_px: int) -> None:
    (choice,) = choose_pixel_thresholds(histogram({}, {90: 10}, true_px))
    assert choice.value == 0.5
    assert choice.iou == (0.0 if true_px else None)
    (named,) = pixel_thresholds((choice,), ("chip",))
    assert (named.name, named.class_name, named.chosen_on) == ("pixel", "chip", "validation")
    assert "0.5 was taken" in named.note


GOOD = [0.1, 0.2, 0.3, 0.6]
BAD = [0.25, 0.5, 0.7, 0.9]


def choose(
    good: list[float], bad: list[float], escape: float | None = None, overkill: float | None = None
) -> tuple[float, str]:
    scores, is_bad = np.array(good + bad), np.array([False] * len(good) + [True] * len(bad))
    threshold = choose_image_threshold(scores, is_bad, escape, overkill)
    assert (threshold.name, threshold.class_name) == ("image", None)
    return threshold.value, threshold.note


def test_an_escape_rate_takes_the_highest_threshold_that_keeps_it() -> None:
    assert choose(GOOD, BAD, escape=0.0) == (pytest.approx((0.2 + 0.25) / 2), "")
    assert choose(GOOD, BAD, escape=0.25)[0] == pytest.approx((0.3 + 0.5) / 2)


def test_an_overkill_rate_takes_the_lowest_threshold_that_keeps_it() -> None:
    assert choose(GOOD, BAD, overkill=0.0)[0] == pytest.approx((0.6 + 0.7) / 2)
    assert choose(GOOD, BAD, overkill=0.25)[0] == pytest.approx((0.3 + 0.5) / 2)


def test_of_both_the_escape_rate_goes_first() -> None:
    value, note = choose(GOOD, BAD, escape=0.0, overkill=0.25)
    assert value == pytest.approx((0.2 + 0.25) / 2)
    assert "the overkill rate is 50.0 %" in note
    assert choose(GOOD, BAD, escape=0.25, overkill=0.25) == (pytest.approx(0.4), "")


def test_with_neither_the_balanced_accuracy_is_best_and_of_equals_least_escapes() -> None:
    # 0.225 and 0.4 are equally good.
    assert choose(GOOD, BAD)[0] == pytest.approx((0.2 + 0.25) / 2)
    assert choose([0.2], [0.8])[0] == pytest.approx(0.5)
    assert choose(GOOD, [0.5, 0.7, 0.9])[0] == pytest.approx((0.3 + 0.5) / 2)


def test_ties_between_good_and_bad_are_not_cut() -> None:
    assert choose([0.5, 0.5], [0.5, 0.5], escape=0.0)[0] < 0.5
    assert choose([0.5, 0.5], [0.5, 0.5], overkill=0.0)[0] > 0.5


def test_photos_of_one_kind_only_are_said_aloud() -> None:
    value, note = choose([0.1, 0.3], [])
    assert value > 0.3 and "no bad photo" in note
    value, note = choose([], [0.4, 0.9])
    assert value < 0.4 and "no good photo" in note
    assert choose([], []) == (0.5, "validation has no photo to judge: 0.5 was taken")


def test_scores_at_the_ends_of_the_scale_work() -> None:
    assert choose([0.0, 0.0], [1.0], escape=0.0)[0] == pytest.approx(0.5)
    assert choose([1.0], [], overkill=0.0)[0] > 1.0
    assert choose([], [0.0], escape=0.0)[0] == 0.0


levels = st.sampled_from([0.0, 0.1, 0.3, 0.5, 0.9, 1.0])
some = st.lists(levels, min_size=1, max_size=9)


@settings(deadline=None, max_examples=100)
@given(some, some, st.none() | st.sampled_from([0.0, 0.2]), st.none() | st.sampled_from([0.0, 0.2]))
def test_a_single_bound_is_always_kept_on_validation(
    good: list[float], bad: list[float], escape: float | None, overkill: float | None
) -> None:
    value, note = choose(good, bad, escape, overkill)
    if escape is not None:
        assert np.mean(np.array(bad) < value) <= escape
    if overkill is not None and not note:
        assert np.mean(np.array(good) >= value) <= overkill
