"""Texts that are drawn: what the field could hold, what it was seen to hold, all of it legible."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import pytest

from engine.tasks.ocr.drawn_texts import DrawnField, drawn_fields
from engine.tasks.ocr.line_size import columns_needed
from engine.tasks.ocr.lines import Line
from engine.text.field import TextField
from tests.tasks.ocr.annotated import turned

ANY = TextField(None, None)
DIGITS = TextField("0123456789", None)
LONGEST, COLUMNS = 12, 24


def a_line(text: str, label: int = 0) -> Line:
    return Line(0, turned((64, 64, 80, 24, 15))[0], label, text)


def fields(
    *own: TextField, lines: Sequence[Line] = (), longest: int = LONGEST, columns: int = COLUMNS
) -> tuple[DrawnField, ...]:
    return drawn_fields(own, lines, longest, columns)[0]


def texts(field: DrawnField, count: int = 200) -> list[str | None]:
    rng = np.random.default_rng(0)
    return [field.text(rng) for _ in range(count)]


def test_texts_match_the_pattern_and_show_all_of_it() -> None:
    (field,) = fields(TextField("ABC", "[AC]{2}B{1,3}"))
    assert all(field.automaton.accepts(text or "") for text in texts(field))
    assert {len(text or "") for text in texts(field)} == {3, 4, 5}


def test_half_of_them_are_any_row_of_the_field_s_characters() -> None:
    """So that the one letter of a pattern is seen as often as its digits."""
    own = [a_line("1A"), a_line("123A")]
    (field,) = fields(TextField(None, "[0-9]{1,3}[A-Z]"), lines=own)
    found = [text or "" for text in texts(field, 600)]
    matching = [text for text in found if field.automaton.accepts(text)]
    assert len(matching) == pytest.approx(300, abs=60)
    assert {len(text) for text in found} == {1, 2, 3, 4, 5}
    assert {len(text) for text in matching} == {2, 3, 4}
    assert sum(character.isalpha() for text in found for character in text) > 900


def test_texts_without_a_pattern_are_about_as_long_as_those_of_training() -> None:
    own = [a_line("1234"), a_line("123456")]
    (field,) = fields(DIGITS, lines=own)
    found = texts(field)
    assert {len(text or "") for text in found} == {3, 4, 5, 6, 7}
    assert set("".join(text or "" for text in found)) == set("0123456789")


def test_texts_are_no_longer_than_training_can_show() -> None:
    for field in fields(
        DIGITS, TextField("01", "[01]{3,40}"), lines=[a_line("123456789012")], longest=12
    ):
        assert max(len(text or "") for text in texts(field)) <= 12


def test_texts_need_no_more_columns_than_a_line_has() -> None:
    """Else the reader could not say them, and its loss would be no number."""
    (field,) = fields(TextField("01", None), lines=[a_line("0101010101")], columns=12)
    found = texts(field)
    assert all(text is None or columns_needed(text) <= 12 for text in found)
    assert sum(text is not None for text in found) > 150
    (never,) = fields(TextField("1", "1{10}"), longest=10, columns=12)
    assert texts(never, 3) == [None] * 3


def test_texts_can_be_seen() -> None:
    """No blank at an end, no two in a row, and never blanks alone."""
    free, fixed = fields(
        TextField(" A", None), TextField(" A", "[ A]{2}"), lines=[a_line("A"), a_line("AA")]
    )
    for text in texts(free) + texts(fixed):
        assert text is None or (text == text.strip() != "" and "  " not in text)
    assert set(texts(fixed)) == {"A", "AA"}


def test_without_a_pattern_three_quarters_look_like_training_texts() -> None:
    """As they are, or with other digits and letters in their places; what is neither stays."""
    field_of = TextField("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZab-", None)
    (field,) = fields(field_of, lines=[a_line("AB-12a"), a_line("7")])
    found = [text or "" for text in texts(field, 800)]
    again = sum(text in ("AB-12a", "7") for text in found)
    alike = [text for text in found if re.fullmatch("[A-Z]{2}-[0-9]{2}[ab]|[0-9]", text)]
    assert again == pytest.approx(800 * 0.75 / 2, abs=80)
    assert len(alike) == pytest.approx(800 * 0.75, abs=80)
    assert {text[0] for text in alike if len(text) > 1} == set("ABCDEFGHIJKLMNOPQRSTUVWXYZ")


def test_a_training_text_that_cannot_be_drawn_is_no_model() -> None:
    (field,) = fields(TextField("01א", None), lines=[a_line("0א"), a_line("01")])
    assert set("".join(text or "" for text in texts(field))) == {"0", "1"}


def test_a_field_is_drawn_with_the_characters_that_can_be() -> None:
    """Hebrew is not drawn, nor is a mark that joins the character before it."""
    own = [a_line("Aא1", 0), a_line("א", 1), a_line("Ab", 3)]
    able, lacking = drawn_fields(
        [ANY, ANY, ANY, TextField("Abא", "[Ab]{2}"), TextField("א", "א{3}")], own, LONGEST, COLUMNS
    )
    assert lacking == "א"
    assert [field.automaton.alphabet for field in able] == ["1A", "Ab"]


@pytest.mark.parametrize("field", [TextField("A", "A{13}"), TextField("0א", "0א")])
def test_a_field_whose_texts_cannot_be_drawn_is_left_out(field: TextField) -> None:
    assert fields(field) == ()


def test_where_no_line_says_how_long_texts_are_they_are_of_any_length() -> None:
    (field,) = fields(DIGITS)
    assert {len(text or "") for text in texts(field, 400)} == set(range(1, LONGEST + 1))
