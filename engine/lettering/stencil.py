"""Stencilled text: bridges hold the islands of each character, and paint leaves them bare."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np

from engine.lettering.faces import BROADEST, characters, glyph
from engine.lettering.ink import CAP_PX, Glyph, Mask
from engine.lettering.setting import set_line, shape
from engine.lettering.typeface import choose_face

_BRIDGES_PX = (3, 4, 5, 6)
_ROUND = frozenset("CGSU235Jcesu")
"""Characters without an island that stencils often cut as well; no stem is in their middle."""


def has(character: str) -> bool:
    """Whether typefaces have a character."""
    return character in characters(BROADEST.name)


def draw(text: str, rng: np.random.Generator, *, groups: bool) -> Mask:
    """A text in a typeface with bridges."""
    name = choose_face(text, rng).name
    bridge = _BRIDGES_PX[int(rng.integers(len(_BRIDGES_PX)))]
    all_round = bool(rng.random() < 0.5)
    glyphs = [bridged(name, character, bridge, all_round=all_round) for character in text]
    line = set_line(glyphs, rng, groups=groups)
    return shape(line, float(np.exp(rng.normal(-0.1, 0.18))), 0.0)


@lru_cache(maxsize=2048)
def bridged(name: str, character: str, bridge_px: int, *, all_round: bool) -> Glyph:
    """A character of a face with upright bridges over the middle of its islands.

    Args:
        all_round: round characters without an island are cut as well.
    """
    whole = glyph(name, character)
    middles = _islands(whole.mask)
    if not middles and all_round and character in _ROUND:
        middles = [whole.mask.shape[1] / 2]
    mask = whole.mask.copy()
    for middle in middles:
        start = max(0, round(middle - bridge_px / 2))
        mask[:, start : start + bridge_px] = 0
    return Glyph(mask, whole.left, whole.top, whole.advance)


def _islands(mask: Mask) -> list[float]:
    """The middle columns of what the strokes of a character enclose."""
    if not mask.size:
        return []
    empty = np.pad((mask < 128).astype(np.uint8), 1, constant_values=1)
    count, labels, stats, middles = cv2.connectedComponentsWithStats(empty, connectivity=4)
    return [
        float(middles[index, 0]) - 1.0
        for index in range(1, count)
        if index != labels[0, 0] and stats[index, cv2.CC_STAT_AREA] > CAP_PX
    ]
