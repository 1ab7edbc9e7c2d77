"""What a text field may hold, as states and the characters that lead from one to the next."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from graphlib import CycleError, TopologicalSorter

import numpy as np

from engine.text.draw import Reach, draw_columns, reach
from engine.text.graph import CANNOT, Accepting, Moves, steps_to_end, successors, trimmed


@dataclass(frozen=True, slots=True, eq=False)
class Automaton:
    """Accepts the texts that a field may hold; never the empty one.

    Attributes:
        alphabet: the characters, sorted; column k of `moves` is that of alphabet[k].
        moves: int32 (states, characters), where each leads; -1: nowhere. State 0 is the start,
            and every state leads to an accepting one.
        accepting: (states,) whether a text may end there.
    """

    alphabet: str
    moves: Moves
    accepting: Accepting

    def accepts(self, text: str) -> bool:
        """Whether the field may hold the text."""
        state = 0
        for character in text:
            column = self.alphabet.find(character)
            state = CANNOT if column < 0 else int(self.moves[state, column])
            if state == CANNOT:
                return False
        return bool(self.accepting[state])

    @property
    def shortest(self) -> int:
        """Characters of the shortest text."""
        return int(steps_to_end(self.moves, self.accepting)[0])

    @property
    def longest(self) -> int | None:
        """Characters of the longest text; None: there is no limit."""
        return _longest(self)

    def on(self, alphabet: str) -> Automaton:
        """The same over another alphabet, as far as its characters reach.

        Raises:
            ValueError: when no text is left.
        """
        columns = [self.alphabet.find(character) for character in alphabet]
        padded = np.pad(self.moves, ((0, 0), (0, 1)), constant_values=CANNOT)
        kept = trimmed(padded[:, columns], self.accepting)
        if kept is None:
            lacking = "".join(sorted(set(self.alphabet) - set(alphabet)))
            raise ValueError(f"no text of the field can be written without its {lacking!r}")
        return Automaton(alphabet, *kept)

    def draw(self, rng: np.random.Generator, longest: int) -> str:
        """A random text of at most `longest` characters; see `engine.text.draw`.

        Raises:
            ValueError: when all texts are longer.
        """
        columns = draw_columns(self.moves, _reach(self, max(longest, 0)), rng)
        if columns is None:
            raise ValueError(
                f"the field's shortest text has {self.shortest} characters, more than {longest}"
            )
        return "".join(self.alphabet[column] for column in columns)


def any_text(characters: str) -> Automaton:
    """Accepts every text of these characters but the empty one.

    Raises:
        ValueError: when there are no characters.
    """
    alphabet = "".join(sorted(set(characters)))
    if not alphabet:
        raise ValueError("a field needs at least one character")
    return Automaton(alphabet, np.ones((2, len(alphabet)), np.int32), np.array([False, True]))


@lru_cache(maxsize=64)
def _longest(automaton: Automaton) -> int | None:
    after = successors(automaton.moves)
    longest = [0] * len(after)
    try:
        for state in TopologicalSorter(dict(enumerate(after))).static_order():
            longest[state] = max((longest[target] + 1 for target in after[state]), default=0)
    except CycleError:
        return None
    return longest[0]


@lru_cache(maxsize=64)
def _reach(automaton: Automaton, longest: int) -> Reach:
    return reach(automaton.moves, automaton.accepting, longest)
