"""Typefaces that the project's dependencies ship, and their characters as glyphs.

matplotlib ships DejaVu, STIX and Computer Modern, Pillow the sans Aileron; OpenCV has faces of its
own (from version 5 on the sans Rubik, before that Hershey's strokes).
"""

from __future__ import annotations

import string
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import cv2
import matplotlib
import numpy as np
from matplotlib.ft2font import FT2Font
from PIL import Image, ImageDraw, ImageFont

from engine.lettering.ink import CAP_PX, Glyph, Mask, bounds

_ALPHABET = string.ascii_letters + string.digits
_LATIN = frozenset(_ALPHABET + " !#$%&()*+,-./:;<=>?@[]_'\"")
_OLD_TEX = frozenset(_ALPHABET + " !#%&()+,-./:;=?[]")
"""What Computer Modern has at the places of ASCII; elsewhere it has other characters there."""

_ROOM_PX = 2 * CAP_PX


@dataclass(frozen=True, slots=True)
class Face:
    """A typeface: a file of matplotlib's, `pillow`, or `opencv <face> <thickness>`.

    Attributes:
        weight: how often it is chosen, next to the others.
        heavy: whether its strokes are wide enough to be made narrower.
    """

    name: str
    weight: float
    heavy: bool = False


BROADEST = Face("DejaVuSans.ttf", 6.0)
"""The face with the most characters."""

FACES: tuple[Face, ...] = (
    BROADEST,
    Face("DejaVuSans-Bold.ttf", 8.0, heavy=True),
    Face("DejaVuSans-Oblique.ttf", 1.0),
    Face("DejaVuSans-BoldOblique.ttf", 1.0, heavy=True),
    Face("DejaVuSansMono.ttf", 6.0),
    Face("DejaVuSansMono-Bold.ttf", 7.0, heavy=True),
    Face("DejaVuSansMono-Oblique.ttf", 0.5),
    Face("DejaVuSansMono-BoldOblique.ttf", 0.5, heavy=True),
    Face("DejaVuSerif.ttf", 1.0),
    Face("DejaVuSerif-Bold.ttf", 1.5, heavy=True),
    Face("DejaVuSerif-Italic.ttf", 0.3),
    Face("DejaVuSerif-BoldItalic.ttf", 0.3, heavy=True),
    Face("STIXGeneral.ttf", 1.0),
    Face("STIXGeneralBol.ttf", 1.2, heavy=True),
    Face("STIXGeneralItalic.ttf", 0.3),
    Face("STIXGeneralBolIta.ttf", 0.3, heavy=True),
    Face("cmss10.ttf", 3.0),
    Face("cmtt10.ttf", 2.0),
    Face("cmb10.ttf", 0.5, heavy=True),
    Face("cmr10.ttf", 0.4),
    Face("cmti10.ttf", 0.2),
    Face("pillow", 8.0),
    Face("opencv 0 1", 5.0),
    Face("opencv 0 3", 4.0, heavy=True),
    Face("opencv 2 3", 2.0, heavy=True),
    Face("opencv 6 1", 0.5),
    Face("opencv 6 3", 0.5, heavy=True),
)


@lru_cache(maxsize=64)
def characters(name: str) -> frozenset[str]:
    """The characters that a face has."""
    if name == "pillow" or name.startswith("opencv"):
        return _LATIN
    if name.startswith("cm"):
        return _OLD_TEX
    return frozenset(map(chr, FT2Font(str(_path(name))).get_charmap()))


@lru_cache(maxsize=4096)
def glyph(name: str, character: str) -> Glyph:
    """A character of a face, with capitals `CAP_PX` high."""
    if name.startswith("opencv"):
        return _opencv_glyph(name, character)
    font = _font(name)
    left, top, right, bottom = map(round, font.getbbox(character, anchor="ls"))
    advance = float(font.getlength(character))
    if right <= left or bottom <= top:
        return Glyph(np.zeros((0, 0), np.uint8), 0, 0, advance)
    cell = Image.new("L", (right - left, bottom - top))
    ImageDraw.Draw(cell).text((-left, -top), character, fill=255, font=font, anchor="ls")
    mask = np.asarray(cell, dtype=np.uint8)
    x, y, width, height = bounds(mask)
    return Glyph(mask[y : y + height, x : x + width], left + x, -(top + y), advance)


def _opencv_glyph(name: str, character: str) -> Glyph:
    face, thickness = map(int, name.split()[1:])
    scale = 2.0 * CAP_PX / _opencv_cap_px(face, thickness)
    cell, (x, y, width, height) = _opencv_cell(character, face, thickness, scale)
    (advance, _), _ = cv2.getTextSize(character, face, scale, thickness)
    ink = np.ascontiguousarray(cell[y : y + height, x : x + width])
    return Glyph(ink, x - _ROOM_PX, _ROOM_PX - y, float(advance))


@lru_cache(maxsize=16)
def _opencv_cap_px(face: int, thickness: int) -> int:
    """How high a capital is at scale 2: no OpenCV tells."""
    return _opencv_cell("H", face, thickness, 2.0)[1][3]


def _opencv_cell(
    character: str, face: int, thickness: int, scale: float
) -> tuple[Mask, tuple[int, int, int, int]]:
    cell = np.zeros((2 * _ROOM_PX, 3 * _ROOM_PX), np.uint8)
    cv2.putText(cell, character, (_ROOM_PX, _ROOM_PX), face, scale, 255, thickness, cv2.LINE_AA)
    return cell, bounds(cell)


def _path(name: str) -> Path:
    return Path(matplotlib.get_data_path()) / "fonts" / "ttf" / name


@lru_cache(maxsize=64)
def _font(name: str) -> ImageFont.FreeTypeFont:
    """The font at the size that makes its capitals `CAP_PX` high."""
    trial = _sized(name, 200)
    _, top, _, bottom = trial.getbbox("H", anchor="ls")
    return _sized(name, 200 * CAP_PX / (bottom - top))


def _sized(name: str, size_px: float) -> ImageFont.FreeTypeFont:
    if name == "pillow":
        font = ImageFont.load_default(size_px)
        if isinstance(font, ImageFont.FreeTypeFont):
            return font
    return ImageFont.truetype(str(_path(name)), size_px, layout_engine=ImageFont.Layout.BASIC)
