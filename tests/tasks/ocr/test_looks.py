"""Located lines looked at again: a box that cuts off a character does not cut off the reading."""

from __future__ import annotations

from math import log

import numpy as np
import pytest

from engine.tasks.ocr.looks import FURTHER, SURE, is_sure, look
from engine.tasks.ocr.window import sides, widened
from engine.text.reading import Reading
from tests.tasks.ocr.spoken import ALPHABET, FRAMES, LINE_HW, deployed

PHOTO = np.zeros((60, 160, 3), np.uint8)
PHOTO[20:40, 40:120] = 200
"""A field on black; how much of a line shows of it is all that is looked at."""

WHOLE = np.array([[(36, 20), (124, 20), (124, 40), (36, 40)]], np.float32)
BEGINNING_CUT, END_CUT = WHOLE.copy(), WHOLE.copy()
BEGINNING_CUT[:, [0, 3], 0] += 12
END_CUT[:, [1, 2], 0] -= 12


class Counting:
    """Reads "AB" of lines that begin and end on black, and "B" faintly of any others."""

    def __init__(self, cut: float) -> None:
        self.cut, self.lines = cut, 0

    def __call__(self, lines: np.ndarray) -> np.ndarray:
        self.lines += len(lines)
        whole = (lines[:, :, 0].mean(axis=(1, 2)) < 0.4) & (lines[:, :, -1].mean(axis=(1, 2)) < 0.4)
        return np.stack([said("AB", 0.99) if each else said("B", self.cut) for each in whole])


def said(text: str, sure: float) -> np.ndarray:
    shares = np.full((FRAMES, 1 + len(ALPHABET)), 1e-9)
    shares[:, 0] = 1.0
    for place, character in enumerate(text):
        shares[2 * place, [0, 1 + ALPHABET.index(character)]] = 1 - sure, sure
    return np.log(shares / shares.sum(axis=1, keepdims=True)).astype(np.float32)


@pytest.mark.parametrize("corners", [BEGINNING_CUT, END_CUT], ids=["beginning", "end"])
def test_what_a_box_cuts_off_is_read_at_another_look(corners: np.ndarray) -> None:
    run = Counting(cut=0.6)
    looked = look(run, PHOTO, corners, [0], deployed(located=True))
    assert [each.text for each in looked.readings] == ["AB"]
    assert looked.lines.shape == (1, *LINE_HW, 3)
    assert max(looked.lines[0, :, 0].mean(), looked.lines[0, :, -1].mean()) < 0.4


def test_a_line_that_is_read_surely_is_looked_at_once_from_each_end() -> None:
    run = Counting(cut=0.99)
    look(run, PHOTO, END_CUT, [0], deployed(located=True))
    assert run.lines == 2


def test_only_lines_that_are_not_read_surely_are_looked_at_again() -> None:
    run = Counting(cut=0.6)
    wider = widened(WHOLE, 0.5, 0.5)
    looked = look(run, PHOTO, np.concatenate([wider, END_CUT]), [0, 0], deployed(located=True))
    assert [each.text for each in looked.readings] == ["AB", "AB"]
    assert run.lines == 4 + 2 * 2  # the second look adds room at the end


def test_without_lines_nothing_is_read() -> None:
    looked = look(Counting(0.6), PHOTO, WHOLE[:0], [], deployed(located=True))
    assert len(looked.lines) == len(looked.readings) == len(looked.is_turned) == 0


def test_another_look_replaces_a_reading_only_where_it_is_better() -> None:
    looks = iter([0.7, 0.5, 0.6, 0.3, 0.4])

    def run(lines: np.ndarray) -> np.ndarray:
        sure = next(looks)
        return np.stack([said("A", sure), *[said("", 1.0)] * (len(lines) - 1)])

    looked = look(run, PHOTO, WHOLE, [0], deployed(located=True))
    assert next(looks, None) is None and len(FURTHER) == 4
    assert looked.readings[0].log_probability == pytest.approx(log(0.7), abs=1e-4)


@pytest.mark.parametrize(
    ("reading", "expected"),
    [
        (Reading("1", "1", log(SURE) + 1e-6, (0.9,)), True),
        (Reading("1", "1", log(SURE) - 1e-6, (0.7,)), False),
        (Reading(None, "1", -0.01, (0.9,)), False),
    ],
)
def test_sure(reading: Reading, expected: bool) -> None:
    assert is_sure(reading) is expected


@pytest.mark.parametrize("turn", [0.0, 0.4, np.pi / 2, -2.8])
def test_wider_lines_keep_their_height_and_their_other_end(turn: float) -> None:
    rotation = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    lines = np.asarray(WHOLE @ rotation, np.float32)
    wider = widened(lines, 0.5, 0.0)
    np.testing.assert_allclose(wider[:, [1, 2]], lines[:, [1, 2]], atol=1e-4)
    assert sides(wider[0]) == pytest.approx((88 + 10, 20), abs=1e-3)
    np.testing.assert_allclose(widened(lines, 0.0, 0.5)[:, [0, 3]], lines[:, [0, 3]], atol=1e-4)
    np.testing.assert_array_equal(widened(lines, 0.0, 0.0), lines)
