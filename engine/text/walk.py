"""An automaton as a beam search walks it: plain lists, made once."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from engine.text.automaton import Automaton
from engine.text.graph import CANNOT, steps_to_end


@dataclass(frozen=True, slots=True, eq=False)
class Walk:
    """An automaton to be walked.

    Attributes:
        automaton: the same.
        accepting: of each state, whether a text may end there.
        to_end: of each state, the fewest characters to an accepting one.
        used: (characters,) whether the field holds each anywhere.
        rows: where each character leads, of the states walked so far.
    """

    automaton: Automaton
    accepting: list[bool]
    to_end: list[int]
    used: NDArray[np.bool_]
    rows: dict[int, list[int]] = field(default_factory=dict)

    def row(self, state: int) -> list[int]:
        """Where each character leads from a state; -1: nowhere."""
        if state not in self.rows:
            self.rows[state] = self.automaton.moves[state].tolist()
        return self.rows[state]

    def accepts(self, labels: list[int]) -> bool:
        """Whether the field may hold a text of indices into its alphabet."""
        state = 0
        for label in labels:
            state = self.row(state)[label]
            if state == CANNOT:
                return False
        return self.accepting[state]


@lru_cache(maxsize=64)
def walk(automaton: Automaton) -> Walk:
    """The automaton, ready to be walked."""
    return Walk(
        automaton,
        automaton.accepting.tolist(),
        steps_to_end(automaton.moves, automaton.accepting).tolist(),
        (automaton.moves != CANNOT).any(axis=0),
    )
