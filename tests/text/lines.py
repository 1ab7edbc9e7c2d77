"""What a network might say of a line, and all texts that it might mean."""

from __future__ import annotations

from collections import defaultdict
from itertools import groupby, product

import numpy as np
from hypothesis import strategies as st

BLANK = "_"


def random_line(seed: int, frames: int, channels: int, spread: float) -> np.ndarray:
    """Log probabilities (frames, channels)."""
    logits = np.random.default_rng(seed).normal(0, spread, (frames, channels))
    return (logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))).astype(np.float32)


@st.composite
def small_lines(draw: st.DrawFn, frames: int = 5, channels: int = 4) -> np.ndarray:
    """Lines that are small enough to list all paths."""
    return random_line(
        draw(st.integers(0, 2**32 - 1)),
        draw(st.integers(1, frames)),
        draw(st.integers(2, channels)),
        draw(st.sampled_from([0.3, 1.5, 4.0])),
    )


def said(alphabet: str, *frames: dict[str, float]) -> np.ndarray:
    """Log probabilities of frames that name characters; `BLANK`, or what is left, is the blank."""
    probabilities = np.full((len(frames), 1 + len(alphabet)), 1e-6)
    for row, frame in zip(probabilities, frames, strict=True):
        for character, probability in frame.items():
            row[0 if character == BLANK else alphabet.index(character) + 1] = probability
        row[0] = max(1 - row[1:].sum(), 1e-6)
    return np.log(probabilities / probabilities.sum(axis=1, keepdims=True)).astype(np.float32)


def spell(path: tuple[int, ...]) -> tuple[int, ...]:
    """The labels that a path spells."""
    return tuple(channel - 1 for channel, _ in groupby(path) if channel)


def all_paths(line: np.ndarray) -> dict[tuple[int, ...], list[tuple[float, tuple[int, ...]]]]:
    """By text, the log probability of each of its paths."""
    found = defaultdict(list)
    frames, channels = line.shape
    for path in product(range(channels), repeat=frames):
        height = float(line[np.arange(frames), path].astype(np.float64).sum())
        found[spell(path)].append((height, path))
    return dict(found)


def all_texts(line: np.ndarray) -> dict[tuple[int, ...], float]:
    """The probability of every text."""
    return {
        text: float(np.exp([height for height, _ in paths]).sum())
        for text, paths in all_paths(line).items()
    }
