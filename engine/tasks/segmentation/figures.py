"""Pictures of what the model saw: photo, truth and prediction side by side.

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

from engine.records import IGNORE

Rgb = NDArray[np.uint8]

CLASS_COLOURS: tuple[tuple[int, int, int], ...] = (
    (230, 159, 0),
    (86, 180, 233),
    (204, 121, 167),
    (240, 228, 66),
    (0, 158, 115),
    (213, 94, 0),
    (0, 114, 178),
)

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


def draw_label_map(photo: NDArray[np.generic], label_map: NDArray[np.uint8]) -> Rgb:
    """The photo (H, W, 3) with each class tinted and outlined, and ignored pixels hatched.

    Outlines run outside of a region, so that a scratch of 1 px width stays visible.
    """
    drawn = to_rgb(photo).copy()
    rows, columns = np.nonzero(label_map == IGNORE)
    stripe = (rows + columns) % 8 < 3
    drawn[rows[stripe], columns[stripe]] = (150, 150, 150)
    for value in np.unique(label_map):
        if value in (0, IGNORE):
            continue
        colour = np.array(class_colour(int(value) - 1), dtype=np.float32)
        mask = label_map == value
        drawn[mask] = np.rint(0.45 * drawn[mask] + 0.55 * colour).astype(np.uint8)
        around = cv2.dilate(mask.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
        near = cv2.dilate(mask.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
        drawn[around & ~near & (label_map == 0)] = colour.astype(np.uint8)
    return drawn


def overlay(
    image: NDArray[np.generic],
    truth: NDArray[np.uint8],
    prediction: NDArray[np.uint8],
    class_names: Sequence[str],
) -> Rgb:
    """Photo, truth and prediction side by side, with titles and a legend; (H', W', 3).

    Args:
        image: (H, W) or (H, W, 3), uint8 or uint16. Cut large photos with `crop_around` first.
        truth, prediction: (H, W) label maps.
        class_names: in the order of the recipe.
    """
    panels = [
        _fit(panel)
        for panel in (
            to_rgb(image),
            draw_label_map(image, truth),
            draw_label_map(image, prediction),
        )
    ]
    height, width = panels[0].shape[:2]
    wide = 3 * width + 2 * _GAP_PX
    legend = _lay_out_legend(_shown_classes(truth, prediction, class_names), wide)
    lines = 1 + max((place.line for place in legend), default=-1)
    sheet = np.full((height + (1 + lines) * _LINE_PX, wide, 3), _PAPER, dtype=np.uint8)
    for position, panel in enumerate(panels):
        left = position * (width + _GAP_PX)
        sheet[_LINE_PX : _LINE_PX + height, left : left + width] = panel
    picture = Image.fromarray(sheet)
    draw = ImageDraw.Draw(picture)
    for position, title in enumerate(("photo", "truth", "prediction")):
        draw.text((position * (width + _GAP_PX), 3), title, _INK, _font())
    for place in legend:
        top = height + (1 + place.line) * _LINE_PX + 4
        square = (place.left, top + 2, place.left + 12, top + 14)
        draw.rectangle(square, fill=place.colour, outline=_INK)
        draw.text((place.left + 18, top), place.text, _INK, _font())
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


def _fit(panel: Rgb) -> Rgb:
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


def _shown_classes(
    truth: NDArray[np.uint8], prediction: NDArray[np.uint8], class_names: Sequence[str]
) -> list[tuple[str, tuple[int, int, int]]]:
    """Name and colour of what is to be seen in truth or prediction."""
    values = {int(value) for value in np.union1d(truth, prediction)}
    shown = [
        (short_name(name), class_colour(index))
        for index, name in enumerate(class_names)
        if index + 1 in values
    ]
    return [*shown, ("ignored", (150, 150, 150))] if IGNORE in values else shown


def _lay_out_legend(
    entries: Sequence[tuple[str, tuple[int, int, int]]], width: int
) -> list[_Place]:
    """The entries from left to right, on as many lines as a picture of `width` px needs."""
    places: list[_Place] = []
    left = line = 0
    for text, colour in entries:
        needed = 18 + int(_font().getlength(text)) + 14
        if left and left + needed > width:
            left, line = 0, line + 1
        places.append(_Place(text, colour, left, line))
        left += needed
    return places


@lru_cache(maxsize=1)
def _font() -> ImageFont.FreeTypeFont:
    # matplotlib ships a font with most alphabets; OpenCV's own draws ASCII alone.
    path = Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"
    return ImageFont.truetype(str(path), _TEXT_PX)
