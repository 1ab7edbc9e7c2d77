"""A text's size and place on its ground, and the ground cut or widened to suit a tight line."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.lettering.ground import Ground, Rgb

FILL = (0.70, 0.95)
"""How much of a tight line's height its text fills, as an annotation has it."""

_TIGHT = 0.6
"""A text that filled so much of the height was all there was; else what is around it stays."""

_WIDEST = 0.94
_NARROWEST = 0.5
"""A text is squeezed to this share of its width before it is made smaller to fit."""


_NEIGHBOURS = 0.1
"""How often lines above and below reach into a tight line, as on a label with several."""


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """A text on its ground.

    Attributes:
        pixels: (h, w, 3) uint8, the ground.
        alpha: (h, w) float32 0…1, where ink goes.
        text: rows and columns of the text in them.
    """

    pixels: Rgb
    alpha: NDArray[np.float32]
    text: tuple[slice, slice]


def place_text(mask: NDArray[np.float32], ground: Ground, rng: np.random.Generator) -> Placed:
    """Puts a text where the ground's own was; without one, it fills the ground's height.

    Args:
        mask: (h, w) float32 0…1, tight around the text.
    """
    height, width = ground.pixels.shape[:2]
    left, top, right, bottom = ground.place or (0, 0, width, height)
    if ground.place is None or bottom - top >= _TIGHT * height:
        return _on_tight_line(mask, ground.pixels, rng)
    wanted = (bottom - top) * float(rng.uniform(0.85, 1.1))
    room = _WIDEST * width
    squeeze = min(1.0, max(_NARROWEST, room / (mask.shape[1] * wanted / mask.shape[0])))
    scale = min(wanted / mask.shape[0], room / (mask.shape[1] * squeeze))
    text = _resized(mask, scale * squeeze, scale)
    size = np.array(text.shape[::-1])
    middle = np.array([(left + right) / 2, (top + bottom) / 2])
    middle += rng.normal(0.0, 0.08, 2) * wanted
    x, y = np.clip(np.rint(middle - size / 2), 0, np.array([width, height]) - size).tolist()
    return _pasted(ground.pixels, text, int(x), int(y))


def _on_tight_line(mask: NDArray[np.float32], pixels: Rgb, rng: np.random.Generator) -> Placed:
    height, width = pixels.shape[:2]
    scale = float(rng.uniform(*FILL)) * height / mask.shape[0]
    stretch = float(rng.uniform(0.9, 1.1))
    text = _resized(mask, scale * stretch, scale)
    before, after = (round(share * height) for share in rng.uniform(0.02, 0.16, 2).tolist())
    wanted = text.shape[1] + before + after
    if wanted < width:
        start = int(rng.integers(width - wanted + 1))
        pixels = pixels[:, start : start + wanted]
    elif wanted > width:
        wide = cv2.resize(pixels, (wanted, height), interpolation=cv2.INTER_LINEAR)
        pixels = np.asarray(wide, dtype=np.uint8)
    free = height - text.shape[0]
    placed = _pasted(pixels, text, before, round(free * float(rng.uniform(0.25, 0.75))))
    if rng.random() < _NEIGHBOURS:
        _add_neighbours(placed, rng)
    return placed


def _pasted(pixels: Rgb, text: NDArray[np.float32], x: int, y: int) -> Placed:
    alpha = np.zeros(pixels.shape[:2], np.float32)
    where = slice(y, y + text.shape[0]), slice(x, x + text.shape[1])
    alpha[where] = text
    return Placed(pixels, alpha, where)


def _add_neighbours(placed: Placed, rng: np.random.Generator) -> None:
    """Lets lines above and below show as far as they reach into the alpha, which is changed."""
    rows = placed.text[0]
    text_height = rows.stop - rows.start
    gap = 1 + round(float(rng.uniform(0.08, 0.2)) * text_height)
    other = np.roll(placed.alpha[rows], int(rng.integers(placed.alpha.shape[1])), axis=1)
    above = min(rows.start - gap, text_height)
    below = min(len(placed.alpha) - rows.stop - gap, text_height)
    if above > 0:
        placed.alpha[rows.start - gap - above : rows.start - gap] = other[text_height - above :]
    if below > 0:
        placed.alpha[rows.stop + gap : rows.stop + gap + below] = other[:below]


def _resized(mask: NDArray[np.float32], x_scale: float, y_scale: float) -> NDArray[np.float32]:
    size = max(1, round(mask.shape[1] * x_scale)), max(1, round(mask.shape[0] * y_scale))
    how = cv2.INTER_AREA if y_scale < 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(mask, size, interpolation=how), dtype=np.float32)
