"""Two texts below each other, character by character: where each letter stands in a picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from matplotlib.ft2font import FT2Font

from engine.tasks.drawing import font
from engine.tasks.ocr.edits import Column

SIZES_PX = (22, 19, 16, 13)
"""Of the letters: the largest is taken with which the texts fit on one row."""

MOST_ROWS = 4
_NARROWEST = 0.34
"""Width of a gap, as a share of the letters' height."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One place of the two texts, as it is drawn.

    Attributes:
        there, read: what stands there and what was read; empty where nothing is.
        wrong: whether the two differ.
        left, right: in px of the row.
    """

    there: str
    read: str
    wrong: bool
    left: int
    right: int


@dataclass(frozen=True, slots=True)
class Layout:
    """The places of two texts, row by row; `size_px` is that of the letters."""

    size_px: int
    rows: tuple[tuple[Cell, ...], ...]


def lay_out(columns: Sequence[Column], room_px: int) -> Layout:
    """The largest letters that fit on one row; at the smallest, as many rows as it takes.

    After `MOST_ROWS` rows the rest is left out, and an ellipsis says so.

    Args:
        columns: the aligned texts, see `engine.tasks.ocr.edits.aligned`.
        room_px: width of a row.
    """
    for size_px in SIZES_PX:
        rows = _rows(columns, room_px, size_px)
        if len(rows) <= 1:
            return Layout(size_px, rows or ((),))
    if len(rows) > MOST_ROWS:
        last = rows[MOST_ROWS - 1]
        more = Cell("…", "…", False, last[-1].left, last[-1].right)
        rows = (*rows[: MOST_ROWS - 1], (*last[:-1], more))
    return Layout(size_px, rows)


def _rows(columns: Sequence[Column], room_px: int, size_px: int) -> tuple[tuple[Cell, ...], ...]:
    rows: list[list[Cell]] = []
    left = room_px
    for there, read in columns:
        shown = _shown(there), _shown(read)
        width = 2 + max(_width(text, size_px) for text in shown)
        if left + width > room_px:
            left = 0
            rows.append([])
        rows[-1].append(Cell(*shown, there != read, left, left + width))
        left += width
    return tuple(tuple(row) for row in rows)


def _shown(character: str) -> str:
    """A character as it is drawn: blanks visible, and by number where the font lacks it."""
    if not character:
        return ""
    if character.isspace():
        return "␣"
    return character if ord(character) in _known() else f"[{ord(character):X}]"


def _width(text: str, size_px: int) -> int:
    return round(font(size_px).getlength(text)) if text else round(_NARROWEST * size_px)


@lru_cache(maxsize=1)
def _known() -> frozenset[int]:
    """The characters that the font has."""
    return frozenset(FT2Font(str(font().path)).get_charmap())
