"""What is known of a photo: where it is anomalous, as far as anybody marked it."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from engine.data.readers.masks import read_label_map
from engine.data.view import View
from engine.errors import RunFailed
from engine.records import BACKGROUND, IGNORE, Sample, VerdictAnnotation

LabelMap = NDArray[np.uint8]


def verdict_of(sample: Sample) -> VerdictAnnotation:
    """The verdict on a photo.

    Raises:
        RunFailed: it has none, which the audit would have refused.
    """
    if not isinstance(sample.annotation, VerdictAnnotation):
        raise RunFailed(
            "a photo that nobody judged reached training",
            where=sample.id,
            fix="Run `dltrain check` on the recipe and mend ANN306 and ANN309",
        )
    return sample.annotation


def good_samples(samples: Iterable[Sample]) -> tuple[Sample, ...]:
    """The photos of good parts, in their order; none whose mask marks a defect all the same.

    Nothing else is trained on, also where the recipe lowers or waives ANN310.
    """
    return tuple(
        sample for sample in samples if verdict_of(sample).defect is None and not sample.is_disputed
    )


def nobody_marked(sample: Sample) -> bool:
    """Whether a photo shows a defect, and nobody said where."""
    verdict = verdict_of(sample)
    marked = verdict.mask is not None and bool(verdict.mask.classes)
    return verdict.defect is not None and not marked


def read_truth(sample: Sample, view: View) -> LabelMap | None:
    """Where a photo's region of interest is anomalous, at the photo's resolution.

    Args:
        sample: the photo.
        view: its region of interest; what it says of size is not looked at.

    Returns:
        (H, W) uint8: 1 anomalous, `IGNORE` neither, else 0; all of a good photo is 0 or `IGNORE`,
        and all of a disputed one is `IGNORE`.
        None where the photo shows a defect that nobody marked; a defect that is marked beyond the
        region of interest leaves it without a 1.

    Raises:
        UnreadableImage: the mask cannot be read any more.
        RunFailed: the photo has no verdict.
    """
    if nobody_marked(sample):
        return None
    verdict = verdict_of(sample)
    if verdict.is_disputed:
        return np.full(view.frame_hw(sample.size_hw), IGNORE, np.uint8)
    if verdict.mask is None:
        return np.full(view.frame_hw(sample.size_hw), BACKGROUND, np.uint8)
    return view.crop(read_label_map(verdict.mask, sample.size_hw)).astype(np.uint8)
