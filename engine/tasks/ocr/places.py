"""About where on a line each character stands, as far as anybody knows without looking.

A text fills its line, so character i of n stands about i + 1/2 n-ths along the print, wherever
that comes to lie on the line as it is cut out (`Window.along_px`). Characters are of different
widths, boxes are drawn with some room around the text, and a photo that is a line may show more
than the line; so a place is a stretch of columns, wider than the character.

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


def places_of(bounds: NDArray[np.floating], loose: float, longest: int) -> NDArray[np.float32]:
    """Where each character may be said: (longest, 2), its first and last column.

    Args:
        bounds: (1 + characters,), where a text that is shared out evenly parts its characters, and
            where it begins and ends, in columns; seen at an angle they are not equally far apart.
        loose: how far off a character may stand, as a share of the text's length.
        longest: rows of the result; those after the text are 0.
    """
    further = (REACH - 0.5) * np.diff(bounds)
    room = loose * (bounds[-1] - bounds[0]) + SPARE_COLUMNS
    places = np.zeros((longest, 2), np.float32)
    places[: len(further), 0] = bounds[:-1] - further - room
    places[: len(further), 1] = bounds[1:] + further + room
    return places
