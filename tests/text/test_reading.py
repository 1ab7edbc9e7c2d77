"""Readings: the pattern decides between look-alikes, and nothing is forced."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.text.automaton import Automaton, any_text
from engine.text.beam import search
from engine.text.pattern import compile_pattern
from engine.text.reading import LEAST_SHARE, read_lines
from tests.text.alone import align, greedy, read_line, text_log_probability
from tests.text.lines import all_texts, random_line, said, small_lines

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
LOT = compile_pattern("L[0-9]{3}", ALPHABET)


def line_of(*characters: dict[str, float]) -> np.ndarray:
    """A blank before each."""
    return said(ALPHABET, *(frame for own in characters for frame in ({}, own)), {})


def sure(text: str, probability: float = 0.995) -> list[dict[str, float]]:
    return [{character: probability} for character in text]


def test_what_is_plainly_there_and_fits_is_read() -> None:
    line = line_of(*sure("L105"))
    reading = read_line(line, LOT)
    assert (reading.text, reading.raw) == ("L105", "L105")
    assert reading.character_probabilities == pytest.approx([0.995] * 4, abs=1e-3)
    assert reading.log_probability == text_log_probability(line, greedy(line))


def test_look_alikes_are_decided_by_position() -> None:
    line = line_of(*sure("L1"), {"O": 0.7, "0": 0.3}, {"S": 0.7, "5": 0.3})
    reading = read_line(line, LOT)
    assert (reading.text, reading.raw) == ("L105", "L1OS")
    assert reading.character_probabilities == pytest.approx([0.995, 0.995, 0.3, 0.3], abs=1e-3)
    labels = [ALPHABET.index(character) for character in "L105"]
    assert reading.log_probability == text_log_probability(line, labels)


@pytest.mark.parametrize("plain", ["L1057", "L10", "X105", "L1O5", "105"])
def test_a_sure_text_that_does_not_fit_is_unreadable(plain: str) -> None:
    line = line_of(*sure(plain))
    reading = read_line(line, LOT)
    assert (reading.text, reading.raw) == (None, plain)
    assert reading.log_probability == text_log_probability(line, greedy(line))
    assert reading.character_probabilities == pytest.approx([0.995] * len(plain), abs=1e-3)


@pytest.mark.parametrize(("beside", "text"), [(0.05, "L105"), (0.015, None)])
def test_the_least_share_is_the_limit(beside: float, text: str | None) -> None:
    line = line_of(*sure("L1"), {"O": 1 - beside, "0": beside}, *sure("5"))
    assert read_line(line, LOT).text == text


def test_a_faint_character_too_many_is_left_out() -> None:
    line = line_of(*sure("L10"), {"7": 0.6}, *sure("5"))
    reading = read_line(line, LOT)
    assert (reading.text, reading.raw) == ("L105", "L1075")


def test_nothing_there_is_unreadable() -> None:
    reading = read_line(line_of({"L": 0.4}), compile_pattern("L", ALPHABET))
    assert (reading.text, reading.raw, reading.character_probabilities) == (None, "", ())
    assert reading.log_probability == pytest.approx(np.log(0.6), abs=1e-3)


def test_a_likelier_text_than_the_likeliest_paths_is_read() -> None:
    # The likeliest path spells "A", at 0.6 * 0.6; three that spell "AB" have 0.64 together.
    line = said(ALPHABET, {"A": 0.999}, {}, {"B": 0.4}, {"B": 0.4})
    reading = read_line(line, any_text(ALPHABET))
    assert (reading.text, reading.raw) == ("AB", "A")
    assert np.exp(reading.log_probability) == pytest.approx(0.64, abs=0.01)


@settings(max_examples=150, deadline=None)
@given(small_lines(), st.sampled_from([".+", "A", "A{1,2}", "[AB]B", "AB?A?"]))
def test_readings_are_the_likeliest_of_all(line: np.ndarray, pattern: str) -> None:
    alphabet = "ABC"[: line.shape[1] - 1]
    try:
        automaton = compile_pattern(pattern, alphabet)
    except ValueError:
        automaton = any_text(alphabet)
    texts = {
        "".join(alphabet[label] for label in labels): height
        for labels, height in all_texts(line).items()
    }
    with pytest.MonkeyPatch.context() as patch:
        exact = partial(search, width=10_000, least=0.0)
        patch.setattr("engine.text.reading.search", exact)
        reading = read_line(line, automaton)
    fitting = {text: height for text, height in texts.items() if automaton.accepts(text)}
    best = max(fitting.values(), default=0.0)
    # Rounding may decide right at the limit.
    if not reading.raw or best < 0.999 * LEAST_SHARE * texts[reading.raw]:
        assert reading.text is None
    elif best > 1.001 * LEAST_SHARE * texts[reading.raw]:
        assert reading.text is not None
        assert texts[reading.text] == pytest.approx(best, rel=1e-4)
    said_text = reading.raw if reading.text is None else reading.text
    assert np.exp(reading.log_probability) == pytest.approx(texts[said_text], rel=1e-4)
    labels = [alphabet.index(character) for character in said_text]
    expected = align(line, labels)
    assert reading.character_probabilities == pytest.approx(expected, rel=1e-4)


def test_many_lines_are_read_as_each_alone() -> None:
    automata: list[Automaton] = [
        LOT,
        any_text(ALPHABET),
        compile_pattern("[A-Z]+|[0-9]{2,}", ALPHABET),
    ] * 8
    lines = [random_line(seed, 20, 1 + len(ALPHABET), 2.5) for seed in range(20)]
    lines += [line_of(*sure(text, 0.8))[:20] for text in ("L105", "L1OS", "ABC", "12")]
    lines = [np.pad(line, ((0, 20 - len(line)), (0, 0)), mode="edge") for line in lines]
    together = read_lines(np.stack(lines), automata)
    assert together == tuple(map(read_line, lines, automata))
    assert {reading.text is None for reading in together} == {True, False}


def test_no_lines_at_all() -> None:
    assert read_lines(np.empty((0, 20, 37), np.float32), []) == ()


def test_shapes_must_fit() -> None:
    line = random_line(0, 5, 4, 1.0)
    with pytest.raises(ValueError, match=r"4 channels for an alphabet of 36 .*Automaton\.on"):
        read_line(line, LOT)
    with pytest.raises(ValueError, match="1 lines of 5 frames for 2 automata"):
        read_lines(line[None], [any_text("ABC")] * 2)
