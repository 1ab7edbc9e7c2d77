"""Colours that a pen may have had: those that stand alone, black, white, and single tones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from engine.audit.photos.scene import Scene, around

_TOLERANCE, _EXTREME_TOLERANCE, _TONE_TOLERANCE = 20, 14, 8
_MOST_PEAKS, _MOST_TONES = 4, 3
_LEAST_ISOLATION = 0.1


@dataclass(frozen=True, slots=True)
class Pen:
    """A colour that a pen may have had; `bin` is its place in the histogram of 32³ colours."""

    colour: tuple[int, int, int]
    tolerance: int
    bin: tuple[int, int, int]
    extreme: bool = False
    tone: bool = False


def likely_pens(scene: Scene) -> Iterator[Pen]:
    """The few colours of a photo that stand alone most, with black, white and single tones."""
    isolation = scene.isolation.copy()
    for _ in range(_MOST_PEAKS):
        place = tuple(int(i) for i in np.unravel_index(int(isolation.argmax()), isolation.shape))
        if isolation[place] < _LEAST_ISOLATION or scene.peaks[place] < 12:
            break
        around(isolation, place, 2)[...] = 0
        cube = around(scene.thin_colours, place, 1)
        offset = np.unravel_index(int(cube.argmax()), cube.shape)
        red, green, blue = (
            8 * (max(0, each - 1) + int(more)) + 4 for each, more in zip(place, offset, strict=True)
        )
        yield Pen((red, green, blue), _TOLERANCE, (place[0], place[1], place[2]))
    tones = [(0, True), (255, True)]
    if scene.photo.ndim == 2 or scene.common[4] < 0.002:
        left = scene.tones.copy()
        left[:8] = left[-8:] = 0
        for _ in range(_MOST_TONES):
            tone = int(left.argmax())
            if left[tone] >= _LEAST_ISOLATION:
                tones.append((tone, False))
            left[max(0, tone - 6) : tone + 7] = 0
    for tone, extreme in tones:
        place = (tone >> 3,) * 3
        if scene.peaks[place] >= 12:
            tolerance = _EXTREME_TOLERANCE if extreme else _TONE_TOLERANCE
            yield Pen((tone,) * 3, tolerance, place, extreme, not extreme)
