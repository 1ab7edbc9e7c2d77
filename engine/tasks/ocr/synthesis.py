"""Drawn training lines: texts that a field could hold, on grounds that training photos gave.

Only training photos are asked for grounds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.data.intensity import in_8_bits, to_unit
from engine.lettering.cleared import ground_from_line
from engine.lettering.ground import Ground, ground_from_photo
from engine.lettering.ink import Ink
from engine.lettering.line import draw_line, line_size
from engine.lettering.style import draw_text
from engine.recipe.units import Length
from engine.tasks.ocr.drawn_texts import DrawnField
from engine.tasks.ocr.lines import Line
from engine.tasks.ocr.window import sides

MOST_GROUNDS = 2000
"""Lines whose ground is remembered."""

BARE_SHARE = 0.1
"""Share of the drawn lines that show no text, where fields are located: of what the locator takes
for a field and is none, nothing is to be read."""

LEAST_PX = 8
"""Height of a drawn line, however low its model is."""

Drawn = tuple[NDArray[np.uint8], NDArray[np.float32], str]


@dataclass(frozen=True, slots=True)
class Synthesis:
    """Draws lines.

    Attributes:
        fields: that can be drawn.
        photos: gives the region of interest of training photo `i`, see `LineSampler`.
        lines: of all training photos, by photo.
        boxes: corners (n, 4, 2) of all that is annotated on each, to be ignored or not.
        cleared: gives line `i`, where it is all of its photo, without its text.
        located: whether photos show more than a line.
        padding: around a line, see `Window`.
        white_16_bit: white level of 16-bit photos.
    """

    fields: tuple[DrawnField, ...]
    photos: Callable[[int], NDArray[Any]]
    lines: Sequence[Line]
    boxes: Sequence[NDArray[np.float32]]
    cleared: Callable[[int], Ground]
    located: bool
    padding: Length
    white_16_bit: float

    def draw(self, rng: np.random.Generator) -> Drawn | None:
        """A picture uint8 (h, w, 3), the corners of the line on it, and its text.

        None where no text was found that the reader could learn.
        """
        if self.located and rng.random() < BARE_SHARE:
            return self._bare(rng)
        text = self.fields[rng.integers(len(self.fields))].text(rng)
        if text is None:
            return None
        # Where a photo is a line, its label leaves out the gaps that it shows between groups.
        ink = draw_text(text, rng, groups=not self.located)
        line = draw_line(ink, self._ground(ink, rng), rng)
        return line, self._corners(line), text

    def _bare(self, rng: np.random.Generator) -> Drawn | None:
        """A place of a photo where no field is, of the size of one: there is nothing to read."""
        model = self.lines[int(rng.integers(len(self.lines)))]
        width, height = sides(model.corners)
        size_hw = max(LEAST_PX, round(height)), max(LEAST_PX, round(width))
        photo, boxes = self.photos(model.photo), self.boxes[model.photo]
        found = ground_from_photo(photo, boxes, size_hw, rng, self.white_16_bit)
        return None if found is None else (found.pixels, self._corners(found.pixels), "")

    def _corners(self, line: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Where the text's box lies on a drawn line (4, 2)."""
        height, width = line.shape[:2]
        inset = self._inset_px(height)
        left, top, right, bottom = inset, inset, width - inset, height - inset
        return np.array([(left, top), (right, top), (right, bottom), (left, bottom)], np.float32)

    def _ground(self, ink: Ink, rng: np.random.Generator) -> Ground:
        number = int(rng.integers(len(self.lines)))
        if not self.located:
            return self.cleared(number)
        model = self.lines[number]
        photo, boxes = self.photos(model.photo), self.boxes[model.photo]
        size_hw = line_size(ink, max(LEAST_PX, round(sides(model.corners)[1])))
        # The patch alone is brought to 8 bits: photos are large.
        found = ground_from_photo(photo, boxes, size_hw, rng, self.white_16_bit)
        return found or _plain(_eight_bits(photo, self.white_16_bit), size_hw)

    def _inset_px(self, height: int) -> float:
        """How far the text's box lies within the picture, so that its padding is all of it."""
        if self.padding.unit == "%":
            share = self.padding.value / 100
            return height * share / (1 + 2 * share)
        return min(self.padding.value, height / 3)


def clearing(
    photo: Callable[[int], NDArray[Any]], white_16_bit: float, height_px: int
) -> Callable[[int], Ground]:
    """A function from a photo's number to the photo without its text, found once and remembered.

    Args:
        photo: gives photo `i`, which is a line.
        white_16_bit: white level of 16-bit photos.
        height_px: that of lines as they are read; grounds are at most twice as high.
    """

    @lru_cache(maxsize=MOST_GROUNDS)
    def cleared(number: int) -> Ground:
        line = _eight_bits(photo(number), white_16_bit)
        scale = 2 * height_px / line.shape[0]
        if scale < 1:
            size = max(1, round(line.shape[1] * scale)), 2 * height_px
            line = np.asarray(cv2.resize(line, size, interpolation=cv2.INTER_AREA), np.uint8)
        return ground_from_line(line, np.random.default_rng(number))

    return cleared


def _eight_bits(photo: NDArray[Any], white_16_bit: float) -> NDArray[np.uint8]:
    if photo.dtype == np.uint8 and photo.ndim == 3:
        return photo
    return in_8_bits(to_unit(photo, white_16_bit))


def _plain(photo: NDArray[np.uint8], size_hw: tuple[int, int]) -> Ground:
    """The photo's own mean colour, where it has no free room."""
    return Ground(np.full((*size_hw, 3), photo.mean(axis=(0, 1)), np.uint8))
