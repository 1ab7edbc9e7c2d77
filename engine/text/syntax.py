"""The safe subset of regular expressions that a field's pattern may use, read into a tree.

Everything in it can be told by an automaton in one pass over a text: no back-references, no
looking ahead, nothing that depends on how a match was found.
"""

from __future__ import annotations

import re

from engine.text.cursor import Cursor, PatternError
from engine.text.symbols import parse_symbols
from engine.text.tree import Choice, Joined, Node, Repeat

MOST_LENGTH = 10_000
"""Characters of a pattern, as it is written."""

MOST_DEPTH = 50
"""Groups within groups."""

LONGEST = 30
"""Characters of a count that a message shows."""

MOST_DIGITS = 9
"""Of a count; no automaton with more repetitions than that can be built."""

COUNTS = re.compile(r"\{([0-9]+)(?:(,)([0-9]*))?\}")


def parse(pattern: str) -> Node:
    """The tree of a pattern.

    Raises:
        PatternError: where it goes beyond the subset, or is none.
    """
    if len(pattern) > MOST_LENGTH:
        raise PatternError(
            f"The pattern has {len(pattern)} characters. Allowed: at most {MOST_LENGTH}."
        )
    cursor = Cursor(pattern)
    cursor.take("^")
    tree = _choice(cursor)
    if not cursor.ended:
        raise cursor.refused("')' closes no group", "Write \\) for the character itself")
    return tree


def _choice(cursor: Cursor) -> Node:
    options = [_joined(cursor)]
    while cursor.take("|"):
        options.append(_joined(cursor))
    return options[0] if len(options) == 1 else Choice(tuple(options))


def _joined(cursor: Cursor) -> Node:
    parts: list[Node] = []
    while not cursor.ended and not cursor.sees("|", ")"):
        if cursor.sees("$") and cursor.at + 1 == len(cursor.pattern):
            cursor.at += 1
            break
        parts.append(_repeated(cursor))
    return parts[0] if len(parts) == 1 else Joined(tuple(parts))


def _repeated(cursor: Cursor) -> Node:
    body = _part(cursor)
    if not cursor.sees("?", "*", "+", "{"):
        return body
    least, most = _counts(cursor)
    if cursor.sees("?", "+"):
        kind = "lazy" if cursor.sees("?") else "possessive"
        fix = "The whole text is matched, so leave it out; a group repeats a repetition: (a+)?"
        raise cursor.refused(f"{cursor.pattern[cursor.at]!r} makes a repetition {kind}", fix)
    if cursor.sees("*", "{"):
        raise cursor.refused("a second repetition in a row", "Put a group around the first: (a+)*")
    return Repeat(body, least, most)


def _counts(cursor: Cursor) -> tuple[int, int | None]:
    for sign, least, most in (("?", 0, 1), ("*", 0, None), ("+", 1, None)):
        if cursor.take(sign):
            return least, most
    found = COUNTS.match(cursor.pattern, cursor.at)
    if not found:
        fix = "Allowed: {n}, {n,} and {n,m}. Write \\{ for the character itself"
        raise cursor.refused("'{' begins no repetition", fix)
    lowest, comma, highest = found.groups()
    if max(len(lowest), len(highest or "")) > MOST_DIGITS:
        fix = "Repeat less often, or without limit: + or *"
        raise cursor.refused(f"{_shortened(found[0])} repeats too often", fix)
    least = int(lowest)
    unlimited = comma and not highest
    most = None if unlimited else int(highest or lowest)
    if most is not None and most < least:
        raise cursor.refused(f"{found[0]} runs backwards", f"Write {{{most},{least}}}")
    cursor.at = found.end()
    return least, most


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _part(cursor: Cursor) -> Node:
    character = cursor.pattern[cursor.at]
    if cursor.sees("?", "*", "+", "{"):
        raise cursor.refused(f"{character!r} repeats nothing", f"Write \\{character} for itself")
    if cursor.sees("}", "]"):
        raise cursor.refused(f"{character!r} closes nothing", f"Write \\{character} for itself")
    if cursor.sees("^", "$"):
        fix = f"The whole text is matched. Write \\{character} for the character itself"
        raise cursor.refused(f"{character!r} inside the pattern", fix)
    if cursor.sees("("):
        return _group(cursor)
    return parse_symbols(cursor)


def _group(cursor: Cursor) -> Node:
    begin = cursor.at
    if cursor.sees("(?") and not cursor.sees("(?:"):
        raise cursor.refused(
            f"the group {cursor.pattern[begin : begin + 4]}… is none of the subset"
        )
    if cursor.depth == MOST_DEPTH:
        raise cursor.refused("groups within groups", f"Allowed: at most {MOST_DEPTH} deep")
    cursor.at += 3 if cursor.sees("(?:") else 1
    cursor.depth += 1
    body = _choice(cursor)
    cursor.depth -= 1
    if not cursor.take(")"):
        cursor.at = begin
        raise cursor.refused("'(' is never closed", "Write \\( for the character itself")
    return body
