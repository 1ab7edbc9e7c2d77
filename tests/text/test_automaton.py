"""Automata: lengths, other alphabets, random texts."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from engine.text.automaton import any_text
from engine.text.pattern import compile_pattern


@pytest.mark.parametrize(
    ("pattern", "shortest", "longest"),
    [
        ("[A-Z]{3}[0-9]{3}", 6, 6),
        ("A{2,5}|B", 1, 5),
        ("A(B|CD)?E{0,3}", 1, 6),
        ("AB+", 2, None),
        ("(AB)*C", 1, None),
    ],
)
def test_lengths(pattern: str, shortest: int, longest: int | None) -> None:
    automaton = compile_pattern(pattern, None)
    assert (automaton.shortest, automaton.longest) == (shortest, longest)


def test_any_text_is_every_text_but_the_empty_one() -> None:
    automaton = any_text("zaéa")
    assert automaton.alphabet == "azé"
    assert automaton.accepts("zaaéz") and not automaton.accepts("") and not automaton.accepts("b")
    assert (automaton.shortest, automaton.longest) == (1, None)
    with pytest.raises(ValueError, match="at least one character"):
        any_text("")


def test_another_alphabet_keeps_what_it_can_write() -> None:
    automaton = compile_pattern("[A-C]X|D[0-9]Y", None)
    wider = automaton.on("0123456789ABCDXYZ-")
    assert wider.alphabet == "0123456789ABCDXYZ-"
    assert wider.accepts("AX") and wider.accepts("D7Y") and not wider.accepts("AZ")
    narrower = wider.on("ADX")
    assert narrower.accepts("AX") and len(narrower.moves) == 3
    with pytest.raises(ValueError, match="without its '0123456789BCXY'"):
        automaton.on("AD")


def drawn(pattern: str, count: int, longest: int = 20) -> list[str]:
    automaton = compile_pattern(pattern, None)
    rng = np.random.default_rng(0)
    found = [automaton.draw(rng, longest) for _ in range(count)]
    assert all(automaton.accepts(text) and len(text) <= longest for text in found)
    return found


def require_even(counts: Counter[str], kinds: int) -> None:
    """No kind is half again as frequent, or half as frequent, as it should be."""
    expected = counts.total() / kinds
    assert len(counts) == kinds
    assert all(0.5 * expected < count < 1.5 * expected for count in counts.values())


@pytest.mark.parametrize(
    ("pattern", "kinds"), [("[A-C]{2}[0-9]{2}", (3, 3, 10, 10)), ("\\d{2}/\\d", (10, 10, 1, 10))]
)
def test_each_place_is_even_over_its_characters(pattern: str, kinds: tuple[int, ...]) -> None:
    texts = drawn(pattern, 1000)
    for place, kind in enumerate(kinds):
        require_even(Counter(text[place] for text in texts), kind)


def test_lengths_are_even_as_far_as_allowed() -> None:
    require_even(Counter(str(len(text)) for text in drawn("[A-Z]+", 1000, 8)), 8)
    require_even(Counter(str(len(text)) for text in drawn("(AB)+", 1000, 9)), 4)
    require_even(Counter(str(len(text)) for text in drawn("A{3}|[B-Z]{7,}", 1000, 8)), 3)


def test_a_narrow_alternative_is_not_drowned() -> None:
    texts = drawn("LOT[0-9]{5}|[A-Z]{8}", 1000)
    assert 150 < sum(text[3:].isdigit() for text in texts) < 500
    days = Counter(drawn("0[1-9]|[12][0-9]|3[01]", 3000))
    assert len(days) == 31 and all(40 < count < 500 for count in days.values())


def test_too_long_to_draw() -> None:
    with pytest.raises(ValueError, match="shortest text has 6 characters, more than 5"):
        drawn("[A-Z]{3}[0-9]{3,}", 1, 5)
    with pytest.raises(ValueError, match="more than -1"):
        drawn("A", 1, -1)
