"""Drawn training lines: texts that a field could hold, on grounds that training photos gave.

Only training photos are asked for grounds. A field without a pattern holds texts of any length, so
theirs are as long as its training texts are, or a character longer or shorter.
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
from engine.recipe.units import Length
from engine.tasks.ocr.lettering.cleared import ground_from_line
from engine.tasks.ocr.lettering.ground import Ground, ground_from_photo
from engine.tasks.ocr.lettering.ink import Ink
from engine.tasks.ocr.lettering.line import draw_line, line_size
from engine.tasks.ocr.lettering.style import draw_text, drawable
from engine.tasks.ocr.lines import Line
from engine.tasks.ocr.options import columns_needed, seen_in
from engine.tasks.ocr.window import sides
from engine.text.automaton import Automaton
from engine.text.field import TextField

MOST_GROUNDS = 2000
"""Lines whose ground is remembered."""

LEAST_PX = 8
"""Height of a drawn line, however low its model is."""

TRIES = 20
"""Texts that are drawn up before a line is given up: some fields hold little that can be told."""

Drawn = tuple[NDArray[np.uint8], NDArray[np.float32], str]


@dataclass(frozen=True, slots=True)
class DrawnField:
    """What is drawn of one field.

    Attributes:
        automaton: the texts; characters that no style of lettering has are left out.
        lengths: of its training texts, which drawn ones follow; none where a pattern says how
            long they are.
        longest: most characters of a text.
        columns: of a line, see `columns_needed`.
    """

    automaton: Automaton
    lengths: tuple[int, ...]
    longest: int
    columns: int

    def text(self, rng: np.random.Generator) -> str | None:
        """A text of the field that can be seen and told; None where a few tries find none."""
        for _ in range(TRIES):
            text = self._any_text(rng)
            if text.strip() and columns_needed(text) <= self.columns:
                return text
        return None

    def _any_text(self, rng: np.random.Generator) -> str:
        if not self.lengths:
            return self.automaton.draw(rng, self.longest)
        length = self.lengths[rng.integers(len(self.lengths))] + int(rng.integers(-1, 2))
        alphabet = self.automaton.alphabet
        places = rng.integers(len(alphabet), size=min(max(length, 1), self.longest))
        # Blanks at the ends cannot be seen, nor two be told from one.
        return " ".join("".join(alphabet[place] for place in places).split())


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
        text = self.fields[rng.integers(len(self.fields))].text(rng)
        if text is None:
            return None
        # Where a photo is a line, its label leaves out the gaps that it shows between groups.
        ink = draw_text(text, rng, groups=not self.located)
        line = draw_line(ink, self._ground(ink, rng), rng)
        height, width = line.shape[:2]
        inset = self._inset_px(height)
        left, top, right, bottom = inset, inset, width - inset, height - inset
        corners = [(left, top), (right, top), (right, bottom), (left, bottom)]
        return line, np.array(corners, np.float32), text

    def _ground(self, ink: Ink, rng: np.random.Generator) -> Ground:
        number = int(rng.integers(len(self.lines)))
        if not self.located:
            return self.cleared(number)
        model = self.lines[number]
        photo = self._eight_bits(self.photos(model.photo))
        _, height = sides(model.corners)
        size_hw = line_size(ink, max(LEAST_PX, round(height)))
        found = ground_from_photo(photo, self.boxes[model.photo], size_hw, rng)
        return found or _plain(photo, size_hw)

    def _inset_px(self, height: int) -> float:
        """How far the text's box lies within the picture, so that its padding is all of it."""
        if self.padding.unit == "%":
            share = self.padding.value / 100
            return height * share / (1 + 2 * share)
        return min(self.padding.value, height / 3)

    def _eight_bits(self, photo: NDArray[Any]) -> NDArray[np.uint8]:
        return _eight_bits(photo, self.white_16_bit)


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


def drawn_fields(
    fields: Sequence[TextField], lines: Sequence[Line], longest: int, columns: int
) -> tuple[tuple[DrawnField, ...], str]:
    """The fields that can be drawn, and the characters that no style of lettering has, sorted.

    Args:
        longest: most characters of a text.
        columns: of a line.
    """
    found: list[DrawnField] = []
    lacking: set[str] = set()
    for index, field in enumerate(fields):
        seen = seen_in(lines, index)
        if not (seen or field.characters or field.pattern):
            continue
        automaton = field.automaton(seen)
        able = drawable(automaton.alphabet)
        lacking.update(set(automaton.alphabet) - set(able))
        if not able.strip():
            continue
        lengths = tuple(len(line.text) for line in lines if line.class_index == index)
        try:
            own = automaton.on(able) if len(able) < len(automaton.alphabet) else automaton
        except ValueError:
            continue  # the pattern names a character that cannot be drawn
        if own.shortest <= longest:
            found.append(DrawnField(own, () if field.pattern else lengths, longest, columns))
    return tuple(found), "".join(sorted(lacking))
