"""Photos and their label maps as this task uses them: decoded once, in the network's view."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.data.cache import ArrayCache
from engine.data.images import read_image
from engine.data.readers.masks import read_label_map
from engine.data.view import View
from engine.errors import RunFailed
from engine.recipe.units import Length
from engine.records import IGNORE, MaskAnnotation, Sample
from engine.tasks.margin import require_interior

LabelMap = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Photos:
    """The photos of one part of the split, by index.

    Attributes:
        samples: in the order of the indices.
        image: gives the photo as the network sees it, uint8 or uint16.
        labels: gives its label map likewise, the edge margin set to `IGNORE`.
    """

    samples: tuple[Sample, ...]
    image: Callable[[int], NDArray[Any]]
    labels: Callable[[int], LabelMap]


def open_photos(samples: Sequence[Sample], view: View, margin: Length) -> Photos:
    """Photos that are read when they are asked for, and kept while memory allows.

    Raises:
        UsageError: the margin leaves nothing of a photo.
    """
    kept = tuple(samples)
    for sample in kept:
        require_interior(sample, view, margin)

    def image(index: int) -> NDArray[Any]:
        return view.image(read_image(kept[index].image))

    def labels(index: int) -> LabelMap:
        truth = read_truth(kept[index], view)
        return view_labels(view, mask_margin(truth, margin.to_px(truth.shape)))

    return Photos(kept, ArrayCache(image), ArrayCache(labels))


def read_truth(sample: Sample, view: View) -> LabelMap:
    """The label map of a photo's region of interest, at the photo's resolution."""
    if not isinstance(sample.annotation, MaskAnnotation):
        raise RunFailed(
            "a photo without annotation reached training",
            where=sample.id,
            fix="Run `dltrain check` on the recipe and mend ANN309",
        )
    return view.crop(read_label_map(sample.annotation, sample.size_hw)).astype(np.uint8)


def view_labels(view: View, frame: LabelMap) -> LabelMap:
    """A label map of the region of interest, resized as the network sees it."""
    return replace(view, roi_xywh=None).labels(frame)


def mask_margin(labels: LabelMap, margin_px: int) -> LabelMap:
    """The label map with a band of `margin_px` along its border set to `IGNORE` (a copy).

    What is annotated there is left out of training, not turned into background.
    """
    if margin_px <= 0:
        return labels.copy()
    result = np.full_like(labels, IGNORE)
    inner = (slice(margin_px, -margin_px), slice(margin_px, -margin_px))
    result[inner] = labels[inner]
    return result
