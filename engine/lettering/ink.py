"""What lettering is made of: the mask of one character, and that of a whole text."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.uint8]
"""(h, w), 0 nothing … 255 ink."""

CAP_PX = 48
"""Height of a capital letter in every style."""


@dataclass(frozen=True, slots=True, eq=False)
class Glyph:
    """One character.

    Attributes:
        mask: its ink alone; (0, 0) for a space.
        left: the mask's first column, px right of the pen.
        top: the mask's first row, px above the baseline.
        advance: how far the pen moves on, px.
    """

    mask: Mask
    left: int
    top: int
    advance: float


@dataclass(frozen=True, slots=True, eq=False)
class Ink:
    """A text as it is marked.

    Attributes:
        mask: (h, w) float32 in 0…1, tight around the text.
        style: the name of the style that it is drawn in.
    """

    mask: NDArray[np.float32]
    style: str


def glyph_around(mask: Mask, baseline: int, bearing: int) -> Glyph:
    """The glyph that a larger mask shows, with equal room on both sides.

    Args:
        baseline: the row of the mask that the character stands on.
        bearing: room before and after the ink, px.
    """
    x, y, width, height = bounds(mask)
    ink = np.ascontiguousarray(mask[y : y + height, x : x + width])
    return Glyph(ink, bearing, baseline - y, width + 2.0 * bearing)


def bounds(mask: Mask) -> tuple[int, int, int, int]:
    """x, y, width, height of the ink; all 0 where there is none."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not len(rows):
        return 0, 0, 0, 0
    x, y = int(columns[0]), int(rows[0])
    return x, y, int(columns[-1]) + 1 - x, int(rows[-1]) + 1 - y
