"""The characters that a text field may hold, as recipes write them: `A-Z0-9/.`.

`A-Z` is a range, of digits or of letters of one case; `-` at the beginning or the end, or after a
backslash, is itself; a backslash before any character means that character. Brackets around the
whole, as patterns have them, are refused, and so is `0-9-A`, where `-` may be a range or itself.
"""

from __future__ import annotations

import unicodedata

from engine.recipe.wording import refusal

RIGHT_TO_LEFT = ("R", "AL", "AN")
"""Bidirectional classes of Unicode: Hebrew and the like, Arabic letters, Arabic digits."""

COMBINING = ("Mn", "Mc", "Me")

ALLOWED = "characters and ranges, as text: 'A-Z0-9/.'"


def parse_characters(value: object) -> str:
    """The text of a recipe, if it can be read.

    Raises:
        ValueError: when it is no text, is empty, holds a range that runs backwards, or characters
            that cannot be read.
    """
    if not isinstance(value, str) or not value:
        quotes = "Put it in quotes." if isinstance(value, int | float) else ""
        raise ValueError(refusal(value, ALLOWED, quotes))
    fault = _bracketed(value) or unreadable("".join(sorted(expand_characters(value))))
    if fault is not None:
        raise ValueError(refusal(value, ALLOWED, fault))
    return value


def _bracketed(text: str) -> str | None:
    """What is said of a text that stands in brackets; None where it does not."""
    inner = text[1:-1]
    if not (inner and text.startswith("[") and text.endswith("]")) or inner.endswith("\\"):
        return None
    return (
        f"Write it without brackets: {inner}. If the field has brackets as well, write these last: "
        f"{inner}[]."
    )


def unreadable(text: str) -> str | None:
    """Why a text holds characters that no field can have, in a sentence; None where it has none."""
    for character in text:
        name = f"U+{ord(character):04X} ({unicodedata.name(character, 'without a name')})"
        if unicodedata.bidirectional(character) in RIGHT_TO_LEFT:
            return f"{name} is written from right to left; right-to-left text cannot be read yet."
        category = unicodedata.category(character)
        if category in COMBINING:
            return (
                f"{name} is a combining character, which cannot be read by itself: write the "
                "composed character (é, not e and an accent)."
            )
        if category.startswith("C"):
            return f"{name} is a character that cannot be seen."
    return None


def expand_characters(text: str) -> frozenset[str]:
    """All characters that a text like `A-Z0-9/.` means.

    Raises:
        ValueError: when a range runs backwards, or from one kind of character to another.
    """
    found: set[str] = set()
    tokens = _tokens(text)
    at = 0
    while at < len(tokens):
        character, _ = tokens[at]
        is_range = at + 2 < len(tokens) and tokens[at + 1] == ("-", False)
        if is_range:
            last = tokens[at + 2][0]
            _require_range(text, character, last)
            found.update(chr(code) for code in range(ord(character), ord(last) + 1))
            _require_end(text, character, tokens[at + 2 : at + 5])
        else:
            found.add(character)
        at += 3 if is_range else 1
    return frozenset(found)


def _require_range(text: str, first: str, last: str) -> None:
    kinds = (str.isdigit, str.isupper, str.islower)
    alike = any(kind(first) and kind(last) for kind in kinds)
    if not alike:
        hint = f"A range runs between two digits, or two letters of one case, not {first}-{last}. "
        raise ValueError(refusal(text, ALLOWED, hint + "Write \\- for the character -."))
    if last < first:
        hint = f"The range {first}-{last} runs backwards; write {last}-{first}."
        raise ValueError(refusal(text, ALLOWED, hint))


def _require_end(text: str, first: str, following: list[tuple[str, bool]]) -> None:
    """Refuses a range that goes on as another one might: `0-9-A`.

    Args:
        text: the whole of it, for the message.
        first: the range's first character.
        following: the range's last character, and at most two after it.
    """
    (last, _), *rest = following
    if len(rest) == 2 and rest[0] == ("-", False) and rest[1][0].isalnum():
        hint = f"After the range {first}-{last}, - may be a range or itself. "
        raise ValueError(refusal(text, ALLOWED, hint + "Write \\- for the character -."))


def _tokens(text: str) -> list[tuple[str, bool]]:
    """Characters, and whether a backslash stands before each."""
    tokens: list[tuple[str, bool]] = []
    escaped = False
    for character in text:
        if character == "\\" and not escaped:
            escaped = True
            continue
        tokens.append((character, escaped))
        escaped = False
    if escaped:
        tokens.append(("\\", True))
    return tokens
