"""A place in a pattern, and how a pattern is refused there."""

from __future__ import annotations

from dataclasses import dataclass

ALLOWED = (
    "Allowed: characters, '.', classes such as [A-Z0-9] and [^A-Z], \\d, \\s and \\ before a "
    "punctuation mark, groups ( ) and (?: ), |, and ?, *, +, {n}, {n,} or {n,m} behind one of these"
)


class PatternError(ValueError):
    """A pattern that cannot be used; says what, where in the pattern, and what is allowed."""


@dataclass(slots=True)
class Cursor:
    """A place in a pattern."""

    pattern: str
    at: int = 0
    depth: int = 0

    def sees(self, *texts: str) -> bool:
        """Whether one of the texts comes next."""
        return self.pattern.startswith(texts, self.at)

    def take(self, text: str) -> bool:
        """Goes on behind the text, if it comes next."""
        found = self.sees(text)
        self.at += len(text) * found
        return found

    @property
    def ended(self) -> bool:
        """Whether nothing comes next."""
        return self.at >= len(self.pattern)

    def refused(self, what: str, fix: str = ALLOWED) -> PatternError:
        """The error about what comes next."""
        return PatternError(f"Character {self.at + 1} of the pattern: {what}. {fix}.")
