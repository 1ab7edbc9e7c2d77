"""Which of several readings of one line is the best: of two ways up, as one of many fields."""

from __future__ import annotations

import math
from collections.abc import Sequence

from engine.text.automaton import Automaton
from engine.text.reading import LEAST_SHARE, Reading

Rank = tuple[bool, bool, float]


def rank(reading: Reading) -> Rank:
    """Readable before unreadable, something before nothing, then the likelier."""
    return reading.text is not None, bool(reading.raw), reading.log_probability


def is_better(reading: Reading, other: Reading) -> bool:
    """Whether the first of two readings of one line, one from each end, is the better.

    A readable one is, unless what is plainly there the other way is far likelier: what no field
    can hold is not to be forced by turning it round.
    """
    if (reading.text is None) == (other.text is None) or not reading.raw or not other.raw:
        return rank(reading) > rank(other)
    if reading.text is None:
        return not is_better(other, reading)
    return reading.log_probability >= other.log_probability + math.log(LEAST_SHARE)


def field_of(readings: Sequence[Reading], automata: Sequence[Automaton]) -> int:
    """Which field a line is, by its reading as each of them.

    A line that is readable as none of them is the field whose texts are nearest to it in length.
    """
    best = max(range(len(readings)), key=lambda index: rank(readings[index]))
    if readings[best].text is not None:
        return best
    length = len(readings[best].raw)
    return min(range(len(automata)), key=lambda index: _off(length, automata[index]))


def _off(length: int, automaton: Automaton) -> int:
    """By how many characters a length is off from what a field may hold."""
    longest = automaton.longest
    return max(automaton.shortest - length, 0 if longest is None else length - longest, 0)
