"""Numbers and names as parts of sentences."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

MOST_DIGITS = 17
_TICKED = re.compile(r"`([^`\n]+)`")


def counted(number: int, one: str, many: str | None = None) -> str:
    """A number with its noun: "1 photo", "2 photos"; `many` where the plural is no added s."""
    return f"{number} {one if number == 1 else many or f'{one}s'}"


def counted_advice(number: int) -> str:
    """Findings of severity advice: "1 piece of advice"."""
    return counted(number, "piece of advice", "pieces of advice")


def percent(share: float, digits: int = 3) -> str:
    """A share of 1 in percent with so many significant digits, never with an exponent."""
    return f"{Decimal(f'{100 * share:.{digits}g}'):f} %"


def sentence(text: str) -> str:
    """The text with a full stop, unless it ends like a sentence already."""
    text = text.rstrip()
    return text if text.endswith((".", "?", "!", "…")) else f"{text}."


def first_few(names: Sequence[str], most: int = 3) -> str:
    """The first names, and how many more there are: "a, b, c and 4 more"."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def quoted(text: str, longest: int = 40) -> str:
    """The text in quotes, cut where it has more characters than `longest`."""
    return repr(text if len(text) <= longest else f"{text[: longest - 1]}…")


def told_apart(first: float, second: float, digits: int = 3) -> tuple[str, str]:
    """Two numbers with `digits` decimals, or with as many as it takes to tell them apart."""
    while (
        digits < MOST_DIGITS and first != second and f"{first:.{digits}f}" == f"{second:.{digits}f}"
    ):
        digits += 1
    return f"{first:.{digits}f}", f"{second:.{digits}f}"


def by_ticks(text: str) -> list[str]:
    """The text in parts: every second one, from the second on, stood in backticks.

    A backtick without its partner in the same line is a letter like others.
    """
    return _TICKED.split(text)


def one_line(text: str) -> str:
    """The text with control characters, and bytes that are no UTF-8, made visible.

    A name of a file can then neither steer a terminal nor break a line.
    """
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
