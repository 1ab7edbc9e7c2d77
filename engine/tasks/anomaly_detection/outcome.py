"""What a model said of one photo, as counts that the metrics add up.

These definitions are the contract behind `image_auroc`, `image_ap`, `pixel_auroc`, `pro` and the
image rates; a change to any of them is a breaking change. All scores are normalised: 0.5 is the
threshold.

*Photos.* In the regions `all`, `interior` and `edge` a good photo is **good**. A photo of a defect
is **bad** where a marked defect belongs to the region, and is not judged (None) where its defects
belong elsewhere: a photo of a defect says nothing about what good looks like. Where nobody marked
the defect, the photo is bad in `all` and in the `interior`, and not judged in the `edge`. A region
of which nothing is counted is not judged.

*Defects.* A defect is a connected piece (8-neighbourhood) of the mask. It belongs to the `interior`
when at least half of its pixels lie there, else to the `edge`, and counts there with all of them.

*Pixels.* Those that are marked are anomalous, all others are good, also those of a photo that is
bad. Ignored pixels count for nothing, and so do all pixels of a photo of a defect that nobody
marked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.data.components import find_components
from engine.errors import DltrainError, RunFailed
from engine.records import BACKGROUND, IGNORE
from engine.tasks.anomaly_detection.histogram import ScoreHistogram, bins_of, count_bins
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


@dataclass(frozen=True, slots=True)
class _Truth:
    """What is known of the pixels of a photo.

    Attributes:
        counted: (H, W), what is not ignored.
        marked: (H, W), what is anomalous; None where nobody marked the defect.
        defects: indices into the flattened photo of each defect's pixels, and its region.
    """

    counted: NDArray[np.bool_]
    marked: NDArray[np.bool_] | None
    defects: tuple[tuple[NDArray[np.int64], Region], ...]


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
            where nobody marked the defect; of a good photo: nothing to mark.
        scores: (H, W) normalised scores of the pixels, in 0…1.
        photo_scores: normalised score of the photo within each region, see `highest_by_region`.
        margin_px: width of the edge band; 0 for none.

    Raises:
        DltrainError: truth and scores differ in size, or a good photo has marked pixels.
        RunFailed: scores are no numbers from 0 to 1.
    """
    _require_scores(sample_id, scores, photo_scores)
    known = _known(sample_id, kind, truth, (scores.shape[0], scores.shape[1]), margin_px)
    verdicts = _verdicts(kind, known, margin_px)
    bins = bins_of(scores)
    masks = region_masks((scores.shape[0], scores.shape[1]), margin_px)
    pieces = [(count_bins(bins.ravel()[pixels]), region) for pixels, region in known.defects]
    regions: list[RegionOutcome] = []
    for name, mask in masks.items():
        good, anomalous = _pixels(bins, known, mask)
        own = tuple(piece for piece, region in pieces if name in ("all", region))
        score = float(photo_scores[name])
        regions.append(RegionOutcome(name, verdicts[name], score, good, anomalous, own))
    return PhotoOutcome(sample_id, object, kind, tuple(regions))


def verdicts(
    sample_id: str,
    kind: int | None,
    truth: NDArray[np.uint8] | None,
    size_hw: tuple[int, int],
    margin_px: int,
) -> dict[Region, bool | None]:
    """Whether a photo is bad in each region, as `observe` has it; needs no scores."""
    return _verdicts(kind, _known(sample_id, kind, truth, size_hw, margin_px), margin_px)


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
        )


def _known(
    sample_id: str,
    kind: int | None,
    truth: NDArray[np.uint8] | None,
    size_hw: tuple[int, int],
    margin_px: int,
) -> _Truth:
    if truth is None:
        nothing = None if kind is not None else np.zeros(size_hw, bool)
        return _Truth(np.ones(size_hw, bool), nothing, ())
    if truth.shape != size_hw:
        raise DltrainError(
            "truth and scores differ in size",
            where=sample_id,
            received=f"truth {truth.shape}, scores {size_hw} (height, width)",
        )
    counted = truth != IGNORE
    marked = counted & (truth != BACKGROUND)
    if kind is None and marked.any():
        raise DltrainError("a photo that is called good has marked pixels", where=sample_id)
    if kind is not None and not marked.any():
        # Called bad, and its mask is empty: nobody marked where.
        return _Truth(counted, None, ())
    interior = region_masks(size_hw, margin_px)["interior"].ravel()
    defects: list[tuple[NDArray[np.int64], Region]] = []
    for piece in find_components(marked.astype(np.uint8)):
        inside = 2 * int(np.count_nonzero(interior[piece.pixels])) >= piece.area_px
        defects.append((piece.pixels, "interior" if inside else "edge"))
    return _Truth(counted, marked, tuple(defects))


def _verdicts(kind: int | None, known: _Truth, margin_px: int) -> dict[Region, bool | None]:
    found: dict[Region, bool | None] = {}
    size_hw = (known.counted.shape[0], known.counted.shape[1])
    for name, mask in region_masks(size_hw, margin_px).items():
        if not (mask & known.counted).any():
            found[name] = None
        elif kind is None:
            found[name] = False
        elif known.marked is None:
            found[name] = True if name != "edge" else None
        else:
            own = any(name in ("all", region) for _, region in known.defects)
            found[name] = True if own else None
    return found


def _pixels(
    bins: NDArray[np.uint16], known: _Truth, mask: NDArray[np.bool_]
) -> tuple[ScoreHistogram, ScoreHistogram]:
    """Good and anomalous pixels of a region."""
    if known.marked is None:
        nothing = count_bins(bins[:0])
        return nothing, nothing
    counted = mask & known.counted
    return count_bins(bins[counted & ~known.marked]), count_bins(bins[counted & known.marked])
