"""Characters set on a line as machines and hands set them: pitch, gaps, an uneven baseline."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.lettering.ink import CAP_PX, Glyph, Mask, bounds

BAND = 0.6
"""A line is at least so high, in capitals: a lone dash is no block that fills the crop."""


def set_line(glyphs: Sequence[Glyph], rng: np.random.Generator, *, groups: bool) -> Mask:
    """The glyphs side by side, tight around their ink.

    Args:
        groups: whether a gap may stand where the text names none, as between the letters and
            the digits of a number plate.
    """
    pens = _pens(glyphs, rng, groups)
    drops = _drops(len(glyphs), rng)
    lefts = [
        round(pen) + glyph.left for pen, glyph in zip(pens, glyphs, strict=True) if glyph.mask.size
    ]
    inked = [
        (glyph, drop - glyph.top)
        for glyph, drop in zip(glyphs, drops, strict=True)
        if glyph.mask.size
    ]
    if not inked:
        return np.zeros((0, 0), np.uint8)
    first = min(lefts)
    width = max(left + glyph.mask.shape[1] for left, (glyph, _) in zip(lefts, inked, strict=True))
    top = min(-round(BAND * CAP_PX), *(top for _, top in inked))
    bottom = max(0, *(top + glyph.mask.shape[0] for glyph, top in inked))
    line = np.zeros((bottom - top, width - first), np.uint8)
    for left, (glyph, own_top) in zip(lefts, inked, strict=True):
        height, extent = glyph.mask.shape
        y, x = own_top - top, left - first
        place = line[y : y + height, x : x + extent]
        np.maximum(place, glyph.mask, out=place)
    return line


def _pens(glyphs: Sequence[Glyph], rng: np.random.Generator, groups: bool) -> NDArray[np.float64]:
    """Where each character begins."""
    advances = np.array([glyph.advance for glyph in glyphs])
    if rng.random() < 0.25:  # equal cells, as on plates and displays
        cell = float(np.median(advances))
        shifts = np.maximum(cell - advances, 0) / 2
        advances = np.maximum(advances, cell)
    else:
        shifts = np.zeros(len(glyphs))
    roomy = rng.random() < 0.3
    tracking = CAP_PX * (rng.uniform(0.05, 0.45) if roomy else rng.uniform(-0.02, 0.08))
    gaps = np.full(len(glyphs), tracking)
    if rng.random() < 0.2:
        gaps += rng.normal(0.0, 0.03 * CAP_PX, len(glyphs)).clip(-0.06 * CAP_PX)
    if groups and len(glyphs) > 3 and rng.random() < 0.5:
        gaps[rng.integers(1, len(glyphs) - 2)] += CAP_PX * rng.uniform(0.2, 1.0)
    starts = np.concatenate([[0.0], np.cumsum(advances + gaps)[:-1]])
    return np.asarray(starts + shifts)


def _drops(count: int, rng: np.random.Generator) -> list[int]:
    """How far below the baseline each character stands: seldom on a bow, seldom unevenly."""
    drops = np.zeros(count)
    if rng.random() < 0.12 and count > 2:
        drops += rng.uniform(-0.3, 0.3) * CAP_PX * np.linspace(-1.0, 1.0, count) ** 2
    if rng.random() < 0.15:
        drops += rng.normal(0.0, 0.03 * CAP_PX, count)
    return [round(drop) for drop in drops.tolist()]


def weigh(mask: Mask, change_px: float) -> Mask:
    """The mask with strokes wider, or narrower, by about `change_px` px in all."""
    size = round(abs(change_px)) + 1
    if size < 2 or not mask.size:
        return mask
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    if change_px < 0:
        return np.asarray(cv2.erode(mask, kernel), dtype=np.uint8)
    border = size // 2 + 1
    room = cv2.copyMakeBorder(mask, border, border, border, border, cv2.BORDER_CONSTANT, value=0)
    return np.asarray(cv2.dilate(room, kernel), dtype=np.uint8)


def shape(mask: Mask, stretch: float, slant: float) -> Mask:
    """The mask made wider by a factor and slanted, `slant` px to the right for each px up."""
    height, width = mask.shape
    if stretch != 1:
        how = cv2.INTER_AREA if stretch < 1 else cv2.INTER_LINEAR
        width = max(1, round(width * stretch))
        mask = np.asarray(cv2.resize(mask, (width, height), interpolation=how), dtype=np.uint8)
    if not slant:
        return mask
    room = abs(slant) * height
    matrix = np.array([[1.0, -slant, room if slant > 0 else 0.0], [0.0, 1.0, 0.0]])
    size = width + int(np.ceil(room)), height
    return np.asarray(cv2.warpAffine(mask, matrix, size), dtype=np.uint8)


def trimmed(mask: Mask) -> NDArray[np.float32]:
    """The mask as float32 in 0…1, without empty columns at its ends.

    Empty rows stay where they belong to the line (`set_line`).
    """
    x, _, width, _ = bounds(mask)
    return np.asarray(mask[:, x : x + width], dtype=np.float32) / np.float32(255)
