"""Grounds of lines: the text is taken out of a training line, its surface stays.

A photo that is nothing but a line (a word, a number plate) has no other surface. What the text
left behind, its place and its colour, tells where and how a new one is marked.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.lettering.ground import Ground, Rgb
from engine.lettering.marks import find_marks

_TALLEST_PX = 80
"""Higher lines are reduced to this: no reader sees more, and the work grows with the area."""

_REACHES = (0.5, 0.25, 0.1)
"""How far what was hidden is filled from, farthest first, as shares of the height."""

_CALM = 20.0
"""Grey levels between neighbours from which on they are print rather than surface."""

_MOST_GRAIN = 6.0
"""Standard deviation in grey levels; beyond it is print, not grain."""


def ground_from_line(line: Rgb, rng: np.random.Generator) -> Ground:
    """The surface of a line without its text; what was under the text is guessed from around it.

    Takes some milliseconds: worth keeping where a line is drawn on more than once.

    Args:
        line: (h, w, 3), the text upright.

    Returns:
        At most 80 px high, in the line's aspect ratio.
    """
    if line.shape[0] > _TALLEST_PX:
        size = max(1, round(line.shape[1] * _TALLEST_PX / line.shape[0])), _TALLEST_PX
        line = np.asarray(cv2.resize(line, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    marks = find_marks(np.asarray(cv2.cvtColor(line, cv2.COLOR_RGB2GRAY), dtype=np.uint8))
    if marks is None:
        return Ground(line.copy())
    core = cv2.erode(marks.pixels.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    ink = line[core if core.sum() > 8 else marks.pixels]
    colour = np.median(ink, axis=0).astype(np.float32)
    return Ground(_filled(line, _widened(marks.pixels), rng), marks.place, colour)


def _widened(marks: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Marks with their blurred edges, shadows and small islands."""
    height = marks.shape[0]
    reach = 1 + round(0.035 * height)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1,) * 2)
    island = np.ones((2 * round(0.03 * height) + 1,) * 2, np.uint8)
    wide = cv2.dilate(marks.astype(np.uint8), kernel)
    return np.asarray(cv2.morphologyEx(wide, cv2.MORPH_CLOSE, island) > 0)


def _filled(line: Rgb, hidden: NDArray[np.bool_], rng: np.random.Generator) -> Rgb:
    """The line with the hidden pixels made of those around, the nearest first, and their grain."""
    if hidden.all():
        return np.broadcast_to(np.median(line, axis=(0, 1)), line.shape).astype(np.uint8)
    pixels = line.astype(np.float32)
    edges = cv2.morphologyEx(line, cv2.MORPH_GRADIENT, np.ones((5, 5), np.uint8)).max(axis=2)
    calm = 1.0 / (1.0 + (edges.astype(np.float32) / _CALM) ** 2)
    known = np.where(hidden, np.float32(0), calm)
    smooth = np.broadcast_to(np.median(pixels[~hidden], axis=0), pixels.shape)
    for reach in _REACHES:
        spread = (0, 0), max(1.0, reach * line.shape[0])
        weight = cv2.GaussianBlur(known, *spread)[..., None]
        around = cv2.GaussianBlur(pixels * known[..., None], *spread)
        trust = np.minimum(weight * 8.0, 1.0)
        smooth = smooth * (1 - trust) + around / np.maximum(weight, 1e-6) * trust
    grain = (pixels - cv2.GaussianBlur(pixels, (0, 0), 1.5))[~hidden]
    size = min(float(np.quantile(np.abs(grain), 0.3)) / 0.385, _MOST_GRAIN)
    noise = rng.standard_normal(hidden.shape, dtype=np.float32)[..., None] * np.float32(size)
    alpha = np.maximum(cv2.GaussianBlur(hidden.astype(np.float32), (0, 0), 1.0), hidden)[..., None]
    return np.asarray(np.clip(pixels * (1 - alpha) + (smooth + noise) * alpha, 0, 255), np.uint8)
