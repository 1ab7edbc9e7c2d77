from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.evaluate.score_thresholds import choose_score_threshold

RIGHT = [0.25, 0.5, 0.7, 0.9]
WRONG = [0.1, 0.2, 0.3, 0.6]


def choose(
    right: list[float],
    wrong: list[float],
    things: int | None = None,
    escape: float | None = None,
    overkill: float | None = None,
) -> tuple[float, str]:
    scores, flags = np.array(right + wrong), np.array([True] * len(right) + [False] * len(wrong))
    count = len(right) if things is None else things
    return choose_score_threshold(scores, flags, count, escape, overkill)


def test_an_escape_rate_takes_the_highest_threshold_that_keeps_it() -> None:
    assert choose(RIGHT, WRONG, escape=0.0) == (pytest.approx((0.2 + 0.25) / 2), "")
    assert choose(RIGHT, WRONG, escape=0.25) == (pytest.approx((0.3 + 0.5) / 2), "")
    # What was never found has escaped too.
    assert choose(RIGHT, WRONG, things=5, escape=0.2)[0] == pytest.approx((0.2 + 0.25) / 2)


def test_an_overkill_rate_takes_the_lowest_threshold_that_keeps_it() -> None:
    assert choose(RIGHT, WRONG, overkill=0.0) == (pytest.approx((0.6 + 0.7) / 2), "")
    assert choose(RIGHT, WRONG, overkill=0.25) == (pytest.approx((0.3 + 0.5) / 2), "")


def test_of_both_the_escape_rate_goes_first() -> None:
    value, note = choose(RIGHT, WRONG, escape=0.0, overkill=0.25)
    assert value == pytest.approx((0.2 + 0.25) / 2)
    assert "the overkill rate is 33.3 %" in note
    assert choose(RIGHT, WRONG, escape=0.25, overkill=0.25) == (pytest.approx(0.4), "")


def test_of_those_that_keep_both_the_best_f1_is_taken() -> None:
    # F1 at 0.225, 0.275 and 0.4: 8/10, 6/9, 6/8.
    assert choose(RIGHT, WRONG, escape=0.5, overkill=0.5)[0] == pytest.approx((0.2 + 0.25) / 2)


@pytest.mark.parametrize(
    ("bounds", "words"),
    [({"escape": 0.1}, "escape rate on validation, the least is 20.0 %"),
     ({"overkill": 0.1}, "overkill rate on validation, the least is 20.0 %"),
     ({"escape": 0.1, "overkill": 0.1}, "escape rate")],
)  # fmt: skip
def test_a_rate_that_none_keeps_is_said_aloud(bounds: dict[str, float], words: str) -> None:
    best, note = choose([0.5, 0.6, 0.7, 0.8], [0.1, 0.9], things=5)
    assert (best, note) == (pytest.approx(0.3), "")
    value, note = choose([0.5, 0.6, 0.7, 0.8], [0.1, 0.9], things=5, **bounds)
    assert value == best
    assert words in note and "the best F1 was taken" in note


def test_with_neither_f1_is_best_in_the_middle_of_its_plateau() -> None:
    # Cutting off one of forty right ones or letting in two wrong ones costs less than 3 %.
    right = [0.4, *np.linspace(0.8, 0.95, 39)]
    value, note = choose(right, [0.1] * 20 + [0.3, 0.32])
    # The plateau reaches from 0.2 to where a third right one would be lost.
    ends = 0.2, (right[1] + right[2]) / 2
    assert note == ""
    assert value == pytest.approx((0.4 + 0.8) / 2)
    assert ends[0] < value < ends[1]
    assert choose([0.8, 0.9], [0.2])[0] == pytest.approx(0.5)


def test_without_anything_to_go_by_it_says_so() -> None:
    assert choose([], [0.3], things=0) == (
        0.5, "no validation photo shows this class: 0.5 was taken",
    )  # fmt: skip
    assert choose([], [0.3], things=4, escape=0.0) == (
        0.5, "no detection meets this class on validation: 0.5 was taken",
    )  # fmt: skip
    assert choose([], [], things=4)[0] == 0.5


def test_scores_at_the_ends_of_the_scale_work() -> None:
    assert choose([1.0], [0.0])[0] == pytest.approx(0.5)
    assert choose([0.0], [], escape=0.0)[0] == 0.0
    assert 0.0 <= choose([1.0], [1.0], escape=0.0)[0] <= 1.0


levels = st.sampled_from([0.0, 0.1, 0.3, 0.5, 0.9, 1.0])
rates = st.none() | st.sampled_from([0.0, 0.2, 0.5])


@settings(deadline=None, max_examples=150)
@given(st.lists(levels, min_size=1, max_size=9), st.lists(levels, max_size=9), rates, rates)
def test_bounds_are_kept_on_validation_or_the_note_says_so(
    right: list[float], wrong: list[float], escape: float | None, overkill: float | None
) -> None:
    value, note = choose(right, wrong, len(right), escape, overkill)
    found, false_alarms = np.sum(np.array(right) >= value), np.sum(np.array(wrong) >= value)
    if not note:
        assert escape is None or 1 - found / len(right) <= escape + 1e-9
        assert overkill is None or false_alarms / (found + false_alarms) <= overkill + 1e-9
    if escape is None and overkill is None:
        f1 = [
            2 * np.sum(np.array(right) >= level)
            / (np.sum(np.array(right + wrong) >= level) + len(right))
            for level in set(right + wrong)
        ]  # fmt: skip
        assert 2 * found / (found + false_alarms + len(right)) >= 0.97 * max(f1)
