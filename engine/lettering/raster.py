"""Print of many fine dots: carton coders and bitmap print, where a typeface shows its pixels."""

from __future__ import annotations

import cv2
import numpy as np

from engine.lettering.dot_matrix import spray
from engine.lettering.faces import BROADEST, characters, glyph
from engine.lettering.ink import CAP_PX, Mask
from engine.lettering.setting import set_line

_FACES = ("DejaVuSansMono.ttf", "DejaVuSansMono-Bold.ttf", "DejaVuSans.ttf", "DejaVuSans-Bold.ttf")
_CAP_ROWS = (12, 14, 16, 20)


def has(character: str) -> bool:
    """Whether the typefaces of such printers have a character."""
    return character in characters(BROADEST.name)


def draw(text: str, rng: np.random.Generator, *, groups: bool) -> Mask:
    """A text of 12 to 20 dots a capital."""
    able = [name for name in _FACES if set(text) <= characters(name)]
    name = able[int(rng.integers(len(able)))]
    rows = _CAP_ROWS[int(rng.integers(len(_CAP_ROWS)))]
    line = set_line([glyph(name, character) for character in text], rng, groups=groups)
    if not line.size:
        return line
    scale = rows / CAP_PX
    size = max(1, round(line.shape[1] * scale)), max(1, round(line.shape[0] * scale))
    pattern = cv2.resize(line, size, interpolation=cv2.INTER_AREA) > 110
    pitch = 1.2 * CAP_PX / rows
    wide = float(rng.triangular(0.7, 0.95, 1.3))
    return spray(pattern, pitch, pitch * wide, (0, len(pattern) - 1), rng)
