"""Good photos as training sees them: decoded once, in the network's view."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.data.cache import ArrayCache
from engine.data.images import read_image
from engine.data.view import View
from engine.recipe.units import Length
from engine.records import Sample
from engine.tasks.margin import require_interior


@dataclass(frozen=True, slots=True)
class Photos:
    """Photos by index: `image` gives each as the network sees it, uint8 or uint16."""

    samples: tuple[Sample, ...]
    image: Callable[[int], NDArray[Any]]

    @property
    def objects(self) -> list[str]:
        """The object of each."""
        return [sample.object for sample in self.samples]


def open_photos(samples: Sequence[Sample], view: View, margin: Length) -> Photos:
    """Photos that are read when they are asked for, and kept while memory allows.

    Raises:
        UsageError: the margin leaves nothing of a photo.
    """
    kept = tuple(samples)
    for sample in kept:
        require_interior(sample, view, margin)
    return Photos(kept, ArrayCache(lambda index: view.image(read_image(kept[index].image))))


def margin_labels(
    size_hw: tuple[int, int], frame_hw: tuple[int, int], margin: Length, ignore: int
) -> NDArray[np.uint8]:
    """A label map (H, W) of a good photo in the network's view: its edge band is `ignore`.

    Args:
        size_hw: of the picture as the network sees it.
        frame_hw: of the region of interest, whose shorter side the margin is written for.
    """
    labels = np.zeros(size_hw, np.uint8)
    share = size_hw[0] / frame_hw[0], size_hw[1] / frame_hw[1]
    bands = [round(margin.to_px(frame_hw) * part) for part in share]
    for axis, band in enumerate(bands):
        if band:
            rows = np.moveaxis(labels, axis, 0)
            rows[:band] = rows[-band:] = ignore
    return labels
