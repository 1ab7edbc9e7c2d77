"""About where on a line each character stands, as far as anybody knows without looking.

A text fills its line, so character i of n stands about i + 1/2 n-ths along. Characters are of
different widths, boxes are drawn with some room around the text, and a photo that is a line may
show more than the line; so a place is a stretch of columns, wider than the character.

Connectionist temporal classification alone has to find out which columns say which character; for
hundreds of steps a network says nothing but blanks. Told about where, it reads after a third of
that (benchmarks/ocr).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

REACH = 0.75
"""Half of a place's length, in characters."""

SPARE_COLUMNS = 1.0
"""By which places are longer at both ends."""

LOOSE = 0.2
"""How far off a character may stand where a photo is the line, as a share of the photo's width."""


def places_of(
    length: int, ends: tuple[float, float], slack: float, longest: int
) -> NDArray[np.float32]:
    """Where each character may be said: (longest, 2), its first and last column.

    Args:
        length: characters of the text.
        ends: where the text begins and ends, in columns.
        slack: by how many columns it may stand elsewhere.
        longest: rows of the result; those after the text are 0.
    """
    places = np.zeros((longest, 2), np.float32)
    begin, end = ends
    pitch = (end - begin) / max(length, 1)
    middle = begin + (np.arange(length) + 0.5) * pitch
    reach = REACH * pitch + slack + SPARE_COLUMNS
    places[:length] = np.stack([middle - reach, middle + reach], axis=1)
    return places
