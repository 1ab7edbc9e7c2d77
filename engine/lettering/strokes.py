"""Text of strokes of one width: number plates, stamps, engravings, plotted and painted marks."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from engine.lettering.ink import CAP_PX, Glyph, Mask, glyph_around
from engine.lettering.setting import set_line, shape
from engine.lettering.skeleton import BASELINE, SOFTNESS, Path, paths
from engine.lettering.skeleton_table import SKELETONS

_SUBPIXEL_BITS = 4


@dataclass(frozen=True, slots=True)
class Hand:
    """How one text is written.

    Attributes:
        radius, cut: of corners, as in `skeleton.paths`.
        width: of a capital, as a share of its height.
        unsteady: how far the pen strays, in units of the paths.
    """

    radius: float
    cut: bool
    width: float
    unsteady: float


def has(character: str) -> bool:
    """Whether there is a path for a character."""
    return character in SKELETONS


def draw(text: str, rng: np.random.Generator, *, groups: bool) -> Mask:
    """A text in strokes as wide as a pen, a punch or a cutter makes them."""
    hand = choose_hand(rng)
    thickness = round(CAP_PX * float(rng.triangular(0.07, 0.13, 0.22)))
    glyphs = [_glyph(lines, thickness) for lines in written(text, hand, CAP_PX - thickness, rng)]
    line = set_line(glyphs, rng, groups=groups)
    slant = float(rng.normal(0.0, 0.15)) if rng.random() < 0.15 else 0.0
    return shape(line, 1.0, slant) if slant else line


def choose_hand(rng: np.random.Generator) -> Hand:
    """Mostly round and narrow; seldom unsteady, as by hand."""
    return Hand(
        radius=SOFTNESS[int(rng.integers(len(SOFTNESS)))],
        cut=bool(rng.random() < 0.1),
        width=float(rng.triangular(0.32, 0.45, 0.8)),
        unsteady=float(rng.uniform(0.2, 0.6)) if rng.random() < 0.15 else 0.0,
    )


def written(text: str, hand: Hand, cap_px: float, rng: np.random.Generator) -> list[list[Path]]:
    """The polylines of each character, in px: x from 0, the baseline at y = 0."""
    alternatives = {character: int(rng.integers(12)) for character in sorted(set(text))}
    unit = np.array([hand.width * CAP_PX / 8.0, cap_px / BASELINE])
    result = []
    for character in text:
        lines = []
        for path in paths(character, alternatives[character], hand.radius, cut=hand.cut):
            if hand.unsteady:
                path = path + rng.normal(0.0, hand.unsteady, 2) * 0.5
                path = path + rng.normal(0.0, hand.unsteady * 0.35, path.shape)
            lines.append((path - np.array([0.0, BASELINE])) * unit)
        result.append(lines)
    return result


def _glyph(lines: list[Path], thickness: int) -> Glyph:
    """A character in strokes `thickness` px wide; what stands on the baseline ends there."""
    if not lines:
        return Glyph(np.zeros((0, 0), np.uint8), 0, 0, 0.4 * CAP_PX)
    room = CAP_PX // 4
    widest = int(max(line[:, 0].max() for line in lines))
    cell = np.zeros((2 * CAP_PX, widest + 2 * room), np.uint8)
    baseline = CAP_PX + room
    offset = np.array([room, baseline - thickness / 2])
    scaled = [
        np.rint((line + offset) * 2**_SUBPIXEL_BITS).astype(np.int32)[:, None] for line in lines
    ]
    cv2.polylines(cell, scaled, False, 255, thickness, cv2.LINE_AA, _SUBPIXEL_BITS)
    return glyph_around(cell, baseline, max(2, thickness // 2))
