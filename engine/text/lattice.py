"""The states that a path through a text takes, for many texts at once.

A path begins with a blank or with the first character, ends with the last character or a blank,
and goes on from a state to itself, to the next, or over a blank to another character (Graves et
al., 2006, equations 6 and 7).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]
Labels = Sequence[int] | NDArray[np.integer]
"""Indices into the alphabet."""

BEFORE = 2
"""Columns before the first state of a table, which nothing ever reaches."""


class Reckoning(NamedTuple):
    """How the paths that meet at a state are reckoned together.

    Attributes:
        join: of two ways that meet.
        extend: of a way and what comes next on it.
        never, surely: what is neutral to `join` and to `extend`.
    """

    join: np.ufunc
    extend: np.ufunc
    never: float
    surely: float


PROBABILITIES = Reckoning(np.add, np.multiply, 0.0, 1.0)
LOGARITHMS = Reckoning(np.logaddexp, np.add, -np.inf, 0.0)
LIKELIEST = Reckoning(np.maximum, np.add, -np.inf, 0.0)
"""Logarithms too, of the likeliest way alone."""


class Lattice(NamedTuple):
    """The states of a text for each line: blank, character, blank, character … blank.

    Attributes:
        channels: (lines, states) what each emits; behind a line's last state come idle ones.
        skips: (lines, states) whether a way leads there over the state before: to a character
            that differs from the one before.
        lengths: (lines,) characters.
    """

    channels: NDArray[np.int64]
    skips: NDArray[np.bool_]
    lengths: NDArray[np.int64]

    def emitted(self, log_probabilities: Floats) -> NDArray[np.float64]:
        """(frames, lines, states) of what each state emits, from (lines, frames, channels)."""
        lines, frames, _ = log_probabilities.shape
        found = log_probabilities[
            np.arange(lines)[None, :, None], np.arange(frames)[:, None, None], self.channels[None]
        ]
        return found.astype(np.float64)

    def ends(self, table: NDArray[np.float64]) -> NDArray[np.float64]:
        """(lines, 2) of the last frame: in the last character, and in the blank behind it."""
        columns = 2 * self.lengths[:, None] + np.array([BEFORE - 1, BEFORE])
        return np.take_along_axis(table[-1], columns, axis=1)

    def likeliest_states(self, table: NDArray[np.float64]) -> NDArray[np.int64]:
        """(frames, lines) the state of the likeliest path, from a table of `LIKELIEST`."""
        over = np.where(self.skips, LIKELIEST.surely, LIKELIEST.never)
        stay, on = table[:-1, :, BEFORE:], table[:-1, :, BEFORE - 1 : -1]
        skip = table[:-1, :, :-BEFORE] + over
        back = np.where(stay >= np.maximum(on, skip), 0, np.where(on >= skip, 1, 2))
        ends = 2 * self.lengths - 1 + self.ends(table).argmax(axis=1)
        steps, width = back.astype(np.uint8).swapaxes(0, 1), back.shape[2]
        traces = [
            _traced(own.tobytes(), width, end)
            for own, end in zip(steps, ends.tolist(), strict=True)
        ]
        return np.array(traces, np.int64).T


def _traced(steps: bytes, width: int, end: int) -> list[int]:
    """The states that lead to the last one.

    Args:
        steps: (frames - 1, width) by how many states each came on; bytes, as they are looked up
            faster than an array's elements.
    """
    states = [end]
    for row in range(len(steps) - width, -1, -width):
        states.append(states[-1] - steps[row + states[-1]])
    return states[::-1]


def build_lattice(texts: Sequence[Labels]) -> Lattice:
    """The states of a text for each line."""
    lengths = np.array([len(labels) for labels in texts], np.int64)
    channels = np.zeros((len(texts), 2 * int(lengths.max(initial=0)) + 1), np.int64)
    for line, labels in enumerate(texts):
        channels[line, 1 : 2 * len(labels) : 2] = np.asarray(labels, np.int64) + 1
    skips = np.zeros(channels.shape, bool)
    skips[:, 3::2] = channels[:, 3::2] != channels[:, 1:-2:2]
    return Lattice(channels, skips, lengths)


def sweep(
    lattice: Lattice, emitted: NDArray[np.float64], reckoning: Reckoning
) -> NDArray[np.float64]:
    """All ways from the first frame to each state of each frame, reckoned together.

    Args:
        emitted: (frames, lines, states), see `Lattice.emitted`.

    Returns:
        (frames, lines, BEFORE + states).
    """
    join, extend = reckoning.join, reckoning.extend
    frames, lines, states = emitted.shape
    table = np.full((frames, lines, BEFORE + states), reckoning.never)
    table[0, :, BEFORE : BEFORE + 2] = emitted[0, :, :2]
    over = np.where(lattice.skips, reckoning.surely, reckoning.never)
    for frame in range(1, frames):
        before, here = table[frame - 1], table[frame, :, BEFORE:]
        extend(before[:, :-2], over, out=here)
        join(here, before[:, 1:-1], out=here)
        join(here, before[:, 2:], out=here)
        extend(here, emitted[frame], out=here)
    return table
