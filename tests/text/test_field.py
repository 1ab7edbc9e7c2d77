"""Fields: how labels are brought into the form that is read, and which fit."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.text.field import TextField
from engine.text.pattern import PatternError


@pytest.mark.parametrize(
    ("field", "label", "expected"),
    [
        (TextField(None, None), "ab C", "ab C"),
        (TextField(None, None), "e\u0301", "é"),
        (TextField("ABC", None, ignore_case=True), "aßc", "AßC"),
        (TextField(None, None, skip=" .-"), "A-1 .2", "A12"),
        (TextField(None, None, skip="x", ignore_case=True), "axb", "AB"),
        (TextField(None, None, skip="e\u0301"), "aée", "ae"),
        (TextField("0123456789", None, skip="others"), "Lot 12/3", "123"),
        (TextField("LOT12", None, skip="others", ignore_case=True), "Lot 12", "LOT12"),
        (TextField("012", None, skip="others"), "???", ""),
    ],
)
def test_normalise(field: TextField, label: str, expected: str) -> None:
    assert field.normalise(label) == expected


@given(st.text(), st.booleans())
def test_ignoring_case_keeps_the_number_of_characters(label: str, ignore_case: bool) -> None:
    kept = TextField(None, None).normalise(label)
    assert len(TextField(None, None, ignore_case).normalise(label)) == len(kept)


def test_others_needs_characters() -> None:
    with pytest.raises(ValueError, match="state `characters`"):
        TextField(None, "A", skip="others")


@pytest.mark.parametrize(
    ("field", "fitting", "other"),
    [
        (TextField(None, None), "any", ""),
        (TextField("AB", None), "ABBA", "ABC"),
        (TextField("AB", None), "A", ""),
        (TextField("AB", "A+"), "AA", "AB"),
        (TextField(None, "L[0-9]"), "L5", "LX"),
        (TextField("AB", "[a-z]{2}", ignore_case=True), "BA", "BAA"),
        (TextField(None, "cafe\u0301"), "café", "cafe"),
    ],
)
def test_fits(field: TextField, fitting: str, other: str) -> None:
    assert field.fits(fitting)
    assert not field.fits(other)


def test_automaton_takes_the_seen_characters_where_nothing_is_stated() -> None:
    assert TextField(None, None).automaton("BA").alphabet == "AB"
    assert TextField("XY", None).automaton("BA").alphabet == "XY"
    assert TextField(None, "[0-2]").automaton("BA").alphabet == "012"
    with pytest.raises(ValueError, match="at least one character"):
        TextField(None, None).automaton("")


def test_automaton_is_compiled_once() -> None:
    field = TextField("ABC", "A[^A]{2}")
    assert field.automaton("") is TextField("ABC", "A[^A]{2}").automaton("x")


def test_a_bad_pattern_is_refused() -> None:
    with pytest.raises(PatternError, match="lazy"):
        TextField("ABC", "A+?").automaton("")
