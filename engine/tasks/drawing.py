"""What pictures of all tasks are made of: colours, panels side by side, a legend.

Colours are those of Okabe and Ito (*Color Universal Design*, 2008), which people with any
kind of colour vision can tell apart; from the eighth class on they repeat.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import cv2
import matplotlib
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

Rgb = NDArray[np.uint8]
LegendEntry = tuple[str, tuple[int, int, int]]

CLASS_COLOURS: tuple[tuple[int, int, int], ...] = (
    (230, 159, 0),
    (86, 180, 233),
    (204, 121, 167),
    (240, 228, 66),
    (0, 158, 115),
    (213, 94, 0),
    (0, 114, 178),
)

IGNORED_COLOUR = (150, 150, 150)

PANEL_PX = 384
"""Longer side of a panel; smaller photos are enlarged by whole numbers, larger ones shrunk."""

_PAPER, _INK = (255, 255, 255), (40, 48, 60)
_GAP_PX, _LINE_PX, _TEXT_PX = 6, 22, 13


def class_colour(class_index: int) -> tuple[int, int, int]:
    """The colour of a class, red, green, blue."""
    return CLASS_COLOURS[class_index % len(CLASS_COLOURS)]


def short_name(name: str, most: int = 24) -> str:
    """A name cut to at most `most` characters."""
    return name if len(name) <= most else name[: most - 1] + "…"


def to_rgb(photo: NDArray[np.generic]) -> Rgb:
    """A photo (H, W) or (H, W, 3), uint8 or uint16, as 8-bit RGB to look at.

    A 16-bit photo is stretched so that its brightest pixel is white: cameras with 12 bits
    would look black otherwise.
    """
    pixels = np.asarray(photo)
    if pixels.dtype != np.uint8:
        white = max(float(pixels.max(initial=0)), 1.0)
        pixels = np.rint(pixels.astype(np.float32) * (255.0 / white)).astype(np.uint8)
    if pixels.ndim == 2:
        pixels = np.repeat(pixels[:, :, None], 3, axis=2)
    return np.ascontiguousarray(pixels, dtype=np.uint8)


def side_by_side(panels: Sequence[tuple[str, Rgb]], legend: Sequence[LegendEntry]) -> Rgb:
    """Panels of one size with a title each, and the legend below them; (H', W', 3).

    Args:
        panels: (title, picture); at least one. Cut large photos with `crop_around` first.
        legend: (text, colour) of what is to be seen.
    """
    fitted = [fit_panel(panel) for _, panel in panels]
    height, width = fitted[0].shape[:2]
    wide = len(panels) * (width + _GAP_PX) - _GAP_PX
    places = _lay_out_legend(legend, wide)
    lines = 1 + max((place.line for place in places), default=-1)
    sheet = np.full((height + (1 + lines) * _LINE_PX, wide, 3), _PAPER, dtype=np.uint8)
    for position, panel in enumerate(fitted):
        left = position * (width + _GAP_PX)
        sheet[_LINE_PX : _LINE_PX + height, left : left + width] = panel
    picture = Image.fromarray(sheet)
    draw = ImageDraw.Draw(picture)
    for position, (title, _) in enumerate(panels):
        draw.text((position * (width + _GAP_PX), 3), title, _INK, font())
    for place in places:
        top = height + (1 + place.line) * _LINE_PX + 4
        square = (place.left, top + 2, place.left + 12, top + 14)
        draw.rectangle(square, fill=place.colour, outline=_INK)
        draw.text((place.left + 18, top), place.text, _INK, font())
    return np.asarray(picture, dtype=np.uint8)


def crop_around(
    bbox_xywh: tuple[int, int, int, int], size_hw: tuple[int, int], least_px: int = PANEL_PX
) -> tuple[slice, slice]:
    """The rows and columns to show of a large photo: the box, with some context around it.

    Args:
        bbox_xywh: what must be seen, in px.
        size_hw: height and width of the photo.
        least_px: side of the cut at least, as far as the photo allows.
    """
    x, y, w, h = bbox_xywh
    slices = []
    for start, extent, length in ((y, h, size_hw[0]), (x, w, size_hw[1])):
        side = min(length, max(least_px, extent + extent // 2))
        first = int(np.clip(start + extent // 2 - side // 2, 0, length - side))
        slices.append(slice(first, first + side))
    return slices[0], slices[1]


def encode_jpeg(picture: Rgb, quality: int = 88) -> bytes:
    """A picture as JPEG; colours are kept at full resolution, or outlines of 1 px would blur."""
    flags = [
        cv2.IMWRITE_JPEG_QUALITY,
        quality,
        cv2.IMWRITE_JPEG_SAMPLING_FACTOR,
        cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444,
    ]
    _, data = cv2.imencode(".jpg", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR), flags)
    return data.tobytes()


def fit_panel(panel: Rgb) -> Rgb:
    """A picture (H, W, 3) at the size of a panel; one that has that size stays as it is.

    What has thin lines is drawn after this: shrunk with the photo they would lose their colour.
    """
    height, width = panel.shape[:2]
    longer = max(height, width)
    if longer > PANEL_PX:
        scale = PANEL_PX / longer
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        return np.asarray(cv2.resize(panel, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    times = max(1, PANEL_PX // longer)
    return np.repeat(np.repeat(panel, times, axis=0), times, axis=1)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an entry of the legend stands: px from the left, and its line from 0."""

    text: str
    colour: tuple[int, int, int]
    left: int
    line: int


def _lay_out_legend(entries: Sequence[LegendEntry], width: int) -> list[_Place]:
    """The entries from left to right, on as many lines as a picture of `width` px needs."""
    places: list[_Place] = []
    left = line = 0
    for text, colour in entries:
        needed = 18 + int(font().getlength(text)) + 14
        if left and left + needed > width:
            left, line = 0, line + 1
        places.append(_Place(text, colour, left, line))
        left += needed
    return places


@lru_cache(maxsize=8)
def font(size_px: int = _TEXT_PX) -> ImageFont.FreeTypeFont:
    """The font of all pictures; matplotlib ships it, with most alphabets, and OpenCV has ASCII."""
    path = Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"
    return ImageFont.truetype(str(path), size_px)
