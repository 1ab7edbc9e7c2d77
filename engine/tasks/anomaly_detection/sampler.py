"""Patches of good photos, most of them with drawn defects: what `synthetic_defects` learns from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.data.intensity import to_unit
from engine.records import IGNORE
from engine.tasks.anomaly_detection.defects.draw import draw_defects
from engine.tasks.anomaly_detection.pyramid import nearest, shrunk
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
class GoodSampler:
    """Draws training patches; what it draws depends on the seed, the step and the place alone.

    Attributes:
        image: a photo by index, as the network sees it.
        places: its map of 0, `IGNORE`, and `BAND` in the edge band. Nothing is learnt of ignored
            pixels. What a good edge looks like is learnt, or it would look anomalous, and what
            lies next to it as well; what is drawn there is not.
        objects: the photos of each object, by index.
        patch_hw: size of a patch in px.
        scales: that patches are shown at, each as often as the others. At a half a patch shows
            twice as much of the photo either way.
    """

    image: Callable[[int], NDArray[Any]]
    places: Callable[[int], LabelMap]
    objects: Sequence[Sequence[int]]
    augmentation: Augmentation
    white_16_bit: float
    patch_hw: tuple[int, int]
    scales: Sequence[float]
    seed: int

    def draw(self, step: int, position: int) -> tuple[FloatImage, LabelMap]:
        """A patch (h, w, 3) in 0…1, and its label map (h, w): 1 where a defect is drawn.

        What defects show of other parts comes from a second patch, drawn like the first: of another
        object most often, of the same photo at times.
        """
        rng = np.random.default_rng([self.seed, step, position])
        scale = float(rng.choice(self.scales))
        patch, places = self._cut(scale, rng)
        labels = np.where(places == IGNORE, places, 0)
        if rng.random() < DRAWN_SHARE:
            donor, _ = self._cut(scale, rng)
            patch, drawn = draw_defects(patch, donor, rng)
            unknown = (places == IGNORE) | ((places == BAND) & (drawn != 0))
            labels = np.where(unknown, np.uint8(IGNORE), drawn)
        return relight(patch, self.augmentation, rng), labels

    def _cut(self, scale: float, rng: np.random.Generator) -> tuple[FloatImage, LabelMap]:
        own = self.objects[int(rng.integers(len(self.objects)))]
        index = own[int(rng.integers(len(own)))]
        image, places = self.image(index), self.places(index)
        height, width = (round(side / scale) for side in self.patch_hw)
        center = _middle(image.shape[1], width, rng), _middle(image.shape[0], height, rng)
        matrix = sampling_matrix(center, (height, width), self.augmentation, rng)
        patch, own_places = resample(image, places, matrix, (height, width))
        seen = to_unit(shrunk(patch, self.patch_hw), self.white_16_bit)
        return seen, nearest(own_places, self.patch_hw)


def _middle(length: int, side: int, rng: np.random.Generator) -> float:
    """Where a patch of `side` px may have its middle on a photo of `length` px."""
    if length <= side:
        return (length - 1) / 2
    within = side * (0.5 - BEYOND)
    return float(rng.uniform(within, length - within)) - 0.5
