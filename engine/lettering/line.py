"""A line of text on a ground, as a camera sees it: what a reader is trained with."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.lettering.camera import photograph
from engine.lettering.colours import LUMA, ink_colour
from engine.lettering.finish import RELIEF, choose_finish, embossed
from engine.lettering.ground import Ground, Rgb
from engine.lettering.ink import Ink
from engine.lettering.placing import FILL, Placed, place_text

_CLEAR = 3.0
"""A mark differs from its ground by at least so many times as the ground varies by itself."""


def line_size(ink: Ink, height_px: int) -> tuple[int, int]:
    """About the height and width in px of a tight line with a text, for a ground to draw it on."""
    height, width = ink.mask.shape
    return height_px, max(4, round(height_px * (width / height * sum(FILL) / 2 + 0.18)))


def draw_line(ink: Ink, ground: Ground, rng: np.random.Generator) -> Rgb:
    """A text marked on a ground and photographed, (h, w, 3) with h as the ground.

    Where the ground had a text with something around it, as a number plate has, that stays, and
    so does w. Else the text fills the height, and w follows the text.
    """
    placed = place_text(ink.mask, ground, rng)
    text_px = placed.text[0].stop - placed.text[0].start
    surface = placed.pixels.astype(np.float32)
    window = _window(placed, margin=1 + round(0.3 * text_px))
    marked, alpha = surface[window], placed.alpha[window]
    colour = ink_colour(marked, ground.colour, rng)
    finish = choose_finish(ink.style, rng)
    contrast = float(np.abs((colour - marked.mean(axis=(0, 1))) @ LUMA))
    marked = _calmed(marked, RELIEF if finish is embossed else contrast)
    if rng.random() < 0.4:
        sigma = max(0.3, float(rng.uniform(0.005, 0.03)) * text_px)
        alpha = np.asarray(cv2.GaussianBlur(alpha, (0, 0), sigma), dtype=np.float32)
    surface[window] = finish(marked, alpha, colour, rng)
    return photograph(surface, text_px, rng)


def _window(placed: Placed, margin: int) -> tuple[slice, slice]:
    """The part of the ground that the mark can change: the text and some px around it."""
    rows, columns = placed.text
    return (
        slice(max(0, rows.start - margin), rows.stop + margin),
        slice(max(0, columns.start - margin), columns.stop + margin),
    )


def _calmed(ground: NDArray[np.float32], contrast: float) -> NDArray[np.float32]:
    """The ground with less of its own contrast where it would hide a mark of this contrast."""
    uneven = float((ground @ LUMA).std())
    if uneven * _CLEAR <= contrast:
        return ground
    mean = ground.mean(axis=(0, 1))
    return np.asarray(mean + (ground - mean) * np.float32(contrast / (uneven * _CLEAR)))
