"""One line (frames, channels) by what reads many at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.text.automaton import Automaton
from engine.text.ctc import align_lines, greedy_lines, text_log_probabilities
from engine.text.reading import Reading, read_lines


def greedy(line: np.ndarray) -> list[int]:
    """The labels that the likeliest path spells."""
    return greedy_lines(line[None])[0].labels


def align(line: np.ndarray, labels: Sequence[int]) -> list[float]:
    """The probability of each character of a text."""
    return align_lines(line[None], [labels])[0]


def text_log_probability(line: np.ndarray, labels: Sequence[int]) -> float:
    """The logarithm of a text's probability."""
    return float(text_log_probabilities(line[None], [labels])[0])


def read_line(line: np.ndarray, automaton: Automaton) -> Reading:
    """What is read."""
    return read_lines(line[None], [automaton])[0]
