"""Class names beside what was found, as many as can be read.

Tags hide neither each other nor, where there is room, other things. Where they are too many, each
class still has one; colours tell the rest.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from engine.tasks.drawing import Rgb, class_colour, font, short_name

SMALLEST_PX, PHOTO_A_LINE = 11, 70
"""Height of the text in px, and how many times it goes into the longer side of a large photo."""

MOST_HIDDEN = 0.25
"""Share of a tag that may lie on other things."""

_LIGHT, _DARK, _BRIGHT = (255, 255, 255), (0, 0, 0), 140
_PAD_PX = 2

Frames = NDArray[np.floating]
"""(n, 4): left, top, right, bottom in px."""


def draw_names(
    drawn: Rgb,
    things: Frames,
    classes: Sequence[int],
    class_names: Sequence[str],
    texts: Sequence[str] | None = None,
) -> Rgb:
    """A copy of a picture (H, W, 3) with the class of each thing beside it.

    Args:
        things: what they cover, the most important first.
        classes: the index of each one's class.
        class_names: in the order of the recipe.
        texts: what stands beside each thing instead of the name of its class.
    """
    height, width = drawn.shape[:2]
    picture = Image.fromarray(drawn)
    draw = ImageDraw.Draw(picture)
    letters = font(max(SMALLEST_PX, max(height, width) // PHOTO_A_LINE))
    said = list(texts) if texts is not None else [class_names[index] for index in classes]
    tags, named = np.empty((0, 4)), set[str]()
    for number, index in enumerate(classes):
        text = short_name(said[number])
        size = _size(draw.textbbox((0, 0), text, letters))
        places = _places(things[number], size, (width, height))
        places = places[_shared_px(places, tags).sum(axis=1) == 0]
        if not len(places):
            continue
        hidden = _shared_px(places, things).sum(axis=1) / np.prod(size)
        best = int(np.argmin(hidden))
        if hidden[best] > MOST_HIDDEN and text in named:
            continue
        named.add(text)
        tags = np.concatenate([tags, places[best : best + 1]])
        left, top, right, bottom = places[best].tolist()
        colour = class_colour(index)
        draw.rectangle((left, top, right - 1, bottom - 1), fill=colour)
        ink = _DARK if np.dot(colour, (0.3, 0.6, 0.1)) > _BRIGHT else _LIGHT
        draw.text((left + _PAD_PX, top + _PAD_PX), text, ink, letters, anchor="lt")
    return np.asarray(picture, dtype=np.uint8)


def _size(ends: tuple[float, float, float, float]) -> tuple[int, int]:
    """Width and height of a tag in px, for what its text covers."""
    left, top, right, bottom = ends
    return int(right - left) + 2 * _PAD_PX + 1, int(bottom - top) + 2 * _PAD_PX + 1


def _places(thing: NDArray[np.float64], size_wh: tuple[int, int], photo: tuple[int, int]) -> Frames:
    """Where a tag may stand: above a thing, below, to the right, to the left; within the photo."""
    left, top, right, bottom = thing.tolist()
    width, height = size_wh
    starts = np.rint(
        [(left, top - height - 2), (left, bottom + 2), (right + 2, top), (left - width - 2, top)]
    )
    free = np.array(photo) - size_wh
    if (free < 0).any():
        return np.empty((0, 4))
    starts = np.clip(starts, 0, free)
    return np.concatenate([starts, starts + size_wh], axis=1)


def _shared_px(first: Frames, second: Frames) -> NDArray[np.float64]:
    """The areas that frames (n, 4) and (m, 4) have in common, (n, m)."""
    low = np.maximum(first[:, None, :2], second[None, :, :2])
    high = np.minimum(first[:, None, 2:], second[None, :, 2:])
    return np.asarray(np.prod(np.maximum(high - low, 0), axis=2))
