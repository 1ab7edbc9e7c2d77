"""Thresholds, chosen on validation photos alone; the test set never has a say in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from engine.evaluate.histogram import BINS, PixelHistogram, iou_at_bins

PLATEAU = 0.97
"""Thresholds whose IoU is at least this share of the best are as good as the best, on the few
photos that validation has (benchmarks/segmentation/README.md)."""

NEUTRAL = 0.5
"""Where a class becomes likelier than not: the threshold, unless validation speaks against it."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Threshold:
    """A threshold as the report lists it.

    Attributes:
        name: `pixel` (one a class), `image`, `score` (one a class: a detection at or above it
            counts), `readable` (characters of this mean probability are plainly there, see
            `engine.text.reading.faintest`), or `reading` (a reading at or above it is passed on).
        class_name: None for `image`, `readable` and `reading`.
        value: what is at or above it counts as a defect, as found, or as read.
        note: what a reader has to know about the choice; empty where there is nothing.
    """

    name: Literal["pixel", "image", "score", "readable", "reading"]
    class_name: str | None
    value: float
    chosen_on: Literal["validation"] = "validation"
    note: str = ""


@dataclass(frozen=True, slots=True)
class PixelThreshold:
    """The threshold of one class.

    Attributes:
        iou: on validation, at `value`; None where validation does not show the class.
        note: what a reader has to know, such as that `NEUTRAL` was taken.
    """

    value: float
    iou: float | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class _Candidates:
    """Image thresholds between neighbouring scores, and what each does; None: not measurable."""

    values: Floats
    escape: Floats | None
    overkill: Floats | None


def choose_pixel_thresholds(histogram: PixelHistogram) -> tuple[PixelThreshold, ...]:
    """The threshold of each class with the best IoU on validation.

    Of the thresholds around the best one whose IoU is within 3 % of it, the one nearest to
    `NEUTRAL` is taken: the best itself is often an accident of few photos.
    """
    iou = iou_at_bins(histogram)
    return tuple(_choose_pixel(iou[k], histogram.true_px[k] > 0) for k in range(len(iou)))


def _choose_pixel(iou: Floats, shown: bool) -> PixelThreshold:
    if not shown:
        note = f"no validation photo shows this class: {NEUTRAL} was taken"
        return PixelThreshold(NEUTRAL, None, note)
    # Bin 0 is no threshold at all.
    best = 1 + int(np.argmax(iou[1:]))
    if iou[best] <= 0.0:
        note = f"no prediction meets this class on validation: {NEUTRAL} was taken"
        return PixelThreshold(NEUTRAL, 0.0, note)
    poor = np.flatnonzero(iou < PLATEAU * iou[best])
    low = max(1, int(poor[poor < best].max(initial=0)) + 1)
    high = int(poor[poor > best].min(initial=BINS)) - 1
    chosen = min(max(round(NEUTRAL * BINS), low), high)
    return PixelThreshold(chosen / BINS, float(iou[chosen]))


def pixel_thresholds(
    choices: tuple[PixelThreshold, ...], class_names: tuple[str, ...]
) -> tuple[Threshold, ...]:
    """The thresholds of all classes as the report lists them."""
    return tuple(
        Threshold("pixel", name, choice.value, note=choice.note)
        for name, choice in zip(class_names, choices, strict=True)
    )


def choose_image_threshold(
    scores: NDArray[np.float64],
    is_bad: NDArray[np.bool_],
    accept_escape_rate: float | None = None,
    accept_overkill_rate: float | None = None,
) -> Threshold:
    """The score from which on a photo is called bad, chosen on validation photos.

    - With an escape rate alone: the highest threshold that keeps it, so with the least overkill.
    - With an overkill rate alone: the lowest threshold that keeps it.
    - With both: of those that keep both, the one with the best balanced accuracy; when none
      does, the highest that keeps the escape rate.
    - With neither: the best balanced accuracy; of equals the lowest, which lets least escape.

    Thresholds lie in the middle between neighbouring scores.

    Args:
        scores: (N,) `image_score` in 0…1.
        is_bad: (N,) whether the photo shows a defect.
        accept_escape_rate, accept_overkill_rate: what the recipe accepts, as shares of 1.
    """
    if not len(scores):
        return _image(NEUTRAL, f"validation has no photo to judge: {NEUTRAL} was taken")
    candidates = _candidates(np.asarray(scores, dtype=np.float64), np.asarray(is_bad, dtype=bool))
    if candidates.escape is None or candidates.overkill is None:
        return _one_sided(candidates, accept_escape_rate, accept_overkill_rate)
    return _two_sided(
        candidates,
        candidates.escape,
        candidates.overkill,
        accept_escape_rate,
        accept_overkill_rate,
    )


def _two_sided(
    candidates: _Candidates,
    escape: Floats,
    overkill: Floats,
    escape_rate: float | None,
    overkill_rate: float | None,
) -> Threshold:
    """The threshold where validation has good and bad photos."""
    # The lowest candidate lets nothing escape and the highest calls nothing bad, so each bound
    # alone can be kept.
    escape_kept = escape <= (1.0 if escape_rate is None else escape_rate)
    overkill_kept = overkill <= (1.0 if overkill_rate is None else overkill_rate)
    kept, note = np.flatnonzero(escape_kept & overkill_kept), ""
    if not len(kept):
        index = np.flatnonzero(escape_kept)[-1]
        note = (
            f"no threshold keeps both rates on validation: the escape rate is kept, the overkill "
            f"rate is {100 * overkill[index]:.1f} %"
        )
    elif escape_rate is not None and overkill_rate is None:
        index = kept[-1]
    elif overkill_rate is not None and escape_rate is None:
        index = kept[0]
    else:
        index = kept[int(np.argmin((escape + overkill)[kept]))]
    return _image(float(candidates.values[index]), note)


def between(scores: Floats) -> Floats:
    """Thresholds in the middle between neighbouring scores in 0…1, one below and one above all."""
    levels = np.unique(scores)
    middle = (levels[1:] + levels[:-1]) / 2.0
    return np.asarray(np.r_[levels[0] / 2.0, middle, np.nextafter((levels[-1] + 1.0) / 2.0, 2.0)])


def _candidates(scores: Floats, is_bad: NDArray[np.bool_]) -> _Candidates:
    values = between(scores)

    def share_below(members: Floats) -> Floats | None:
        if not len(members):
            return None
        return np.asarray(np.searchsorted(np.sort(members), values, side="left") / len(members))

    below_good = share_below(scores[~is_bad])
    return _Candidates(
        values, share_below(scores[is_bad]), None if below_good is None else 1.0 - below_good
    )


def _one_sided(
    candidates: _Candidates, escape_rate: float | None, overkill_rate: float | None
) -> Threshold:
    """The threshold where validation has photos of one kind only."""
    if candidates.overkill is not None:
        kept = np.flatnonzero(candidates.overkill <= (overkill_rate or 0.0))
        note = "validation has no bad photo: how many bad ones escape is not known"
        return _image(float(candidates.values[kept[0]]), note)
    if candidates.escape is None:
        raise ValueError("neither good nor bad photos among the candidates")
    kept = np.flatnonzero(candidates.escape <= (escape_rate or 0.0))
    note = "validation has no good photo: how many good ones are called bad is not known"
    return _image(float(candidates.values[kept[-1]]), note)


def _image(value: float, note: str) -> Threshold:
    return Threshold("image", None, value, note=note)
