"""Characters and classes of characters in a pattern, as code points."""

from __future__ import annotations

from engine.text.cursor import Cursor
from engine.text.tree import Symbols

Range = tuple[int, int]
"""First and last code point."""

DIGITS = (ord("0"), ord("9"))
SPACE = (ord(" "), ord(" "))


def parse_symbols(cursor: Cursor) -> Symbols:
    """A class in square brackets, `.`, or one character."""
    at = cursor.at
    if cursor.sees("["):
        return _class(cursor)
    if cursor.take("."):
        return Symbols((), negated=True, at=at)
    return Symbols((_escaped(cursor) or _single(cursor),), at=at)


def _class(cursor: Cursor) -> Symbols:
    begin = cursor.at
    cursor.at += 1
    negated = cursor.take("^")
    ranges: list[Range] = []
    while not cursor.sees("]"):
        if cursor.ended:
            cursor.at = begin
            raise cursor.refused("'[' is never closed", "Write \\[ for the character itself")
        if cursor.sees("["):
            raise cursor.refused("'[' within a class", "Write \\[ for the character itself")
        ranges.append(_range(cursor))
    if not ranges:
        raise cursor.refused("the class holds nothing", "Write \\] for the character ]")
    cursor.at += 1
    return Symbols(tuple(ranges), negated, begin)


def _range(cursor: Cursor) -> Range:
    begin = cursor.at
    first = _escaped(cursor) or _single(cursor)
    if not cursor.sees("-") or cursor.sees("-]") or cursor.at + 1 == len(cursor.pattern):
        return first
    is_kind = cursor.pattern[begin : begin + 2] in ("\\d", "\\s")
    cursor.at += 1
    is_kind |= cursor.sees("\\d", "\\s")
    last = _escaped(cursor) or _single(cursor)
    if is_kind or last[0] < first[0]:
        text = cursor.pattern[begin : cursor.at]
        cursor.at = begin
        raise cursor.refused(
            f"the range {text} runs backwards or is none", "Write \\- for a hyphen"
        )
    return first[0], last[0]


def _escaped(cursor: Cursor) -> Range | None:
    """What a backslash and the character after it mean; None where there is no backslash."""
    if not cursor.sees("\\"):
        return None
    meant = cursor.pattern[cursor.at + 1 : cursor.at + 2]
    if not meant:
        raise cursor.refused("a backslash at the end", "Write \\\\ for the character itself")
    if meant.isascii() and meant.isalnum() and meant not in "ds":
        raise cursor.refused(f"\\{meant} is none of the subset")
    cursor.at += 2
    return {"d": DIGITS, "s": SPACE}.get(meant, (ord(meant), ord(meant)))


def _single(cursor: Cursor) -> Range:
    code = ord(cursor.pattern[cursor.at])
    cursor.at += 1
    return code, code
