"""The raw thresholds of photos and pixels, chosen on validation photos alone.

With good photos alone both are the lowest that keep the false-alarm rate which the user states,
counted by object. Where validation has defects too, the photo's threshold tells the two kinds
apart as that of segmentation does; the pixels' threshold still comes from the good photos, so that
the same share of good objects has any pixel marked.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.errors import DltrainError
from engine.evaluate.false_alarms import highest_rate, lowest_threshold, objects_to_show
from engine.evaluate.thresholds import NEUTRAL, Threshold, choose_image_threshold
from engine.phrasing import counted
from engine.tasks.anomaly_detection.normalise import LEAST_LIMIT, require_raw

FALSE_ALARM_RATE = 0.05
"""The share of good objects that may be called bad, where the recipe does not say."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class RawPhoto:
    """One validation photo as the model sees it, in the region of the headline.

    Attributes:
        is_bad: None where the photo is not judged there (`judged.verdicts`).
        score: raw score of the photo.
        highest: the highest raw score of its pixels.
    """

    object: str
    is_bad: bool | None
    score: float
    highest: float


@dataclass(frozen=True, slots=True)
class Limit:
    """A raw threshold: what is at or above `value` is bad; `note` says how it came about."""

    value: float
    note: str


@dataclass(frozen=True, slots=True)
class Limits:
    """The raw thresholds of a model."""

    image: Limit
    pixel: Limit

    @property
    def thresholds(self) -> tuple[Threshold, ...]:
        """As the report lists them: of normalised scores, with the raw ones in the notes."""
        return (
            Threshold("pixel", None, NEUTRAL, note=self.pixel.note),
            Threshold("image", None, NEUTRAL, note=self.image.note),
        )


def choose_limits(
    photos: Sequence[RawPhoto],
    accept_escape_rate: float | None = None,
    accept_overkill_rate: float | None = None,
) -> Limits:
    """Chooses both thresholds on validation photos.

    Args:
        photos: of validation, in any order.
        accept_escape_rate, accept_overkill_rate: what the recipe accepts, as shares of 1. Without
            a photo of a defect, and for pixels, an overkill rate of 5 % is taken where none is
            stated, and the escape rate has no say.

    Raises:
        DltrainError: no validation photo is judged in the region of the headline.
        RunFailed: a raw score is negative or no number.
    """
    judged = [photo for photo in photos if photo.is_bad is not None]
    if not judged:
        raise DltrainError(
            "no threshold can be chosen: no validation photo shows anything away from the edge",
            where="data.validation",
            received=counted(len(photos), "validation photo"),
            fix="Add good photos to validation, or make margins.edge smaller",
        )
    require_raw(np.array([[photo.score, photo.highest] for photo in judged]))
    good = [photo for photo in judged if not photo.is_bad]
    rate = FALSE_ALARM_RATE if accept_overkill_rate is None else accept_overkill_rate
    if len(good) < len(judged):
        image = _between_kinds(judged, accept_escape_rate, accept_overkill_rate)
    else:
        own = _of_good(((photo.object, photo.score) for photo in good), rate, "reached by")
        unknown = "validation has no photo of a defect: how many defects escape is not known"
        image = Limit(own.value, f"{own.note}; {unknown}")
    if not good:
        note = f"{_raw(image.value)}, that of photos; validation has no good photo to choose it on"
        return Limits(image, Limit(image.value, note))
    highest = ((photo.object, photo.highest) for photo in good)
    return Limits(image, _of_good(highest, rate, "reached by a pixel of"))


def _of_good(scores: Iterable[tuple[str, float]], rate: float, reached_by: str) -> Limit:
    """The lowest threshold that keeps the rate; `scores` are pairs of object and raw score."""
    worst = _worst_by_object(scores)
    value, reached = lowest_threshold(worst, rate)
    count = len(worst)
    bound = highest_rate(reached, count)
    note = (
        f"{_raw(max(value, LEAST_LIMIT))}, {reached_by} {reached} of "
        f"{counted(count, 'good validation object')}, so the true false-alarm rate may be as high "
        f"as {_percent(bound)} (exact one-sided 95 % bound)"
    )
    needed = objects_to_show(rate)
    if bound > rate and needed is not None:
        note += (
            f"; {counted(needed, 'good object')} without a false alarm would show the stated "
            f"{_percent(rate)}"
        )
    if value < LEAST_LIMIT:
        note += (
            "; the good validation photos are all alike to the model, so whatever differs from "
            "them is called bad"
        )
    return Limit(max(value, LEAST_LIMIT), note)


def _between_kinds(
    judged: Sequence[RawPhoto], escape_rate: float | None, overkill_rate: float | None
) -> Limit:
    """The threshold of photos where validation has photos of defects."""
    scores = np.array([photo.score for photo in judged], np.float64)
    bad = np.array([photo.is_bad for photo in judged], bool)
    # The choice is made among scores up to 1; a hair above the highest lets none reach it.
    scale = float(scores.max()) * 1.01
    if scale <= 0.0:
        note = f"{_raw(LEAST_LIMIT)}; all validation photos, good and bad, are alike to the model"
        return Limit(LEAST_LIMIT, note)
    chosen = choose_image_threshold(scores / scale, bad, escape_rate, overkill_rate)
    value = max(chosen.value * scale, LEAST_LIMIT)
    seen = [f"{_raw(value)}, chosen on good and bad validation photos"]
    if not bad.all():
        worst = _worst_by_object((p.object, p.score) for p in judged if not p.is_bad)
        reached = int(np.count_nonzero(worst >= value))
        seen.append(f"reached by {reached} of {counted(len(worst), 'good validation object')}")
    missed = int(np.count_nonzero(scores[bad] < value))
    seen.append(f"not by {missed} of {counted(int(bad.sum()), 'validation photo')} of defects")
    return Limit(value, "; ".join([*seen, *filter(None, [chosen.note])]))


def _worst_by_object(scores: Iterable[tuple[str, float]]) -> Floats:
    """The highest score of each object, (objects,)."""
    worst: dict[str, float] = {}
    for name, score in scores:
        worst[name] = max(score, worst.get(name, score))
    return np.array(list(worst.values()), np.float64)


def _raw(value: float) -> str:
    return f"raw score {value:.4g}"


def _percent(share: float) -> str:
    return f"{100 * share:.3g} %"
