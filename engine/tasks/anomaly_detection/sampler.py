"""Patches of good photos, most of them with drawn defects: what `synthetic_defects` learns from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.data.cache import ArrayCache, default_limit_bytes
from engine.data.intensity import to_unit
from engine.records import IGNORE
from engine.tasks.anomaly_detection.defects.draw import draw_defects
from engine.tasks.anomaly_detection.pyramid import shrunk, thinned
from engine.tasks.augment import (
    Augmentation,
    FloatImage,
    LabelMap,
    relight,
    resample,
    sampling_matrix,
)

DRAWN_SHARE = 0.85
"""Of the patches get defects; the others show that nothing has to be found."""

BAND = 1
"""What the edge band is in the label map of a good photo, where it is not ignored."""

BEYOND = 0.25
"""Of a patch may lie beyond the photo: with none of it the very border would hardly ever be seen
and look odd."""


@dataclass(frozen=True, slots=True)
class Level:
    """The photos at one size.

    Attributes:
        image: a photo by index, (H, W) or (H, W, 3) uint8 or uint16.
        places: its map (H, W) of 0, `IGNORE`, and `BAND` in the edge band. Nothing is learnt of
            ignored pixels. What a good edge looks like is learnt, or it would look anomalous, and
            what lies next to it as well; what is drawn there is not.
    """

    image: Callable[[int], NDArray[Any]]
    places: Callable[[int], LabelMap]

    def shrunk(self, scale: float) -> Level:
        """The photos with their sides times `scale`, made once as long as memory allows.

        Patches are cut from a photo that is smaller already, so that those of every size are
        interpolated alike, once.
        """
        if scale == 1.0:
            return self
        limit = round(default_limit_bytes() * scale**2)
        image = ArrayCache(lambda index: shrunk(self.image(index), scale), limit)
        return Level(image, ArrayCache(lambda index: thinned(self.places(index), scale), limit))


@dataclass(frozen=True, slots=True)
class GoodSampler:
    """Draws training patches; what it draws depends on the seed, the step and the place alone.

    Attributes:
        levels: the photos at each size that patches are cut at, one as often as another.
        objects: the photos of each object, by index.
        patch_hw: size of a patch in px, at whatever level.
    """

    levels: Sequence[Level]
    objects: Sequence[Sequence[int]]
    augmentation: Augmentation
    white_16_bit: float
    patch_hw: tuple[int, int]
    seed: int

    def draw(self, step: int, position: int) -> tuple[FloatImage, LabelMap]:
        """A patch (h, w, 3) in 0…1, and its label map (h, w): 1 where a defect is drawn.

        What defects show of other parts comes from a second patch, drawn like the first: of another
        object most often, of the same photo at times.
        """
        rng = np.random.default_rng([self.seed, step, position])
        level = self.levels[int(rng.integers(len(self.levels)))]
        patch, places = self._cut(level, rng)
        labels = np.where(places == IGNORE, places, 0)
        if rng.random() < DRAWN_SHARE:
            donor, _ = self._cut(level, rng)
            patch, drawn = draw_defects(patch, donor, rng)
            unknown = (places == IGNORE) | ((places == BAND) & (drawn != 0))
            labels = np.where(unknown, np.uint8(IGNORE), drawn)
        return relight(patch, self.augmentation, rng), labels

    def _cut(self, level: Level, rng: np.random.Generator) -> tuple[FloatImage, LabelMap]:
        own = self.objects[int(rng.integers(len(self.objects)))]
        index = own[int(rng.integers(len(own)))]
        image, places = level.image(index), level.places(index)
        height, width = self.patch_hw
        center = _middle(image.shape[1], width, rng), _middle(image.shape[0], height, rng)
        matrix = sampling_matrix(center, self.patch_hw, self.augmentation, rng)
        patch, own_places = resample(image, places, matrix, self.patch_hw)
        return to_unit(patch, self.white_16_bit), own_places


def _middle(length: int, side: int, rng: np.random.Generator) -> float:
    """Where a patch of `side` px may have its middle on a photo of `length` px."""
    if length <= side:
        return (length - 1) / 2
    within = side * (0.5 - BEYOND)
    return float(rng.uniform(within, length - within)) - 0.5
