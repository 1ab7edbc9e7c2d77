"""Random texts of a field, spread evenly over what it may hold.

Were each text as likely as another, nearly all would be as long as can be and of the richest
alternative: of `LOT[0-9]{5}|[A-Z]{8}` no digit would ever come. So the length is drawn first, each
as likely as another; then a place and a state that a text of that length can be in there, each as
likely as another; then, one after the other, the characters of a text that passes through it, each
of those that can follow as likely as another.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.text.graph import Accepting, Moves

Reached = NDArray[np.bool_]
"""(steps, states + 1); the last column is that of -1, which leads nowhere."""


class Reach(NamedTuple):
    """Where texts can be.

    Attributes:
        begun: whether exactly so many characters can lead from the start to each state.
        ending: whether exactly so many can lead from each state to an accepting one.
    """

    begun: Reached
    ending: Reached


def reach(moves: Moves, accepting: Accepting, longest: int) -> Reach:
    """Where texts of at most `longest` characters can be."""
    begun = np.zeros((longest + 1, len(moves) + 1), bool)
    begun[0, 0] = True
    for steps in range(longest):
        begun[steps + 1, moves[begun[steps, :-1]]] = True
    begun[:, -1] = False
    return Reach(begun, _leading_to(accepting, moves, longest))


def draw_columns(moves: Moves, reached: Reach, rng: np.random.Generator) -> list[int] | None:
    """The columns of a random text's characters; None where there is no text."""
    lengths = np.flatnonzero(reached.ending[:, 0])
    if not len(lengths):
        return None
    length = _one_of(lengths, rng)
    places = np.argwhere(reached.begun[: length + 1] & reached.ending[length::-1])
    place, state = places[rng.integers(len(places))].tolist()
    passing = np.arange(len(moves)) == state
    before = _walk(moves, 0, _leading_to(passing, moves, place), rng)
    return before + _walk(moves, state, reached.ending[: length - place + 1], rng)


def _leading_to(ends: Accepting, moves: Moves, longest: int) -> Reached:
    """Whether exactly so many characters can lead from each state to one of `ends`."""
    table = np.zeros((longest + 1, len(moves) + 1), bool)
    table[0, :-1] = ends
    for steps in range(longest):
        table[steps + 1, :-1] = table[steps][moves].any(axis=1)
    return table


def _walk(moves: Moves, state: int, leading: Reached, rng: np.random.Generator) -> list[int]:
    """The columns of random characters, as many as there are steps."""
    columns: list[int] = []
    for left in reversed(range(len(leading) - 1)):
        after = moves[state]
        columns.append(_one_of(np.flatnonzero(leading[left, after]), rng))
        state = int(after[columns[-1]])
    return columns


def _one_of(numbers: NDArray[np.integer], rng: np.random.Generator) -> int:
    """Each as likely as another; several times as fast as `rng.choice`."""
    return int(numbers[rng.integers(len(numbers))])
