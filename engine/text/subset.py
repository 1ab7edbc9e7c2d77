"""From a machine in several places at once to one state after another (subset construction)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.text.cursor import PatternError
from engine.text.graph import Accepting, Moves
from engine.text.machine import Machine
from engine.text.tree import Symbols

MOST_STATES = 5_000

MOST_CELLS = 4_000_000
"""Of the table of states and characters."""

MOST_WORK = 5_000_000
"""Places that are looked at, over all states; about two seconds."""

Places = frozenset[int]


@dataclass(slots=True)
class _Work:
    """What a construction has cost so far."""

    done: int = 0

    def add(self, places: int) -> None:
        self.done += places
        if self.done > MOST_WORK:
            raise PatternError(
                "The pattern is too large: a text can be at very many places of it at once. "
                "Repeat less often, and avoid repetitions of what is itself optional or repeated."
            )


def determinise(
    machine: Machine, masks: Mapping[Symbols, NDArray[np.bool_]]
) -> tuple[Moves, Accepting]:
    """The states of a machine and the moves between them; the first is the start.

    The empty text is not accepted: nothing leads back to the first state.

    Args:
        masks: (characters,) which characters each part of the pattern reads.

    Raises:
        PatternError: when it would be too large.
    """
    kinds, kind_of = np.unique(np.stack([*masks.values()]), axis=1, return_inverse=True)
    kinds_of = {
        symbols: np.flatnonzero(row).tolist() for symbols, row in zip(masks, kinds, strict=True)
    }
    work, closures = _Work(), dict[int, Places]()
    found = [_closure(machine, machine.start, closures, work)]
    states: dict[Places, int] = {}
    rows: list[list[int]] = []
    while len(rows) < len(found):
        read: dict[Symbols, set[int]] = {}
        for place in found[len(rows)]:
            if (symbols := machine.reads[place]) is not None:
                target = _closure(machine, machine.onward[place][0], closures, work)
                read.setdefault(symbols, set()).update(target)
        row = [-1] * kinds.shape[1]
        for kind, places in _by_kind(read, kinds_of, work).items():
            if places not in states:
                states[places] = len(found)
                found.append(places)
                _require_size(len(found), len(kind_of))
            row[kind] = states[places]
        rows.append(row)
    accepting = np.array([machine.end in places for places in found])
    accepting[0] = False
    return np.array(rows, np.int32)[:, kind_of], accepting


def _closure(machine: Machine, begin: int, known: dict[int, Places], work: _Work) -> Places:
    """The places that read, or the end, to which one leads without reading."""
    if begin not in known:
        seen, waiting = {begin}, [begin]
        while waiting:
            place = waiting.pop()
            if machine.reads[place] is None:
                fresh = set(machine.onward[place]) - seen
                seen |= fresh
                waiting += fresh
        work.add(len(seen))
        known[begin] = frozenset(
            place for place in seen if machine.reads[place] is not None or place == machine.end
        )
    work.add(len(known[begin]))
    return known[begin]


def _by_kind(
    read: Mapping[Symbols, set[int]], kinds_of: Mapping[Symbols, list[int]], work: _Work
) -> dict[int, Places]:
    """Where each kind of character leads, from where each part that reads leads."""
    readers: dict[int, tuple[Symbols, ...]] = {}
    for symbols in read:
        for kind in kinds_of[symbols]:
            readers[kind] = (*readers.get(kind, ()), symbols)
    unions: dict[tuple[Symbols, ...], Places] = {}
    for members in readers.values():
        if members not in unions:
            unions[members] = frozenset().union(*(read[symbols] for symbols in members))
            work.add(len(unions[members]))
    return {kind: unions[members] for kind, members in readers.items()}


def _require_size(states: int, characters: int) -> None:
    if states > MOST_STATES or states * characters > MOST_CELLS:
        most = min(MOST_STATES, MOST_CELLS // characters)
        raise PatternError(
            f"The pattern is too large: it has more than {most} states with {characters} "
            "characters. Repeat less often, or write with fewer alternatives."
        )
