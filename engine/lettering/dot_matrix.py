"""Dot-matrix print: dates and lots that ink-jet coders spray on what passes by.

A column of nozzles sprays while the product moves, so columns lean and their pitch varies; a
blocked nozzle leaves a row faint.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.lettering.dots import draw_dots
from engine.lettering.five_by_seven import OVAL_ZERO, PLAIN_ZERO, dots, table
from engine.lettering.ink import CAP_PX, Mask

Dots = NDArray[np.bool_]
"""(rows, columns) of a character or a text."""

_LINE = (2, 6)
"""The rows of a small x: a lone dash is no block that fills its line."""


def has(character: str) -> bool:
    """Whether printers with seven dots a column have a character."""
    return character in table()


def draw(text: str, rng: np.random.Generator, *, groups: bool) -> Mask:
    """A text of 5 × 7 dots a character."""
    glyphs = table() | {"0": _zero(text, rng)}
    space = 1 if rng.random() < 0.6 else int(rng.integers(2, 5))
    doubled = rng.random() < 0.12  # bold: each column is printed twice
    cells = []
    for character in text:
        cell = glyphs[character]
        if doubled:
            cell = np.repeat(cell, 2, axis=1)
        cells.append(np.pad(cell, ((0, 0), (0, space * (1 + doubled)))))
    if groups and len(cells) > 3 and rng.random() < 0.5:
        where = int(rng.integers(1, len(cells) - 1))
        cells.insert(where, np.zeros((len(cells[0]), int(rng.integers(2, 6))), bool))
    pitch = CAP_PX / 6.6
    wide = float(rng.triangular(0.65, 0.95, 1.6)) / (1.6 if doubled else 1.0)
    return spray(np.concatenate(cells, axis=1), pitch, pitch * wide, _LINE, rng)


def _zero(text: str, rng: np.random.Generator) -> Dots:
    """A zero; one that looks like the letter O only where there are no letters."""
    if text.upper() == text.lower() and rng.random() < 0.6:
        return dots(PLAIN_ZERO)
    return dots(OVAL_ZERO) if rng.random() < 0.4 else table()["0"]


def spray(
    pattern: Dots,
    row_pitch: float,
    column_pitch: float,
    line: tuple[int, int],
    rng: np.random.Generator,
) -> Mask:
    """The dots of a text as drops that landed.

    Args:
        pattern: (rows, columns) of the text.
        row_pitch, column_pitch: px between dots.
        line: the first and the last row that the mask shows at least.
    """
    rows, columns = np.nonzero(pattern)
    if not len(rows):
        return np.zeros((0, 0), np.uint8)
    speed = 1.0 + rng.normal(0.0, rng.uniform(0.0, 0.12), pattern.shape[1])
    x = (np.cumsum(speed) * column_pitch)[columns]
    lean = rng.normal(0.0, 0.12) if rng.random() < 0.5 else 0.0
    points = np.stack([x - lean * row_pitch * rows, rows * row_pitch], axis=1)
    points += rng.normal(0.0, rng.uniform(0.0, 0.1) * row_pitch, points.shape)
    strengths = 1.0 - np.abs(rng.normal(0.0, rng.uniform(0.0, 0.2), len(rows)))
    if rng.random() < 0.25:
        strengths[rng.random(len(rows)) < rng.uniform(0.01, 0.08)] = 0.0
    if rng.random() < 0.12:
        strengths[rows == rng.integers(pattern.shape[0])] *= 0.75
    radius = min(row_pitch, max(column_pitch, 0.75 * row_pitch)) * rng.uniform(0.33, 0.62)
    ends = line[0] * row_pitch, line[1] * row_pitch
    return draw_dots(points, strengths, max(float(radius), 1.0), ends)
