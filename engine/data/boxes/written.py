"""Boxes of text: what is written there, and what of it cannot be used."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from engine.data.boxes.geometry import Corners, upright_box
from engine.data.boxes.stored import BrokenEntry, Entries, ReadEntries, StoredBox

ILLEGIBLE = "###"
"""What formats of text write where nobody can read what stands there."""

EMPTY = f"the text is empty; what nobody can read is annotated as {ILLEGIBLE}"


def fault_of(text: str) -> str | None:
    """Why a text cannot be one that somebody read from a photo; None where it can."""
    if not text.strip():
        return EMPTY
    strange = next((each for each in text.strip() if unicodedata.category(each)[0] == "C"), None)
    if strange is not None:
        return f"the text holds U+{ord(strange):04X}, a character that cannot be seen"
    return None


def written_box(
    corners: Corners,
    text: str,
    where: str,
    *,
    label: str | int | None = None,
    ignored: bool = False,
) -> StoredBox | BrokenEntry:
    """A box with its text, blanks around it taken off; `###` is to be ignored.

    Args:
        corners: in px of the photo.
        text: as the file states it.
        where: of the box in its file.
        label: of its class; None where the format knows no classes.
        ignored: whether the file says that the text is not to be read, whatever it is.
    """
    illegible = ignored or text.strip() == ILLEGIBLE
    fault = None if illegible else fault_of(text)
    if fault is not None:
        return BrokenEntry(where, fault)
    return StoredBox(label, corners, where, text.strip(), illegible)


def whole_photo(texts: Sequence[tuple[str, str]]) -> ReadEntries:
    """Entries of a photo that shows one text: a box around all of it.

    Args:
        texts: where each text stated for the photo stands, such as the number of a line, and the
            text; more than one is a mistake.
    """
    where, text = texts[0]

    def entries(size_hw: tuple[int, int]) -> Entries:
        if len(texts) > 1:
            first = f"line {where}" if where.isdigit() else where
            return (BrokenEntry(texts[1][0], f"{first} has a text for this photo already"),)
        return (written_box(upright_box(0, 0, size_hw[1], size_hw[0]), text, where),)

    return entries
