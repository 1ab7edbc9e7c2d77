"""Which texts are drawn for a field: what its pattern allows, what its training texts are like.

A share of them is any row of the field's characters, so that none is rare. The others look like the
field: with a pattern, any text that it allows. Without one, a training text again, or another of
its form, each digit and each letter replaced by another: many fields have a form that nobody has
stated, and a zero is told from an O by where it stands.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from engine.lettering.able import able_part
from engine.lettering.style import drawable
from engine.tasks.ocr.line_size import columns_needed
from engine.tasks.ocr.lines import Line
from engine.tasks.ocr.options import seen_in
from engine.text.automaton import Automaton
from engine.text.field import TextField

FREE_OF_PATTERN = 0.5
"""Share of any rows of characters, for fields with a pattern.

A pattern may show a character at one place of six, one letter in 26 each time: digits were read
after 600 steps, and all letters taken for one (benchmarks/ocr). Which character may stand where is
for decoding to know."""

FREE_OF_FORM = 0.25
"""The same for fields without one: what is known of their form is in the training texts alone."""

AGAIN = 0.5
"""Share of training texts, among those that are like training texts."""

TRIES = 20
"""Texts that are drawn up before a line is given up: some fields hold little that can be told."""


@dataclass(frozen=True, slots=True)
class DrawnField:
    """What is drawn of one field.

    Attributes:
        automaton: the texts; characters that no style of lettering has are left out.
        seen: its training texts that can be drawn.
        patterned: whether a pattern says what its texts are like.
        longest: most characters of a text.
        columns: of a line, see `columns_needed`.
    """

    automaton: Automaton
    seen: tuple[str, ...]
    patterned: bool
    longest: int
    columns: int

    def text(self, rng: np.random.Generator) -> str | None:
        """A text of the field that can be seen and told; None where a few tries find none."""
        for _ in range(TRIES):
            # Blanks at the ends cannot be seen, nor two be told from one.
            text = " ".join(self._any_text(rng).split())
            if text and columns_needed(text) <= self.columns:
                return text
        return None

    def _any_text(self, rng: np.random.Generator) -> str:
        free = FREE_OF_PATTERN if self.patterned else FREE_OF_FORM
        if not self.seen or (self.patterned and rng.random() >= free):
            return self.automaton.draw(rng, self.longest)
        model = self.seen[rng.integers(len(self.seen))]
        if self.patterned or rng.random() < free:
            length = min(max(len(model) + int(rng.integers(-1, 2)), 1), self.longest)
            return _row(self.automaton.alphabet, length, rng)
        return model if rng.random() < AGAIN else _of_form(model, self.automaton.alphabet, rng)


def _row(alphabet: str, length: int, rng: np.random.Generator) -> str:
    return "".join(alphabet[place] for place in rng.integers(len(alphabet), size=length))


def _of_form(model: str, alphabet: str, rng: np.random.Generator) -> str:
    """A text with another digit for each digit, another letter of the same case for each letter."""
    return "".join(
        _row(alike, 1, rng) if (alike := _kinds(alphabet).get(_kind(own), "")) else own
        for own in model
    )


@lru_cache(maxsize=64)
def _kinds(alphabet: str) -> dict[str, str]:
    """The digits, capitals and small letters of an alphabet."""
    found: dict[str, str] = {}
    for character in alphabet:
        if kind := _kind(character):
            found[kind] = found.get(kind, "") + character
    return found


def _kind(character: str) -> str:
    """What a character may be replaced by; empty for what is neither letter nor digit."""
    if character.isdigit():
        return "digit"
    if not character.isalpha():
        return ""
    return "capital" if character.isupper() else "small"


def drawn_fields(
    fields: Sequence[TextField], lines: Sequence[Line], longest: int, columns: int
) -> tuple[tuple[DrawnField, ...], str]:
    """The fields that can be drawn, and the characters that no style of lettering has, sorted.

    Args:
        longest: most characters of a text.
        columns: of a line.
    """
    found: list[DrawnField] = []
    lacking: set[str] = set()
    for index, field in enumerate(fields):
        seen = seen_in(lines, index)
        if not (seen or field.characters or field.pattern):
            continue
        automaton = field.automaton(seen)
        lacking.update(set(automaton.alphabet) - set(drawable(automaton.alphabet)))
        own = able_part(automaton)
        if own is not None and own.shortest <= longest:
            texts = tuple(line.text for line in lines if line.class_index == index)
            kept = tuple(text for text in texts if set(text) <= set(own.alphabet))
            found.append(DrawnField(own, kept, field.pattern is not None, longest, columns))
    return tuple(found), "".join(sorted(lacking))
