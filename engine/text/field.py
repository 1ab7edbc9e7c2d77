"""A text field: what it may hold, and how labels are brought into the form that is read."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from engine.text.automaton import Automaton, any_text
from engine.text.case import upper
from engine.text.pattern import compile_pattern

OTHERS = "others"
"""As `skip`: all that is not in `characters`."""


@dataclass(frozen=True, slots=True)
class TextField:
    """What a field may hold.

    Attributes:
        characters: sorted, in upper case where case is ignored; None: not stated.
        pattern: what the whole text matches, see `engine.text.pattern`; None: not stated.
        ignore_case: texts are read in upper case.
        skip: characters of labels that are not read, or `OTHERS`; None: all are read.
    """

    characters: str | None
    pattern: str | None
    ignore_case: bool = False
    skip: str | None = None

    def __post_init__(self) -> None:
        if self.skip == OTHERS and self.characters is None:
            raise ValueError("skip: others needs the field's characters; state `characters`")

    def normalise(self, text: str) -> str:
        """A label as it is read: composed (Unicode NFC), in its case, without what is skipped.

        Nothing may be left.
        """
        text = self._cased(text)
        if self.skip is None:
            return text
        if self.skip == OTHERS:
            return "".join(character for character in text if character in (self.characters or ""))
        skipped = self._cased(self.skip)
        return "".join(character for character in text if character not in skipped)

    def automaton(self, seen: str) -> Automaton:
        """What the field may hold, as an automaton.

        Args:
            seen: the characters to use where neither characters nor a pattern is stated.

        Raises:
            PatternError: when the pattern cannot be used.
            ValueError: when there are no characters.
        """
        if self.pattern is None:
            return _any_text(seen if self.characters is None else self.characters)
        pattern = unicodedata.normalize("NFC", self.pattern)
        return _compiled(pattern, self.characters, self.ignore_case)

    def fits(self, text: str) -> bool:
        """Whether the field may hold a text, as `normalise` gives it."""
        if self.pattern is None:
            return bool(text) and (self.characters is None or set(text) <= set(self.characters))
        return self.automaton("").accepts(text)

    def _cased(self, text: str) -> str:
        composed = unicodedata.normalize("NFC", text)
        return upper(composed) if self.ignore_case else composed


_any_text = lru_cache(maxsize=64)(any_text)
_compiled = lru_cache(maxsize=64)(compile_pattern)
