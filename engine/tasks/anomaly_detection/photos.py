"""Good photos as training sees them: decoded once, in the network's view."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

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
