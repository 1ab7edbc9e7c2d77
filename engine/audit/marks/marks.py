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

MOST_SHARE = 0.6
"""Where such a share of the photos shows strokes that look drawn, it is no photo's own mark."""

FEW, QUIET, NEAR, FOLLOWED, LEAST = 10, 0.25, -5.5, 1.5, 12.0
"""Fewer photos tell nothing of a data set. A quarter of the photos is quieter than `QUIET`; none of
the shared sets comes as near to the limit as `NEAR`; `FOLLOWED` was chosen by leaving whole sets
out, see `benchmarks/audit`."""

_COMPARED = ("isolation", "isolation_widest")


def drawn_marks(photos: Mapping[str, Strokes]) -> dict[str, list[tuple[Stroke, float]]]:
    """Strokes that look drawn, likeliest first, of those photos that have any.

    Returns:
        by name of the photo; each with its log odds beyond the limit.
    """
    if not photos:
        return {}
    trees = fitted_trees()
    odds = trees.log_odds(evidence(list(photos.values()))) - trees.limit
    ends = np.cumsum([len(strokes.found) for strokes in photos.values()])
    by_photo = np.split(odds, ends[:-1])
    more = asked_beyond([float(own.max(initial=-LEAST)) for own in by_photo])
    marks: dict[str, list[tuple[Stroke, float]]] = {}
    for (name, strokes), own in zip(photos.items(), by_photo, strict=True):
        beyond = zip(strokes.found, (own - more).tolist(), strict=True)
        found = sorted((each for each in beyond if each[1] > 0), key=lambda each: -each[1])
        if found:
            marks[name] = found
    return marks


def asked_beyond(strongest: Sequence[float]) -> float:
    """How much more than the limit it takes where even the quieter photos come near it.

    So do binarised drawings and print: what stands out there is no sign of a pen. Where most photos
    are beyond the limit nothing more is asked; that is told once, by the check.

    Args:
        strongest: log odds beyond the limit of each photo's likeliest stroke.
    """
    if len(strongest) < FEW or np.mean(np.asarray(strongest) > 0) >= MOST_SHARE:
        return 0.0
    quiet = float(np.quantile(strongest, QUIET))
    return max(0.0, FOLLOWED * (quiet - NEAR))


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
