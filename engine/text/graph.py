"""States and the moves between them, seen as a graph."""

from __future__ import annotations

from collections import deque

import numpy as np
from numpy.typing import NDArray

CANNOT = -1

Moves = NDArray[np.int32]
"""(states, characters): where a character leads from a state; -1: nowhere."""

Accepting = NDArray[np.bool_]
"""(states,): whether a text may end there."""


def successors(moves: Moves) -> list[list[int]]:
    """The states that follow each, each once."""
    return [np.unique(row[row >= 0]).tolist() for row in moves]


def steps_to_end(moves: Moves, accepting: Accepting) -> NDArray[np.int64]:
    """The fewest characters from each state to an accepting one, (states,); -1: no number."""
    before: list[list[int]] = [[] for _ in moves]
    for state, after in enumerate(successors(moves)):
        for target in after:
            before[target].append(state)
    steps = np.where(accepting, 0, CANNOT)
    waiting = deque(np.flatnonzero(accepting).tolist())
    while waiting:
        state = waiting.popleft()
        for earlier in before[state]:
            if steps[earlier] == CANNOT:
                steps[earlier] = steps[state] + 1
                waiting.append(earlier)
    return steps


def trimmed(moves: Moves, accepting: Accepting) -> tuple[Moves, Accepting] | None:
    """Only the states between the start and an accepting one; None where there is no way."""
    reached = np.zeros(len(moves), bool)
    reached[0] = True
    after, waiting = successors(moves), [0]
    while waiting:
        for target in after[waiting.pop()]:
            if not reached[target]:
                reached[target] = True
                waiting.append(target)
    kept = reached & (steps_to_end(moves, accepting) != CANNOT)
    if not kept[0]:
        return None
    renumbered = np.append(np.where(kept, np.cumsum(kept) - 1, CANNOT), CANNOT)
    return renumbered[moves[kept]].astype(np.int32), accepting[kept]
