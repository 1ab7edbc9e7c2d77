"""CTC against the list of all paths."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.text.ctc import align_lines, greedy_lines, text_log_probabilities
from tests.text.alone import align, greedy, text_log_probability
from tests.text.lines import all_paths, all_texts, random_line, said, small_lines, spell


@settings(max_examples=60, deadline=None)
@given(small_lines())
def test_texts_are_as_likely_as_their_paths_together(line: np.ndarray) -> None:
    texts = all_texts(line)
    found = np.exp(text_log_probabilities(np.stack([line] * len(texts)), list(texts)))
    assert found.tolist() == pytest.approx(list(texts.values()), rel=1e-6)
    assert found.sum() == pytest.approx(1, rel=1e-5)


@settings(max_examples=60, deadline=None)
@given(small_lines())
def test_greedy_and_align_follow_the_likeliest_path(line: np.ndarray) -> None:
    paths = all_paths(line)
    best = max(height_and_path for own in paths.values() for height_and_path in own)[1]
    assert tuple(greedy(line)) == spell(best)
    aligned = align_lines(np.stack([line] * len(paths)), list(paths))
    for own, probabilities in zip(paths.values(), aligned, strict=True):
        _, path = max(own)
        starts = [f for f in range(len(path)) if path[f] and (f == 0 or path[f] != path[f - 1])]
        expected = []
        for start in starts:
            end = start
            while end < len(path) and path[end] == path[start]:
                end += 1
            expected.append(np.exp(line[start:end, path[start]]).max())
        assert probabilities == pytest.approx(expected, rel=1e-5)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 1000), st.integers(1, 9), st.integers(0, 5))
def test_a_batch_is_its_lines(seed: int, frames: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    lines = [random_line(seed + k, frames, 4, 2.0) for k in range(count)]
    batch = np.array(lines, np.float32).reshape(count, frames, 4)
    spelt = greedy_lines(batch)
    assert [own.labels for own in spelt] == [greedy(line) for line in lines]
    for own, line in zip(spelt, lines, strict=True):
        assert own.probabilities == pytest.approx(align(line, own.labels), rel=1e-5)
    texts = [rng.integers(0, 3, rng.integers(0, 1 + frames // 2)).tolist() for _ in lines]
    alone = [text_log_probability(line, text) for line, text in zip(lines, texts, strict=True)]
    assert text_log_probabilities(batch, texts).tolist() == pytest.approx(alone)
    aligned = [align(line, text) for line, text in zip(lines, texts, strict=True)]
    assert align_lines(batch, texts) == aligned


def test_too_few_frames() -> None:
    line = random_line(0, 3, 3, 1.0)
    assert text_log_probability(line, [0, 1, 0]) > -np.inf
    assert text_log_probability(line, [0, 0]) > -np.inf
    assert text_log_probability(line, [0, 0, 1]) == -np.inf
    assert text_log_probability(line, [0, 1, 0, 1]) == -np.inf
    with pytest.raises(ValueError, match="3 characters need 4 frames; there are 3"):
        align(line, [0, 0, 1])


def test_hopeless_texts_are_reckoned_in_logarithms() -> None:
    line = np.full((500, 2), [-1000.0, -3.0], np.float32)
    assert text_log_probability(line, [0]) == pytest.approx(-1500)
    assert text_log_probability(line, []) == pytest.approx(-500_000)
    assert text_log_probability(line, [0, 0]) == pytest.approx(-2497 + np.log(498))


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 1000), st.lists(st.integers(0, 4), max_size=8))
def test_both_ways_of_reckoning_agree(seed: int, text: list[int]) -> None:
    line = random_line(seed, 20, 6, 3.0)
    plain = text_log_probability(line, text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("engine.text.ctc.TINY", 2.0)
        assert text_log_probability(line, text) == pytest.approx(plain, rel=1e-12)


def test_impossible_channels_are_no_trouble() -> None:
    line = said("AB", {"A": 1.0}, {}, {"B": 1.0})
    line[line < -5] = -np.inf
    assert text_log_probability(line, [0, 1]) == pytest.approx(0, abs=1e-5)
    assert text_log_probability(line, [1, 0]) == -np.inf
    assert align(line, [0, 1]) == pytest.approx([1, 1], abs=1e-5)
    assert min(align(line, [1, 0])) == 0


def test_a_character_is_as_likely_as_its_likeliest_frame() -> None:
    line = said("AB", {"A": 0.6}, {"A": 0.9}, {}, {"B": 0.7}, {})
    assert align(line, [0, 1]) == pytest.approx([0.9, 0.7], abs=1e-4)
    assert align(line, []) == []
