"""Words in outline fonts that matplotlib and Pillow ship: for artwork, and for plain printing.

Masks are float32, 0 to 1, cut to the ink. Lengths are px of a mask.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import cv2
import matplotlib as mpl
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from examples.relief import Array, single

FILES = {
    "sans": "DejaVuSans.ttf",
    "bold": "DejaVuSans-Bold.ttf",
    "slanted": "DejaVuSans-BoldOblique.ttf",
    "mono": "DejaVuSansMono.ttf",
    "mono_bold": "DejaVuSansMono-Bold.ttf",
    "serif": "DejaVuSerif-Bold.ttf",
    "roman": "STIXGeneralBol.ttf",
    "italic": "STIXGeneralBolIta.ttf",
    "grotesque": "cmss10.ttf",
    "aileron": "",  # the font inside Pillow
}
"""Fonts by the names that this example has for them."""


@cache
def _font(name: str, size: int) -> ImageFont.FreeTypeFont:
    if not FILES[name]:
        font = ImageFont.load_default(size)
        if not isinstance(font, ImageFont.FreeTypeFont):
            raise RuntimeError("Pillow was built without FreeType; install a wheel of Pillow")
        return font
    path = Path(mpl.get_data_path()) / "fonts" / "ttf" / FILES[name]
    return ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.BASIC)


@cache
def _size(name: str, capital: float) -> int:
    """Size of the font at which a capital is so many px high."""
    _, top, _, bottom = _font(name, 400).getbbox("H")
    return max(4, round(400 * capital / (bottom - top)))


def lettering(
    text: str, font: str, capital: float, stretch: float = 1.0, tracking: float = 0.0
) -> Array:
    """One line of text.

    Args:
        text: what it says.
        font: a name of `FILES`.
        capital: height of a capital, px.
        stretch: width against the font's own.
        tracking: extra room after each letter, in heights of a capital.
    """
    drawn = _font(font, _size(font, capital))
    room = 3 * int(capital)
    ends = np.cumsum([drawn.getlength(letter) + tracking * capital for letter in text])
    canvas = Image.new("L", (int(ends[-1]) + 2 * room, 3 * room), 0)
    pen = ImageDraw.Draw(canvas)
    for letter, at in zip(text, (0.0, *ends.tolist()), strict=False):
        pen.text((room + at, room), letter, fill=255, font=drawn)
    mask = single(np.asarray(canvas) / 255)
    if stretch != 1.0:
        wide = max(1, round(mask.shape[1] * stretch))
        mask = single(cv2.resize(mask, (wide, mask.shape[0]), interpolation=cv2.INTER_AREA))
    return cut_to_ink(mask)


def cut_to_ink(mask: Array) -> Array:
    """Without the empty rows and columns around the ink."""
    rows, columns = np.nonzero(mask > 0.3)
    return mask[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
