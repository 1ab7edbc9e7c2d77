"""Thresholds from validation photos: what they keep, and what their notes say."""

from __future__ import annotations

import numpy as np
import pytest

from engine.errors import DltrainError, RunFailed
from engine.tasks.anomaly_detection.limits import RawPhoto, choose_limits
from engine.tasks.anomaly_detection.normalise import LEAST_LIMIT, MOST_LOG_ODDS, normalised


def good(count: int, photos: int = 1) -> list[RawPhoto]:
    """Objects with scores 1, 2 … of the last of their photos."""
    return [
        RawPhoto(f"part{n}", False, n * (k + 1) / photos)
        for n in range(1, count + 1)
        for k in range(photos)
    ]


def bad(*scores: float) -> list[RawPhoto]:
    return [RawPhoto(f"bad{n}", True, score) for n, score in enumerate(scores)]


@pytest.mark.parametrize("photos", [1, 3])
def test_good_photos_alone_keep_the_stated_rate_by_object(photos: int) -> None:
    limits = choose_limits(good(100, photos), accept_overkill_rate=0.02)
    assert limits.image.value == 98.5
    assert limits.image.note == (
        "raw score 98.5, reached by 2 of 100 good validation objects, so the true false-alarm rate "
        "may be as high as 6.16 % (exact one-sided 95 % bound); 149 good objects without a false "
        "alarm would show the stated 2 %; validation has no photo of a defect: how many defects "
        "escape is not known"
    )


def test_with_good_photos_alone_photos_and_pixels_have_one_threshold() -> None:
    limits = choose_limits(good(100))
    assert limits.pixel.value == limits.image.value
    assert limits.image.note.startswith(f"{limits.pixel.note}; ")


def test_where_the_weights_were_chosen_on_these_photos_the_bound_is_not_exact() -> None:
    learnt = choose_limits(good(100), architecture="synthetic_defects")
    assert (learnt.image.value, learnt.pixel.value) == (95.5, 95.5)
    for limit in (learnt.image, learnt.pixel):
        assert (
            "as high as 10.2 % (one-sided 95 % bound, not exact: the weights were chosen on these "
            "photos too, so it may be higher)"
        ) in limit.note
    between = choose_limits([*good(9), *bad(20.0)], architecture="synthetic_defects")
    assert "not exact: the threshold and the weights were chosen" in between.image.note


def test_without_a_stated_rate_it_is_five_percent() -> None:
    limits = choose_limits(good(40))
    assert limits.image.value == 38.5
    assert "would show the default of 5 %" in limits.image.note
    stated = choose_limits(good(40), accept_overkill_rate=0.05)
    assert stated.image.value == limits.image.value
    assert "would show the stated 5 %" in stated.image.note


def test_where_each_photo_is_an_object_photos_are_counted() -> None:
    limits = choose_limits([*good(9), *bad(20.0)], unit="photo")
    assert "by 0 of 9 good validation photos" in limits.image.note
    assert "59 good photos without a false alarm" in limits.pixel.note
    assert "object" not in limits.image.note + limits.pixel.note


def test_ten_good_objects_cannot_show_five_percent_and_the_note_says_so() -> None:
    limits = choose_limits(good(10))
    assert 10.0 < limits.image.value < 12.0
    for words in ("by 0 of 10 good", "as high as 25.9 %", "59 good objects without a false alarm"):
        assert words in limits.image.note


def test_a_rate_of_zero_can_be_shown_by_no_number() -> None:
    limits = choose_limits(good(10), accept_overkill_rate=0.0)
    assert limits.image.value == pytest.approx(10.01)
    assert "would show" not in limits.image.note


def test_defects_of_validation_part_the_photos_and_not_the_pixels() -> None:
    photos = [*good(9), *bad(20.0, 25.0)]
    limits = choose_limits(photos)
    assert limits.image.value == pytest.approx(14.5)
    assert limits.image.note == (
        "raw score 14.5, chosen on good and bad validation photos; reached by 0 of 9 good "
        "validation objects, so the true false-alarm rate may be as high as 28.3 % (one-sided 95 % "
        "bound, not exact: the threshold was chosen on these photos too, so it may be higher); not "
        "by 0 of 2 validation photos of defects"
    )
    assert limits.pixel == choose_limits(good(9)).pixel


@pytest.mark.parametrize(
    ("escape", "overkill", "value"),
    # Good 1 … 10, defects at 5.2, 7.5 and 30.
    [(0.0, None, 5.1), (0.4, None, 7.25), (None, 0.1, 9.5), (None, 0.0, 20.0), (0.4, 0.3, 7.25)],
)
def test_the_rates_of_the_recipe_choose_as_in_segmentation(
    escape: float | None, overkill: float | None, value: float
) -> None:
    limits = choose_limits([*good(10), *bad(5.2, 7.5, 30.0)], escape, overkill)
    assert limits.image.value == pytest.approx(value)


def test_a_good_photo_above_all_defects_can_still_be_kept() -> None:
    limits = choose_limits([*good(10), *bad(2.5)], accept_overkill_rate=0.0)
    assert 10.0 < limits.image.value < 10.1


def test_raw_scores_have_no_highest_value() -> None:
    small = choose_limits([*good(9), *bad(20.0)])
    scaled = [RawPhoto(p.object, p.is_bad, 1e5 * p.score) for p in good(9)]
    large = choose_limits([*scaled, *bad(20.0e5)])
    assert large.image.value == pytest.approx(1e5 * small.image.value)
    assert large.pixel.value == pytest.approx(1e5 * small.pixel.value)


def test_without_a_good_photo_pixels_have_the_threshold_of_photos() -> None:
    limits = choose_limits(bad(20.0, 30.0))
    assert limits.pixel.value == limits.image.value <= 20.0
    assert "no good photo to choose it on" in limits.pixel.note
    assert "how many good ones are called bad is not known" in limits.image.note


@pytest.mark.parametrize("defects", [(), (0.0,)])
def test_photos_that_are_all_alike_are_good_and_whatever_differs_is_not(
    defects: tuple[float, ...],
) -> None:
    photos = [RawPhoto(f"part{n}", False, 0.0) for n in range(10)] + bad(*defects)
    limits = choose_limits(photos)
    assert limits.image.value == limits.pixel.value == LEAST_LIMIT
    assert float(normalised(0.0, limits.image.value)) == 0.0
    assert float(normalised(0.01, limits.image.value)) > 0.5
    assert "alike to the model" in limits.image.note


def test_very_low_odds_are_odds_and_the_lowest_of_all_are_alike() -> None:
    sharp = [RawPhoto(f"part{n}", False, 1e-9 * n) for n in range(1, 11)]
    limits = choose_limits(sharp, architecture="synthetic_defects")
    assert 1e-8 < limits.image.value < 3e-8 and "alike" not in limits.image.note
    floor = float(np.exp(np.float32(-MOST_LOG_ODDS)))
    alike = [RawPhoto(f"part{n}", False, floor) for n in range(10)]
    limits = choose_limits(alike, architecture="synthetic_defects")
    assert "alike to the model" in limits.image.note
    assert float(normalised(floor, limits.image.value)) < 0.5
    assert float(normalised(2 * floor, limits.image.value)) > 0.5


def test_photos_that_are_not_judged_have_no_say() -> None:
    unjudged = [RawPhoto("x", None, 900.0)]
    assert choose_limits(good(40) + unjudged) == choose_limits(good(40))
    with pytest.raises(DltrainError, match=r"data\.validation: no threshold can be chosen"):
        choose_limits(unjudged)


def test_three_good_photos_have_thresholds() -> None:
    limits = choose_limits(good(3))
    assert 3.0 < limits.image.value <= 5.0
    assert "as high as 63.2 %" in limits.image.note


@pytest.mark.parametrize("value", [np.nan, np.inf, -1.0])
def test_scores_that_are_no_numbers_end_the_run(value: float) -> None:
    with pytest.raises(RunFailed, match="negative or no numbers"):
        choose_limits([*good(3), RawPhoto("x", False, value)])


def test_the_report_lists_normalised_thresholds_with_the_raw_ones_in_their_notes() -> None:
    pixel, image = choose_limits(good(100)).thresholds
    assert [(t.name, t.class_name, t.value) for t in (pixel, image)] == [
        ("pixel", None, 0.5),
        ("image", None, 0.5),
    ]
    assert pixel.note.startswith("raw score 95.5") and image.note.startswith("raw score 95.5")


def test_the_order_of_photos_does_not_matter() -> None:
    photos = [*good(12, 2), *bad(9.0, 30.0)]
    assert choose_limits(photos) == choose_limits(photos[::-1])
