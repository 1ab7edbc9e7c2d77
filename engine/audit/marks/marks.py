"""Drawn marks: strokes whose colour and sharpness no other photo of the data set knows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from engine.audit.marks.trees import fitted_trees
from engine.audit.photos.strokes import FIGURES, Stroke, Strokes

REACHES = (8, 24, 40)
"""How far from a stroke's colour, in levels of each channel, other photos are searched for it."""

_COMPARED = ("isolation", "isolation_widest")


def drawn_marks(photos: Mapping[str, Strokes]) -> dict[str, list[tuple[Stroke, float]]]:
    """Strokes that look drawn, likeliest first, of those photos that have any.

    Returns:
        by name of the photo; each with its log odds beyond the limit.
    """
    names = [name for name, strokes in photos.items() if strokes.found]
    if not names:
        return {}
    rows = evidence(list(photos.values()))
    trees = fitted_trees()
    odds = trees.log_odds(rows) - trees.limit
    marks: dict[str, list[tuple[Stroke, float]]] = {}
    strokes = ((name, stroke) for name in names for stroke in photos[name].found)
    for (name, stroke), beyond in zip(strokes, odds.tolist(), strict=True):
        if beyond > 0:
            marks.setdefault(name, []).append((stroke, beyond))
    return {name: sorted(found, key=lambda each: -each[1]) for name, found in marks.items()}


def evidence(photos: Sequence[Strokes], of: Sequence[int] | None = None) -> NDArray[np.float64]:
    """What speaks for a mark, a row for each stroke of each photo, or of those at `of` alone.

    Returns:
        (strokes, figures): `FIGURES`; the shares of the other photos that lack the colour within
        each of `REACHES`; the shares of those that hold a stroke as far from their other colours.
    """
    if not photos:
        return np.zeros((0, len(FIGURES) + len(REACHES) + len(_COMPARED)))
    palettes = np.array([np.frombuffer(photo.palette, np.uint8) for photo in photos], np.uint8)
    cubes = np.unpackbits(palettes, axis=1).reshape(-1, 16, 16, 16).astype(bool)
    strongest = {
        name: np.array([_strongest(photo, FIGURES.index(name)) for photo in photos])
        for name in _COMPARED
    }
    others = max(len(photos) - 1, 1)

    @lru_cache(maxsize=4096)
    def holding(low: tuple[int, ...], high: tuple[int, ...]) -> NDArray[np.bool_]:
        (red, green, blue), (red2, green2, blue2) = low, high
        part = cubes[:, red : red2 + 1, green : green2 + 1, blue : blue2 + 1]
        return np.asarray(part.reshape(len(part), -1).any(axis=1))

    rows = []
    for number in range(len(photos)) if of is None else of:
        for stroke in photos[number].found:
            row = list(stroke.figures)
            for reach in REACHES:
                low = tuple(max(0, value - reach) >> 4 for value in stroke.colour)
                high = tuple(min(255, value + reach) >> 4 for value in stroke.colour)
                held = holding(low, high)
                present = (int(held.sum()) - bool(held[number])) / others
                row.append(1.0 - present if len(photos) > 1 else 0.0)
            for name, values in strongest.items():
                own = stroke.figures[FIGURES.index(name)]
                count = int((values >= own).sum()) - bool(values[number] >= own)
                row.append(count / others)
            rows.append(row)
    return np.array(rows, np.float64).reshape(
        len(rows), len(FIGURES) + len(REACHES) + len(_COMPARED)
    )


def _strongest(photo: Strokes, figure: int) -> float:
    return max((stroke.figures[figure] for stroke in photo.found), default=0.0)
