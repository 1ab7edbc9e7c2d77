from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.evaluate.reject_threshold import choose_reject_threshold
from engine.evaluate.thresholds import NEUTRAL

CONFIDENCES = np.array([0.2, 0.4, 0.5, 0.7, 0.8, 0.9, 0.95, 0.97, 0.98, 0.99])
RIGHT = np.array([False, True, False, True, True, True, True, True, True, True])


def test_nothing_is_rejected_where_nothing_is_asked_and_the_note_says_so() -> None:
    value, note = choose_reject_threshold(CONFIDENCES, RIGHT)
    assert value == 0.0
    assert note.endswith("no reading is rejected but unreadable ones")


def test_a_wrong_read_rate_takes_the_lowest_threshold_that_keeps_it() -> None:
    value, note = choose_reject_threshold(CONFIDENCES, RIGHT, wrong_read_rate=0.1)
    assert value == pytest.approx(0.3)
    assert note.startswith("10 validation fields cannot show a wrong-read rate of less than about")
    assert note.endswith("30 %")
    value, _ = choose_reject_threshold(CONFIDENCES, RIGHT, wrong_read_rate=0.0)
    assert value == pytest.approx(0.6)
    assert choose_reject_threshold(CONFIDENCES, RIGHT, wrong_read_rate=0.3) == (0.0, "")


def test_fields_that_were_not_located_count_for_the_wrong_read_rate() -> None:
    value, note = choose_reject_threshold(CONFIDENCES, RIGHT, wrong_read_rate=0.05, fields=20)
    assert value == pytest.approx(0.3)
    assert "20 validation fields" in note and "15 %" in note
    enough = choose_reject_threshold(CONFIDENCES, RIGHT, wrong_read_rate=0.01, fields=400)
    assert enough == (0.0, "")


def test_a_reject_rate_takes_the_highest_threshold_that_keeps_it() -> None:
    value, note = choose_reject_threshold(CONFIDENCES, RIGHT, reject_rate=0.2)
    assert (value, note) == (pytest.approx(0.45), "")
    value, note = choose_reject_threshold(CONFIDENCES, RIGHT, reject_rate=1.0)
    assert value == pytest.approx(0.985)  # something right is left


def test_unreadable_fields_are_rejected_whatever_the_threshold() -> None:
    value, note = choose_reject_threshold(CONFIDENCES, RIGHT, reject_rate=0.5, located=20)
    assert (value, note) == (0.0, "")
    value, note = choose_reject_threshold(CONFIDENCES, RIGHT, reject_rate=0.4, located=20)
    assert value == 0.0
    assert note == "no threshold keeps the reject rate on validation, the least is 50.0 %"


def test_both_rates_take_the_best_f1_of_those_that_keep_both() -> None:
    value, note = choose_reject_threshold(
        CONFIDENCES, RIGHT, wrong_read_rate=0.1, reject_rate=0.35, fields=10
    )
    assert value == pytest.approx(0.3)
    assert note.startswith("10 validation fields")


def test_rates_that_exclude_each_other_keep_the_wrong_read_rate() -> None:
    value, note = choose_reject_threshold(CONFIDENCES, RIGHT, 0.0, 0.1)
    assert value == pytest.approx(0.6)
    assert note.startswith("no threshold keeps both rates on validation: the wrong-read rate is ")
    assert "the reject rate is 30.0 %" in note


def test_a_sure_mistake_is_told() -> None:
    sure = np.array([0.3, 0.6, 0.9])
    value, note = choose_reject_threshold(sure, np.array([False, True, False]), wrong_read_rate=0.0)
    assert value == pytest.approx(0.45)
    assert "no threshold keeps the wrong-read rate on validation, the least is 33.3 %" in note


@pytest.mark.parametrize("right", [[], [False, False]])
def test_without_a_right_reading_the_neutral_threshold_is_taken(right: list[bool]) -> None:
    confidences = np.linspace(0.1, 0.9, len(right))
    value, note = choose_reject_threshold(confidences, np.array(right, bool), 0.01)
    assert value == NEUTRAL
    assert "no reading is right on validation" in note


@settings(deadline=None, max_examples=80)
@given(
    st.lists(st.tuples(st.sampled_from([0.0, 0.1, 0.5, 0.9, 1.0]), st.booleans()), min_size=1),
    st.one_of(st.none(), st.floats(0, 1)),
    st.one_of(st.none(), st.floats(0, 1)),
)
def test_a_kept_rate_is_kept_and_the_value_is_a_confidence(
    readings: list[tuple[float, bool]], wrong: float | None, reject: float | None
) -> None:
    confidences = np.array([confidence for confidence, _ in readings])
    right = np.array([is_right for _, is_right in readings])
    value, note = choose_reject_threshold(confidences, right, wrong, reject)
    assert 0.0 <= value <= 1.0
    if not right.any() or (wrong is None and reject is None):
        return
    passed = confidences >= value
    if wrong is not None and "keeps the wrong-read" not in note:
        assert (passed & ~right).sum() / len(right) <= wrong + 1e-6
    if reject is not None and "no threshold keeps" not in note:
        assert (~passed).sum() / len(right) <= reject + 1e-6
