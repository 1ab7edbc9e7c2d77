"""Which lines training sees: real ones, balanced over fields and objects, and drawn ones.

Of a real line the class is drawn first, then one of the objects that show it, then one of its
lines, so that rare fields and parts photographed once weigh as much as others. A drawn line holds
a text that the field could hold, on a ground that a training photo gave.

A line is never cut out exactly as it was annotated: its corners move, as those of a located field
will lie a little off. What moves too far would cut characters that the text still names, so they
move by shares of the line's height.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.data.intensity import to_unit
from engine.tasks.augment import Augmentation, FloatImage, relight
from engine.tasks.ocr.line_size import FRAME_PX
from engine.tasks.ocr.lines import Line
from engine.tasks.ocr.loss import NOTHING
from engine.tasks.ocr.places import LOOSE, places_of
from engine.tasks.ocr.synthesis import Synthesis
from engine.tasks.ocr.upright import turned
from engine.tasks.ocr.window import Window, sides

CORNER_SHARE = 0.3
"""Spread of each corner for itself, in heights of the line, as a share of `augment.scale`."""

LOST_AT_END = 0.2
"""What making a line shorter takes off an end, and turning it lifts an end by, at most, in heights
of the line: whatever `augment` says, a long line keeps its first and its last character."""

SAME_TURNED = frozenset("0689OIHNSXZilosxz|-.:/ ")
"""Characters that are characters upside down as well: texts of nothing else have no way up."""

TURNED_SHARE = 0.1
"""Share of the lines that are shown upside down where fields are located: they say nothing, so that
a located line that is read both ways is read the right one."""

Drawn = tuple[FloatImage, NDArray[np.int32], NDArray[np.float32]]
"""A line, its characters (see `engine.tasks.ocr.loss`), and their places."""

Groups = tuple[tuple[tuple[int, ...], ...], ...]


def group(lines: Sequence[Line], objects: Sequence[str], class_count: int) -> Groups:
    """Numbers of the lines, by class and then by object; classes without a line are left out."""
    found: list[dict[str, list[int]]] = [{} for _ in range(class_count)]
    for number, line in enumerate(lines):
        found[line.class_index].setdefault(objects[line.photo], []).append(number)
    return tuple(tuple(tuple(own) for own in by.values()) for by in found if by)


@dataclass(frozen=True, slots=True)
class LineSampler:
    """Draws training lines; every line is a pure function of (seed, step, position).

    Attributes:
        photos: gives the region of interest of photo `i`, (H, W) or (H, W, 3), uint8 or uint16.
        lines: of all training photos.
        groups: their numbers, see `group`.
        window: how a line is cut out.
        moves: the random changes of a line's place and size, and of its light.
        synthesis: draws lines; None where none are drawn.
        share: of the lines that are drawn.
        white_16_bit: white level of 16-bit photos.
        alphabet: the characters that the reader knows.
        longest: most characters of a text.
        tight: whether lines are annotated with boxes around them; else each photo is a line, and
            may show more than that.
    """

    photos: Callable[[int], NDArray[Any]]
    lines: Sequence[Line]
    groups: Groups
    window: Window
    moves: Augmentation
    synthesis: Synthesis | None
    share: float
    white_16_bit: float
    alphabet: str
    longest: int
    tight: bool
    seed: int

    def draw(self, step: int, position: int) -> Drawn:
        """One line (H, W, 3) in 0…1, its characters (longest,) and their places (longest, 2)."""
        return self.line(np.random.default_rng([self.seed, step, position]))

    def draw_many(self, step: int, position: int, count: int) -> Drawn:
        """`count` lines, with one axis more in front."""
        drawn = [
            self.line(np.random.default_rng([self.seed, step, position, 1 + number]))
            for number in range(count)
        ]
        lines, texts, places = (np.stack(each) for each in zip(*drawn, strict=True))
        return lines, texts, places

    def line(self, rng: np.random.Generator) -> Drawn:
        """A line, its characters, and about where they stand."""
        photo, corners, text = self._choose(rng)
        if self.tight and not SAME_TURNED.issuperset(text) and rng.random() < TURNED_SHARE:
            corners, text = turned(corners), ""
        moved = move(self.window.padded(corners), self.moves, rng)
        cut = to_unit(self.window.cut(photo, moved), self.white_16_bit)
        places = self._places(len(text), corners, moved)
        return relight(cut, self.moves, rng), self._labels(text), places

    def _places(
        self, length: int, corners: NDArray[np.float32], moved: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        """Places of the characters of a text on the line that is cut out at `moved`."""
        shares = np.arange(length + 1, dtype=np.float32) / max(length, 1)
        bounds = self.window.along_px(moved, corners, shares) / FRAME_PX
        return places_of(bounds, 0.0 if self.tight else LOOSE, self.longest)

    def _choose(self, rng: np.random.Generator) -> tuple[NDArray[Any], NDArray[np.float32], str]:
        """A picture, where on it the line lies, and what is written there."""
        if self.synthesis is not None and rng.random() < self.share:
            drawn = self.synthesis.draw(rng)
            if drawn is not None:
                return drawn
        by_object = self.groups[rng.integers(len(self.groups))]
        own = by_object[rng.integers(len(by_object))]
        line = self.lines[own[rng.integers(len(own))]]
        return self.photos(line.photo), line.corners, line.text

    def _labels(self, text: str) -> NDArray[np.int32]:
        labels = np.full(self.longest, NOTHING, np.int32)
        labels[: len(text)] = [self.alphabet.index(character) for character in text]
        return labels


def move(
    corners: NDArray[np.float32], moves: Augmentation, rng: np.random.Generator
) -> NDArray[np.float32]:
    """Corners (4, 2) of a line as a locator or an annotator might have put them.

    The line is turned by up to `rotate_deg`, moved by up to `shift` of its height, made longer or
    shorter and higher or lower by up to `scale`, slanted, and each corner is moved by itself; see
    `LOST_AT_END`.
    """
    width, height = sides(corners)
    middle = corners.mean(axis=0)
    along = (corners[1] + corners[2] - corners[0] - corners[3]) / max(2 * width, 1e-6)
    down = (corners[3] + corners[2] - corners[0] - corners[1]) / max(2 * height, 1e-6)
    grow = np.exp(rng.uniform(-1.0, 1.0, 2) * np.log1p(moves.scale))
    slant = rng.uniform(-1.0, 1.0) * moves.scale * height / 2
    shift = rng.uniform(-1.0, 1.0, 2) * moves.shift * height
    spread = rng.normal(0.0, 1.0, (4, 2)) * CORNER_SHARE * moves.scale * height
    lost = LOST_AT_END * height
    most = min(np.deg2rad(moves.rotate_deg), np.arctan2(lost, width / 2))
    turn = rng.uniform(-most, most)
    x = np.array([-1.0, 1.0, 1.0, -1.0]) * max(width / 2 * grow[0], width / 2 - lost)
    y = np.array([-1.0, -1.0, 1.0, 1.0]) * (height / 2) * grow[1]
    x = x + np.array([1.0, 1.0, -1.0, -1.0]) * slant
    cosine, sine = np.cos(turn), np.sin(turn)
    x, y = x * cosine - y * sine, x * sine + y * cosine
    places = np.stack([x, y], axis=1) + shift + spread
    return np.asarray(middle + places[:, :1] * along + places[:, 1:] * down, np.float32)
