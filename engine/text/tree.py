"""A pattern as a tree."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Symbols:
    """One character out of some.

    Attributes:
        ranges: first and last code point of each range.
        negated: every character of the field but these.
        at: where in the pattern it begins.
    """

    ranges: tuple[tuple[int, int], ...]
    negated: bool = False
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Joined:
    """Parts one after another; none is the empty text."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several."""

    options: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """A part `least` to `most` times; None: without limit."""

    body: Node
    least: int
    most: int | None


Node = Symbols | Joined | Choice | Repeat
