"""Where the text of a line is: strokes that differ from their surface, tall and side by side."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

_TRIALS = (
    (0.12, 0.0, 0.8), (0.2, 0.0, 0.8), (0.36, 0.0, 0.8), (0.25, 0.05, 0.8),
    (0.12, 0.0, 1.3), (0.2, 0.0, 1.3),
)  # fmt: skip
"""Widths of strokes to look for and of gaps to close within them, as shares of the height, and how
much ink differs, next to the threshold that parts the pixels best: more parts what touches."""

_TALL = 0.28
"""Characters are at least so high, as a share of the line; smaller print is not its text."""

_LEAST_CONTRAST = 8.0
_FRAME_FILL = 0.2

_MANY = 6
"""Several characters are likelier than one thing that is as wide as all of them, up to so many."""

_ALIKE = 0.12
"""By how much of its height one capital differs from the others, at most."""

_ABREAST = 1.5


@dataclass(frozen=True, slots=True, eq=False)
class Marks:
    """The text of a line.

    Attributes:
        pixels: (h, w) which are ink.
        place: left, top, right, bottom in px, from the usual top to the usual bottom of its
            characters.
        score: how surely it is the text.
    """

    pixels: NDArray[np.bool_]
    place: tuple[int, int, int, int]
    score: float


def find_marks(gray: NDArray[np.uint8]) -> Marks | None:
    """The text of a line; None where nothing looks like one.

    Strokes of several widths are tried, darker and lighter than their surface. What stands out,
    stands side by side over much of the line, and has free surface around it, is the text.

    Args:
        gray: (h, w), the text upright.
    """
    found = [
        _try(gray, polarity, *trial)
        for polarity in (cv2.MORPH_BLACKHAT, cv2.MORPH_TOPHAT)
        for trial in _TRIALS
    ]
    return max((one for one in found if one), key=lambda one: one.score, default=None)


def _try(
    gray: NDArray[np.uint8], polarity: int, stroke: float, gap: float, level: float
) -> Marks | None:
    height = gray.shape[0]
    kernel = np.ones((2 * max(1, round(stroke * height / 2)) + 3,) * 2, np.uint8)
    contrast = np.asarray(cv2.morphologyEx(gray, polarity, kernel), dtype=np.uint8)
    threshold, _ = cv2.threshold(contrast, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    strong = contrast > max(_LEAST_CONTRAST, level * threshold)
    whole = strong.astype(np.uint8)
    if gap:
        joint = np.ones((2 * round(gap * height) + 1,) * 2, np.uint8)
        whole = np.asarray(cv2.morphologyEx(whole, cv2.MORPH_CLOSE, joint), dtype=np.uint8)
    _, labels, found, _ = cv2.connectedComponentsWithStats(whole, connectivity=8)
    stats = np.asarray(found, dtype=np.int32)
    kept = _side_by_side(stats, gray.shape)
    if not kept.any():
        return None
    marks = (kept | _between(stats, kept))[labels] & strong
    score = float(contrast[marks].mean()) / level**0.5 * float(marks.any(axis=0).mean())
    score *= _free_around(marks, strong) ** 2 * _alike(stats[kept, cv2.CC_STAT_HEIGHT]) ** 0.5
    return Marks(marks, _place(stats[kept]), score)


def _alike(heights: NDArray[np.int32]) -> float:
    """How many characters of one height there are, up to `_MANY`; half for each other thing."""
    usual = float(np.median(heights))
    same = int((np.abs(heights - usual) <= _ALIKE * usual + 1).sum())
    return min(same, _MANY) * same / len(heights)


def _place(characters: NDArray[np.int32]) -> tuple[int, int, int, int]:
    left, top, width, height, _ = characters.T.astype(np.float64)
    # Characters that run together count as several, what is merely large does not.
    weight = np.minimum(width, _ABREAST * float(np.median(height)))
    usual_top = _weighted_quantile(top, weight, 0.3)
    usual_bottom = _weighted_quantile(top + height, weight, 0.7)
    ends = left.min(), usual_top, (left + width).max(), usual_bottom
    return round(ends[0]), round(ends[1]), round(ends[2]), round(ends[3])


def _side_by_side(stats: NDArray[np.int32], shape_hw: tuple[int, ...]) -> NDArray[np.bool_]:
    """Which components are the characters of one line: tall, of like height and like level."""
    height, width = shape_hw
    lefts, tops, widths, heights, areas = stats.T.astype(np.float64)
    centres, middles = lefts + widths / 2, tops + heights / 2
    frame = (widths > 0.8 * width) & (heights > 0.6 * height)
    frame &= areas < _FRAME_FILL * widths * heights
    tall = (heights >= _TALL * height) & ~frame
    tall[0] = False
    if not tall.any():
        return np.zeros(len(stats), bool)
    typical = _weighted_quantile(heights[tall], widths[tall], 0.5)
    like = (heights > 0.5 * typical) & (heights < 1.8 * typical)
    rises = middles - _rise(centres, middles, tall) * centres
    level = _weighted_quantile(rises[tall], widths[tall], 0.5)
    return np.asarray(tall & like & (np.abs(rises - level) < 0.4 * typical))


def _rise(x: NDArray[np.float64], y: NDArray[np.float64], chosen: NDArray[np.bool_]) -> float:
    """The slope of the line through most of the points: the median over all pairs (Theil, 1950)."""
    first, second = np.triu_indices(int(chosen.sum()), 1)
    across = x[chosen][second] - x[chosen][first]
    apart = np.abs(across) > 3
    if apart.sum() < 3:
        return 0.0
    slopes = (y[chosen][second] - y[chosen][first])[apart] / across[apart]
    return float(np.median(slopes).clip(-0.5, 0.5))


def _between(stats: NDArray[np.int32], kept: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which components lie among the characters: hyphens, points."""
    first, last = stats[:, :2], stats[:, :2] + stats[:, 2:4]
    inside = (first >= first[kept].min(axis=0)) & (last <= last[kept].max(axis=0))
    among = np.asarray(inside.all(axis=1))
    among[0] = False
    return among


def _weighted_quantile(
    values: NDArray[np.float64], weights: NDArray[np.float64], share: float
) -> float:
    order = np.argsort(values)
    sums = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(sums, sums[-1] * share)])


def _free_around(marks: NDArray[np.bool_], strong: NDArray[np.bool_]) -> float:
    """The share of the rim around all marks that is surface: that of a surface is none."""
    rows, columns = np.flatnonzero(marks.any(axis=1)), np.flatnonzero(marks.any(axis=0))
    top, bottom = max(0, rows[0] - 1), min(len(marks) - 1, rows[-1] + 1)
    left, right = max(0, columns[0] - 1), min(marks.shape[1] - 1, columns[-1] + 1)
    rim = np.concatenate(
        [
            strong[top, left : right + 1],
            strong[bottom, left : right + 1],
            strong[top : bottom + 1, left],
            strong[top : bottom + 1, right],
        ]
    )
    return 1.0 - float(rim.mean())
