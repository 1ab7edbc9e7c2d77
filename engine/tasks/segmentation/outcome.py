"""What the model got right and wrong on one photo, as counts that the metrics add up.

These definitions are the contract behind `iou`, `dice`, `defect_recall`, `defect_precision` and
the image rates; a change to any of them is a breaking change.

*Pixels.* Ignored pixels, and those outside the region of interest, count for nothing.

*Defects.* A defect is a connected piece (8-neighbourhood) of one class in the truth; a predicted
region is one in the prediction. A defect is **found** when predicted pixels of its class, widened
by 2 px, cover at least 10 % of it; a predicted region is **right** when at least 10 % of it lies
on truth of its class widened by 2 px, so that scratches of 1 px width can be matched. Both belong
to the `interior` when at least half of their counted pixels lie there, else to the `edge` (the
centroid would put a scratch that follows the border into the interior). One with less than half
of its pixels counted is left out.

*Photos.* In a region a photo is **bad** when a defect belongs to it, **good** when it holds no
defect pixel, and is not judged (None) otherwise: nothing of it is counted, or it holds only the
tip of a defect that belongs elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from engine.errors import DltrainError
from engine.records import IGNORE
from engine.tasks.segmentation.decode import box_means, decode, defect_probability
from engine.tasks.segmentation.defects import (
    PredictedDefect,
    TrueDefect,
    judge_regions,
    match_defects,
)
from engine.tasks.segmentation.regions import Region, region_masks


@dataclass(frozen=True, slots=True)
class RegionOutcome:
    """The counts of one region of a photo; tuples hold one number a class.

    Attributes:
        true_positive_px, predicted_px, true_px: pixels of the class in both, in the prediction,
            in the truth.
        defects, defects_found: annotated defects, and how many were found.
        regions, regions_right: predicted regions, and how many were right.
        is_bad: None where the photo is not judged in this region.
        score: `image_score` over the region.
    """

    name: Region
    true_positive_px: tuple[int, ...]
    predicted_px: tuple[int, ...]
    true_px: tuple[int, ...]
    defects: tuple[int, ...]
    defects_found: tuple[int, ...]
    regions: tuple[int, ...]
    regions_right: tuple[int, ...]
    is_bad: bool | None
    score: float


@dataclass(frozen=True, slots=True)
class ImageOutcome:
    """Everything the report needs of one photo; `edge` is missing where there is no margin."""

    sample_id: str
    object: str
    regions: tuple[RegionOutcome, ...]
    true_defects: tuple[TrueDefect, ...]
    predicted_defects: tuple[PredictedDefect, ...]

    @property
    def missed_defects(self) -> tuple[TrueDefect, ...]:
        """The annotated defects that were not found."""
        return tuple(defect for defect in self.true_defects if not defect.found)

    def region(self, name: Region) -> RegionOutcome | None:
        """The counts of one region, None where the photo has no such region."""
        return next((region for region in self.regions if region.name == name), None)


def observe(
    sample_id: str,
    object: str,
    truth: NDArray[np.uint8],
    probabilities: NDArray[np.float32],
    thresholds: Sequence[float],
    margin_px: int,
) -> ImageOutcome:
    """Compare the prediction for one photo with its truth.

    Args:
        sample_id: id of the photo.
        object: the part that it shows.
        truth: (H, W) label map, **without** the margin: that region is measured too.
        probabilities: (H, W, C) of the defect classes.
        thresholds: one a class.
        margin_px: width of the edge band; 0 for none.

    Raises:
        DltrainError: truth and prediction differ in size, or the truth holds an unknown class.
        RunFailed: the model gave values that are no numbers.
    """
    class_count = probabilities.shape[-1]
    _require_match(sample_id, truth, probabilities)
    prediction = decode(probabilities, thresholds)
    masks = region_masks((truth.shape[0], truth.shape[1]), margin_px)
    counted = masks["all"] & (truth != IGNORE)
    true_defects = match_defects(truth, prediction, counted, masks["interior"])
    predicted = judge_regions(truth, prediction, probabilities, counted, masks["interior"])
    any_defect = defect_probability(probabilities)
    regions = tuple(
        _count_region(name, truth, prediction, any_defect, counted & mask, class_count)
        for name, mask in masks.items()
    )
    judged = tuple(_count_defects(region, true_defects, predicted) for region in regions)
    return ImageOutcome(sample_id, object, judged, true_defects, predicted)


def _require_match(
    sample_id: str, truth: NDArray[np.uint8], probabilities: NDArray[np.float32]
) -> None:
    if truth.shape != probabilities.shape[:2]:
        raise DltrainError(
            "truth and prediction differ in size",
            where=sample_id,
            received=f"truth {truth.shape}, prediction {probabilities.shape[:2]} (height, width)",
        )
    known = truth[truth != IGNORE]
    if known.size and int(known.max()) > probabilities.shape[-1]:
        raise DltrainError(
            "the truth holds a class that the model does not know",
            where=sample_id,
            received=f"label-map value {int(known.max())}",
            allowed=f"0 to {probabilities.shape[-1]}, and {IGNORE}",
        )


def _count_region(
    name: Region,
    truth: NDArray[np.uint8],
    prediction: NDArray[np.uint8],
    any_defect: NDArray[np.float32],
    counted: NDArray[np.bool_],
    class_count: int,
) -> RegionOutcome:
    """The pixel counts and the score of a region; what counts defects is still empty."""
    marked = np.flatnonzero(((truth | prediction) > 0) & counted)
    true, predicted = truth.ravel()[marked], prediction.ravel()[marked]
    size = class_count + 1
    none = (0,) * class_count
    return RegionOutcome(
        name,
        true_positive_px=tuple(np.bincount(true[true == predicted], minlength=size)[1:].tolist()),
        predicted_px=tuple(np.bincount(predicted, minlength=size)[1:].tolist()),
        true_px=tuple(np.bincount(true, minlength=size)[1:].tolist()),
        defects=none,
        defects_found=none,
        regions=none,
        regions_right=none,
        is_bad=False if counted.any() else None,
        score=float(box_means(any_defect, counted).max(initial=0.0)),
    )


def _count_defects(
    outcome: RegionOutcome,
    true_defects: Sequence[TrueDefect],
    predicted: Sequence[PredictedDefect],
) -> RegionOutcome:
    """`outcome` with the defects that belong to its region, and with its photo judged."""
    own_true = [d for d in true_defects if outcome.name in ("all", d.region)]
    own_predicted = [d for d in predicted if outcome.name in ("all", d.region)]
    size = len(outcome.true_px)

    def by_class(indices: list[int]) -> tuple[int, ...]:
        return tuple(indices.count(index) for index in range(size))

    is_bad = outcome.is_bad
    if is_bad is not None and own_true:
        is_bad = True
    elif sum(outcome.true_px):
        is_bad = None
    return replace(
        outcome,
        defects=by_class([d.class_index for d in own_true]),
        defects_found=by_class([d.class_index for d in own_true if d.found]),
        regions=by_class([d.class_index for d in own_predicted]),
        regions_right=by_class([d.class_index for d in own_predicted if d.right]),
        is_bad=is_bad,
    )
