"""Every metric against a case worked out by hand."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.evaluate.bootstrap import estimate
from engine.evaluate.metric import MetricValue
from engine.tasks.photo_verdicts import confusion, judged_scores
from engine.tasks.segmentation.metrics import measure
from engine.tasks.segmentation.outcome import ImageOutcome, RegionOutcome

Pixels = tuple[tuple[int, int], tuple[int, int], tuple[int, int]]


def photo(
    name: str,
    part: str,
    pixels: Pixels = ((0, 0), (0, 0), (0, 0)),
    is_bad: bool | None = None,
    score: float = 0.0,
    defects: Pixels = ((0, 0), (0, 0), (0, 0)),
    right: tuple[int, int] = (0, 0),
) -> ImageOutcome:
    """A photo by its counts: pixels (hit, predicted, true), defects (true, found, predicted)."""
    region = RegionOutcome(
        "interior", *pixels, defects[0], defects[1], defects[2], right, is_bad, score
    )
    return ImageOutcome(name, part, (region,), (), ())


def value(
    outcomes: list[ImageOutcome], name: str, class_name: str | None = None, limit: float = 0.5
) -> MetricValue:
    metrics = estimate(measure(outcomes, ("scratch", "chip"), limit), resamples=50)
    (found,) = [m for m in metrics if (m.name, m.class_name) == (name, class_name)]
    return found


def test_iou_and_dice_are_of_the_sums() -> None:
    outcomes = [
        photo("1", "a", pixels=((10, 0), (20, 5), (10, 0))),
        photo("2", "b", pixels=((20, 2), (20, 4), (60, 4))),
    ]
    # scratch: 30 / (40 + 70 - 30); chip: 2 / (9 + 4 - 2)
    assert value(outcomes, "iou", "scratch").value == pytest.approx(30 / 80)
    assert value(outcomes, "iou", "chip").value == pytest.approx(2 / 11)
    assert value(outcomes, "iou").value == pytest.approx((30 / 80 + 2 / 11) / 2)
    assert value(outcomes, "dice", "scratch").value == pytest.approx(60 / 110)
    assert value(outcomes, "iou", "scratch").n == 2
    assert value(outcomes, "iou", "chip").n == 1


def test_defects_are_counted_one_by_one() -> None:
    outcomes = [
        photo("1", "a", defects=((3, 0), (2, 0), (4, 0)), right=(1, 0)),
        photo("2", "a", defects=((1, 1), (1, 0), (0, 2)), right=(0, 0)),
    ]
    assert value(outcomes, "defect_recall", "scratch").value == pytest.approx(3 / 4)
    assert value(outcomes, "defect_recall", "chip").value == 0.0
    assert value(outcomes, "defect_precision", "scratch").value == pytest.approx(1 / 4)
    assert value(outcomes, "defect_precision").value == pytest.approx(1 / 8)
    assert value(outcomes, "defect_recall", "scratch").n == 1


def test_image_rates_and_confusion_leave_out_photos_that_are_not_judged() -> None:
    outcomes = [
        photo("1", "a", is_bad=True, score=0.9),
        photo("2", "a", is_bad=True, score=0.5),
        photo("3", "b", is_bad=True, score=0.4),
        photo("4", "c", is_bad=False, score=0.5),
        photo("5", "d", is_bad=False, score=0.1),
        photo("6", "e", is_bad=None, score=0.9),
    ]
    escape, overkill = (value(outcomes, f"image_{n}_rate") for n in ("escape", "overkill"))
    assert (escape.value, escape.n) == (pytest.approx(1 / 3), 2)
    assert (overkill.value, overkill.n) == (pytest.approx(1 / 2), 2)
    # Pairs in the right order: 0.9 beats both, 0.5 ties one and beats one, 0.4 beats one.
    assert value(outcomes, "image_auroc").value == pytest.approx((2 + 1.5 + 1) / 6)
    counts = confusion(outcomes, 0.5)
    assert (counts.bad_called_bad, counts.bad_called_good) == (2, 1)
    assert (counts.good_called_good, counts.good_called_bad) == (1, 1)
    assert len(judged_scores(outcomes)[0]) == 5


def test_a_class_that_is_not_shown_is_undefined_and_left_out_of_the_mean() -> None:
    outcomes = [photo("1", "a", pixels=((4, 0), (4, 9), (8, 0)), is_bad=True)]
    chip = value(outcomes, "iou", "chip")
    assert (chip.value, chip.low, chip.high, chip.n) == (None, None, None, 0)
    assert value(outcomes, "iou").value == pytest.approx(0.5)
    overkill = value(outcomes, "image_overkill_rate")
    assert (overkill.value, overkill.n) == (None, 0)
    assert value(outcomes, "image_auroc").value is None
    assert value(outcomes, "defect_precision", "chip").value is None


def test_nothing_to_measure_gives_nothing() -> None:
    assert measure([], ("scratch",), 0.5) == ()


counts = st.tuples(st.integers(0, 9), st.integers(0, 9))


@st.composite
def photos(draw: st.DrawFn) -> list[ImageOutcome]:
    outcomes = []
    for index in range(draw(st.integers(1, 6))):
        hit, extra, missed = draw(counts), draw(counts), draw(counts)
        predicted = (hit[0] + extra[0], hit[1] + extra[1])
        true = (hit[0] + missed[0], hit[1] + missed[1])
        outcomes.append(
            photo(
                str(index),
                draw(st.sampled_from("abc")),
                pixels=(hit, predicted, true),
                is_bad=draw(st.sampled_from([True, False, None])),
                score=draw(st.sampled_from([0.1, 0.3, 0.7])),
                defects=(true, hit, predicted),
                right=hit,
            )
        )
    return outcomes


@settings(deadline=None, max_examples=50)
@given(photos(), st.randoms(use_true_random=False))
def test_the_order_of_photos_does_not_matter(
    outcomes: list[ImageOutcome], order: random.Random
) -> None:
    shuffled = outcomes[:]
    order.shuffle(shuffled)
    names = ("scratch", "chip")
    assert estimate(measure(outcomes, names, 0.5), 40) == estimate(
        measure(shuffled, names, 0.5), 40
    )


@settings(deadline=None, max_examples=50)
@given(photos())
def test_values_lie_in_their_intervals_and_nothing_is_nan(outcomes: list[ImageOutcome]) -> None:
    for metric in estimate(measure(outcomes, ("scratch", "chip"), 0.5), 40):
        if metric.value is None:
            assert (metric.low, metric.high, metric.n) == (None, None, 0)
        else:
            assert metric.low is not None and metric.high is not None
            assert 0 <= metric.low <= metric.value <= metric.high <= 1
            assert metric.low < metric.high
            assert metric.n > 0
