r"""A field's pattern, compiled: a regular expression of the safe subset becomes an automaton.

A pattern is matched against the whole text, so `^` at its beginning and `$` at its end mean
nothing. `\d` is 0-9, `\s` the space, `.` and `[^…]` any (other) character of the field. What a
pattern names beyond the field's characters is never read, and the empty text is no text.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.phrasing import first_few
from engine.text.automaton import Automaton
from engine.text.case import upper
from engine.text.cursor import PatternError
from engine.text.graph import trimmed
from engine.text.machine import Machine, build_machine
from engine.text.subset import determinise
from engine.text.syntax import parse
from engine.text.tree import Symbols

__all__ = ["PatternError", "compile_pattern"]

MOST_NAMED = 200_000
"""Characters that all classes of a pattern name together."""

Named = dict[Symbols, frozenset[str]]


def compile_pattern(pattern: str, characters: str | None, ignore_case: bool = False) -> Automaton:
    """The automaton that accepts the texts that match the whole pattern.

    Args:
        pattern: see the module.
        characters: those of the field, its automaton's alphabet; None: those the pattern names.
        ignore_case: the pattern's characters mean their upper case, as do those of the field.

    Raises:
        PatternError: where the pattern goes beyond the subset, is too large, or matches nothing.
    """
    machine = build_machine(parse(pattern))
    named = _named(machine, ignore_case)
    if characters is None:
        _require_no_others(named)
        characters = "".join(frozenset().union(*named.values()))
    alphabet = "".join(sorted(set(characters)))
    if not named:
        raise PatternError(
            "The pattern matches only the empty text. A field's text has a character at least."
        )
    moves, accepting = determinise(machine, _masks(named, alphabet))
    kept = trimmed(moves, accepting)
    if kept is None:
        raise PatternError(_nothing(named, alphabet))
    return Automaton(alphabet, *kept)


def _named(machine: Machine, ignore_case: bool) -> Named:
    """The characters that each class or character of a pattern names."""
    parts = dict.fromkeys(part for part in machine.reads if part is not None)
    count = sum(last - first + 1 for part in parts for first, last in part.ranges)
    if count > MOST_NAMED:
        raise PatternError(
            f"The pattern's classes name {count} characters. Allowed: at most {MOST_NAMED}. "
            "Use narrower ranges."
        )
    texts = {
        part: "".join(chr(code) for first, last in part.ranges for code in range(first, last + 1))
        for part in parts
    }
    return {part: frozenset(upper(text) if ignore_case else text) for part, text in texts.items()}


def _require_no_others(named: Named) -> None:
    """Where a field states no characters, a pattern cannot mean "any other"."""
    for part in named:
        if part.negated:
            sign = "[^…]" if part.ranges else "'.'"
            raise PatternError(
                f"Character {part.at + 1} of the pattern: {sign} means any (other) character of "
                "the field, and the field states none. State the field's `characters`."
            )


def _masks(named: Named, alphabet: str) -> dict[Symbols, NDArray[np.bool_]]:
    """(characters,) of the alphabet, whether each part of the pattern reads them."""
    column = {character: k for k, character in enumerate(alphabet)}
    masks = {}
    for part, characters in named.items():
        mask = np.zeros(len(alphabet), bool)
        mask[[column[character] for character in characters if character in column]] = True
        masks[part] = ~mask if part.negated else mask
    return masks


def _nothing(named: Named, alphabet: str) -> str:
    """Why a pattern matches nothing."""
    wanted = frozenset().union(*(named[part] for part in named if not part.negated))
    lacking = sorted(wanted - set(alphabet))
    if not lacking:
        return (
            "The pattern matches no text of the field's characters, or only the empty text. "
            "Write what the field holds."
        )
    names = first_few([repr(character) for character in lacking], 10)
    return (
        f"The pattern matches no text of the field's characters: it names {names}, "
        "which the field lacks. Add them to `characters`, or change the pattern."
    )
