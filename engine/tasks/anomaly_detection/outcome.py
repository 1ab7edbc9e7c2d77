"""What a model said of one photo, as counts that the metrics add up.

These definitions are the contract behind `image_auroc`, `image_ap`, `pixel_auroc`, `pro` and the
image rates; a change to any of them is a breaking change. All scores are normalised: 0.5 is the
threshold.

What is bad where, and what a defect is, says `judged`. Marked pixels are anomalous, all others are
good, also those of a bad photo. Ignored pixels count for nothing, and so do all pixels of a photo
of a defect that nobody marked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.errors import RunFailed
from engine.records import IGNORE
from engine.tasks.anomaly_detection.histogram import ScoreHistogram, bins_of, count_bins
from engine.tasks.anomaly_detection.judged import Truth, judge, known_truth
from engine.tasks.segmentation.regions import Region, region_masks


@dataclass(frozen=True, slots=True)
class RegionOutcome:
    """One region of a photo.

    Attributes:
        is_bad: None where the photo is not judged in this region.
        score: of the photo within the region, normalised.
        good, anomalous: scores of its good and of its marked pixels; empty where nobody marked the
            defect.
        defects: scores of the pixels of each defect that belongs to it.
    """

    name: Region
    is_bad: bool | None
    score: float
    good: ScoreHistogram
    anomalous: ScoreHistogram
    defects: tuple[ScoreHistogram, ...]


@dataclass(frozen=True, slots=True)
class PhotoOutcome:
    """Everything the report needs of one photo; `edge` is missing where there is no margin.

    Attributes:
        kind: index of the kind of defect; None for a good photo.
    """

    sample_id: str
    object: str
    kind: int | None
    regions: tuple[RegionOutcome, ...]

    def region(self, name: Region) -> RegionOutcome | None:
        """One region, None where the photo has no such region."""
        return next((region for region in self.regions if region.name == name), None)


def observe(
    sample_id: str,
    object: str,
    kind: int | None,
    truth: NDArray[np.uint8] | None,
    scores: NDArray[np.float32],
    photo_scores: Mapping[Region, float],
    margin_px: int,
) -> PhotoOutcome:
    """Compare what a model says of one photo with what is known of it.

    Args:
        sample_id: id of the photo.
        object: the part that it shows.
        kind: index of the kind of defect; None for a good photo.
        truth: (H, W) label map, **without** the margin: 0 good, `IGNORE`, all else anomalous. None
            where nobody marked the defect; of a good photo: nothing to mark. Of a bad photo that
            marks nothing, the defects lie beyond the region of interest.
        scores: (H, W) normalised scores of the pixels, in 0…1.
        photo_scores: normalised score of the photo within each region, see `highest_by_region`.
        margin_px: width of the edge band; 0 for none.

    Raises:
        DltrainError: truth and scores differ in size, or a good photo has marked pixels.
        RunFailed: scores are no numbers from 0 to 1.
    """
    _require_scores(sample_id, scores, photo_scores)
    size_hw = (scores.shape[0], scores.shape[1])
    known = known_truth(sample_id, kind, truth, size_hw, margin_px)
    is_bad = judge(kind, known, margin_px)
    bins = bins_of(scores)
    pieces = [(count_bins(bins.ravel()[pixels]), region) for pixels, region in known.defects]
    regions: list[RegionOutcome] = []
    for name, mask in region_masks(size_hw, margin_px).items():
        good, anomalous = _pixels(bins, known, mask)
        own = tuple(piece for piece, region in pieces if name in ("all", region))
        score = float(photo_scores[name])
        regions.append(RegionOutcome(name, is_bad[name], score, good, anomalous, own))
    return PhotoOutcome(sample_id, object, kind, tuple(regions))


def highest_by_region(
    scores: NDArray[np.float32], truth: NDArray[np.uint8] | None, margin_px: int
) -> dict[Region, float]:
    """The highest score within each region; 0 where it has no pixel.

    Args:
        scores: (H, W), raw or normalised, not negative.
        truth: (H, W) label map, whose ignored pixels are left out.
        margin_px: width of the edge band; 0 for none.
    """
    masks = region_masks((scores.shape[0], scores.shape[1]), margin_px)
    if truth is not None:
        masks = {name: mask & (truth != IGNORE) for name, mask in masks.items()}
    return {name: float(scores[mask].max(initial=0.0)) for name, mask in masks.items()}


def _require_scores(
    sample_id: str, scores: NDArray[np.float32], photo_scores: Mapping[Region, float]
) -> None:
    own = np.array([*photo_scores.values(), scores.min(initial=0), scores.max(initial=0)])
    if not ((own >= 0) & (own <= 1)).all():
        raise RunFailed(
            "the model gave scores that are no numbers from 0 to 1",
            where=sample_id,
            received=f"{own.min():g} to {own.max():g}",
            allowed="normalised scores from 0 to 1",
            fix="Train again with a lower train.learning_rate or with train.precision: float32",
        )


def _pixels(
    bins: NDArray[np.uint16], known: Truth, mask: NDArray[np.bool_]
) -> tuple[ScoreHistogram, ScoreHistogram]:
    """Good and anomalous pixels of a region."""
    if known.marked is None:
        nothing = count_bins(bins[:0])
        return nothing, nothing
    counted = mask & known.counted
    return count_bins(bins[counted & ~known.marked]), count_bins(bins[counted & known.marked])
