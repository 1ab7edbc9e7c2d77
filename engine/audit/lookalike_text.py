"""Which text a text was probably meant to be: characters that are taken for one another."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator, Sequence

from engine.audit.texts import characters_of
from engine.text.field import TextField

MOST_TRIES, MOST_REPLACED, PATIENCE_S = 2000, 3, 0.05

_PAIRS = (
    "0O", "0o", "0Q", "0D", "1I", "1l", "1|", "1i", "2Z", "2z", "5S", "5s", "6G", "6b", "8B", "9g",
    "9q", "4A", "7T", "7/", "1/", "UV", "uv", "VY", "CG", "EF", "MN", "O°", ".,", ":;", "-_", "-–",
    "-—", "'’", "./", "-/", "-.", "AА", "BВ", "CС", "EЕ", "HН", "KК", "MМ", "OО", "PР", "TТ", "XХ",
)  # fmt: skip
"""The likelier a confusion, the earlier; the last ones are Cyrillic."""


def meant_instead(text: str, field: TextField) -> str | None:
    """A text of the field that looks much the same; None where none is found.

    Tried are, in this order: the text without blanks, in capitals, in small letters; with every
    character that the field does not know replaced; with one, two and three characters replaced.
    """
    deadline = time.monotonic() + PATIENCE_S
    for tried in itertools.islice(_tries(text, field), MOST_TRIES):
        if tried != text and field.fits(tried):
            return tried
        if time.monotonic() > deadline:
            break
    return None


def _tries(text: str, field: TextField) -> Iterator[str]:
    bare, known = "".join(text.split()), characters_of(field)
    yield from (bare, bare.upper(), bare.lower())
    for start in dict.fromkeys((bare, bare.upper())):
        others = [_alike(own) for own in start]
        if known is not None:
            likely = [
                own if own in known else next((o for o in other if o in known), own)
                for own, other in zip(start, others, strict=True)
            ]
            start = "".join(likely)
            yield start
            others = [[o for o in _alike(own) if o in known] for own in start]
        yield from _replaced(start, others)


def _replaced(text: str, others: Sequence[Sequence[str]]) -> Iterator[str]:
    """The text with one, two and three characters replaced."""
    for count in range(1, MOST_REPLACED + 1):
        for places in itertools.combinations(range(len(text)), count):
            for chosen in itertools.product(*(others[place] for place in places)):
                tried = list(text)
                for place, character in zip(places, chosen, strict=True):
                    tried[place] = character
                yield "".join(tried)


def _alike(character: str) -> list[str]:
    """What a character is taken for, likeliest first."""
    return [pair[1 - pair.index(character)] for pair in _PAIRS if character in pair]
