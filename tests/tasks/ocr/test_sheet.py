"""The sheet of lines: what differs is red, whatever the size of lines and texts."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.tasks.ocr.edits import aligned
from engine.tasks.ocr.layout import MOST_ROWS, SIZES_PX, lay_out
from engine.tasks.ocr.sheet import CARD_PX, LINE_HW, draw_readings

RED, TINT = (179, 38, 30), (253, 226, 222)
LINE = np.full((24, 110, 3), (90, 140, 90), np.uint8)


def count(sheet: np.ndarray, colour: tuple[int, int, int]) -> int:
    return int((sheet == colour).all(axis=2).sum())


def test_wrong_characters_are_red_and_right_ones_are_not() -> None:
    right = draw_readings([LINE], ["L1234A"], ["L1234A"])
    assert count(right, TINT) == count(right, RED) == 0
    one = draw_readings([LINE], ["L1234A"], ["L1Z34A"])
    two = draw_readings([LINE], ["L1234A"], ["L1Z34B"])
    assert 0 < count(one, TINT) < count(two, TINT)
    for said in ("L134A", "L12334A"):
        changed = draw_readings([LINE], ["L1234A"], [said])
        assert count(changed, TINT) > 50


def test_unreadable_is_said() -> None:
    sheet = draw_readings([LINE], ["L1234A"], [None])
    assert count(sheet, RED) > 30 and count(sheet, TINT) == 0


def test_lines_stand_in_two_columns_and_keep_their_shape() -> None:
    sheets = [draw_readings([LINE] * n, ["A"] * n, ["A"] * n) for n in (1, 2, 3)]
    widths = [sheet.shape[1] for sheet in sheets]
    assert widths[0] < widths[1] == widths[2]
    assert len(sheets[0]) == len(sheets[1]) < len(sheets[2])
    rows, columns = np.nonzero((sheets[0] == LINE[0, 0]).all(axis=2))
    height, width = np.ptp(rows) + 3, np.ptp(columns) + 3  # the frame covers a pixel each side
    assert width == pytest.approx(CARD_PX, abs=2) and height <= LINE_HW[0]
    assert width / height == pytest.approx(110 / 24, rel=0.03)


@pytest.mark.parametrize("size_hw", [(1, 400), (400, 1), (1, 1), (0, 5), (900, 2400), (40, 9000)])
def test_lines_of_any_size(size_hw: tuple[int, int]) -> None:
    sheet = draw_readings([np.zeros((*size_hw, 3), np.uint8)], ["A1"], ["A2"])
    assert sheet.shape[1] <= CARD_PX + 28 and 60 < sheet.shape[0] < 210


@settings(deadline=None, max_examples=25)
@given(st.text(max_size=120), st.one_of(st.none(), st.text(max_size=120)))
def test_texts_of_any_kind(truth: str, said: str | None) -> None:
    sheet = draw_readings([LINE], [truth], [said], ["a note that is far too long" * 5])
    assert sheet.dtype == np.uint8 and sheet.shape[1] < 420
    assert truth != (said or "") or count(sheet, TINT) == 0


def test_long_texts_have_smaller_letters_then_more_rows() -> None:
    short, longer, long = (lay_out(aligned("A" * n, "A" * n), 330) for n in (8, 20, 60))
    assert short.size_px == SIZES_PX[0] > longer.size_px > long.size_px == SIZES_PX[-1]
    assert [len(each.rows) for each in (short, longer)] == [1, 1]
    assert "".join(cell.there for row in long.rows for cell in row) == "A" * 60
    assert all(row[-1].right <= 330 for row in long.rows)
    endless = lay_out(aligned("A" * 900, "B" * 900), 330)
    assert len(endless.rows) == MOST_ROWS
    assert endless.rows[-1][-1].read == "…"


def test_what_the_font_lacks_is_told_by_number_and_blanks_are_seen() -> None:
    (row,) = lay_out(aligned("é 中", "e 文"), 330).rows
    assert [cell.there for cell in row] == ["é", "␣", "[4E2D]"]
    assert [cell.read for cell in row] == ["e", "␣", "[6587]"]
    assert [cell.wrong for cell in row] == [True, False, True]


def test_it_says_what_it_needs() -> None:
    with pytest.raises(ValueError, match="one line at least"):
        draw_readings([], [], [])
    with pytest.raises(ValueError):
        draw_readings([LINE], ["A"], ["A", "B"])
