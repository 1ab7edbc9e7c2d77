"""Beam search against the list of all texts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engine.text.automaton import Automaton, any_text
from engine.text.beam import search
from engine.text.pattern import compile_pattern
from engine.text.walk import walk
from tests.text.alone import text_log_probability
from tests.text.lines import all_texts, random_line, said, small_lines

PATTERNS = [".+", "A", "A+", "AB?", "(AB)+", "AA|BB", "B.", "[AB]{2}", "A{3}", ".A.*", "C{1,2}B"]
ALPHABET = "ABC"


def field(pattern: str, channels: int) -> Automaton:
    alphabet = ALPHABET[: channels - 1]
    try:
        return compile_pattern(pattern, alphabet)
    except ValueError:
        return any_text(alphabet)


def write(automaton: Automaton, labels: Sequence[int]) -> str:
    return "".join(automaton.alphabet[label] for label in labels)


@settings(max_examples=150, deadline=None)
@given(small_lines(), st.sampled_from(PATTERNS))
def test_a_wide_beam_finds_the_likeliest_text(line: np.ndarray, pattern: str) -> None:
    automaton = field(pattern, line.shape[1])
    texts = {
        text: height
        for text, height in all_texts(line).items()
        if automaton.accepts(write(automaton, text))
    }
    found = search(line, walk(automaton), width=10_000, least=0.0)
    if not texts:
        assert found is None
        return
    assert found is not None
    assert texts[tuple(found)] == pytest.approx(max(texts.values()), rel=1e-5)
    log_probability = text_log_probability(line, found)
    assert np.exp(log_probability) == pytest.approx(max(texts.values()), rel=1e-5)


@settings(max_examples=100, deadline=None)
@given(
    st.integers(0, 10_000),
    st.integers(1, 40),
    st.sampled_from([0.5, 2.0, 5.0]),
    st.sampled_from(PATTERNS),
    st.integers(1, 8),
)
def test_the_result_is_a_text_of_the_field_that_the_line_can_say(
    seed: int, frames: int, spread: float, pattern: str, width: int
) -> None:
    line = random_line(seed, frames, 4, spread)
    automaton = field(pattern, 4)
    found = search(line, walk(automaton), width)
    assume(found is not None)
    assert found is not None
    assert automaton.accepts(write(automaton, found))
    assert -np.inf < text_log_probability(line, found) <= 1e-5


def test_the_pattern_decides_by_position() -> None:
    automaton = compile_pattern("[A-Z][0-9][A-Z]", None)
    either, blank = {"O": 0.7, "0": 0.3}, {}
    line = said(automaton.alphabet, either, blank, either, blank, {"0": 0.7, "O": 0.3})
    found = search(line, walk(automaton))
    assert found is not None
    assert write(automaton, found) == "O0O"


def test_the_usual_width_does_for_unsure_lines() -> None:
    automaton = compile_pattern("[A-Z]{2}[0-9]{3}|[A-Z0-9]{6,8}", None)
    rng = np.random.default_rng(0)
    missed = 0
    for _ in range(40):
        frames: list[dict[str, float]] = []
        for character in automaton.draw(rng, 8):
            other = str(rng.choice(list(automaton.alphabet)))
            likely = rng.uniform(0.4, 0.7)
            frames += [{}, {other: 0.9 - likely, character: likely}]
        line = said(automaton.alphabet, *frames, {})
        usual = search(line, walk(automaton))
        wide = search(line, walk(automaton), width=200, least=1e-5)
        assert usual is not None and wide is not None
        heights = [text_log_probability(line, labels) for labels in (usual, wide)]
        missed += heights[0] < heights[1] - 1e-6
    assert missed <= 2


def test_a_text_that_needs_more_frames_than_there_are_is_not_begun() -> None:
    automaton = compile_pattern("A{4}|B", None)
    line = said("AB", {"A": 0.99, "B": 0.005}, {}, {"A": 0.99, "B": 0.005})
    found = search(line, walk(automaton))
    assert found is not None
    assert write(automaton, found) == "B"
    assert search(line, walk(compile_pattern("A{4}", "AB"))) is None


def test_long_lines_do_not_underflow() -> None:
    automaton = any_text("ABC")
    line = np.full((2000, 4), np.log(0.25), np.float32)
    found = search(line, walk(automaton))
    assert found is not None
    assert text_log_probability(line, found) > -np.inf


def test_impossible_lines_give_none() -> None:
    line = np.full((3, 3), -np.inf, np.float32)
    line[:, 1] = 0.0
    assert search(line, walk(compile_pattern("B", "AB")), least=0.0) is None
