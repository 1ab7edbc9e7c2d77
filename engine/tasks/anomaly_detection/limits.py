"""The raw thresholds of photos and pixels, chosen on validation photos alone.

A photo scores as high as its highest pixel. From the good photos comes the lowest threshold that
keeps the false-alarm rate which the user states, counted by object. It is that of pixels, and
without a photo of a defect that of photos as well: a photo is then called bad exactly where a pixel
of it is marked. Where validation has defects too, the threshold of photos tells the two kinds apart
as that of segmentation does.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.errors import DltrainError
from engine.evaluate.false_alarms import highest_rate, lowest_threshold, objects_to_show
from engine.evaluate.thresholds import NEUTRAL, Threshold, choose_image_threshold
from engine.phrasing import counted, percent
from engine.tasks.anomaly_detection.normalise import LEAST_LIMITS, require_raw
from engine.tasks.anomaly_detection.options import Architecture, Unit

FALSE_ALARM_RATE = 0.05
"""The share of good objects that may be called bad, where the recipe does not say."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class RawPhoto:
    """One validation photo as the model sees it, in the region of the headline.

    Attributes:
        is_bad: None where the photo is not judged there (`judged.verdicts`).
        score: the highest raw score of its pixels.
    """

    object: str
    is_bad: bool | None
    score: float


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
    architecture: Architecture = "patch_memory",
    unit: Unit = "object",
) -> Limits:
    """Chooses both thresholds on validation photos.

    Args:
        photos: of validation, in any order.
        accept_escape_rate, accept_overkill_rate: what the recipe accepts, as shares of 1. Without
            a photo of a defect, and for pixels, an overkill rate of 5 % is taken where none is
            stated, and the escape rate has no say.
        architecture: of the model; it decides the lowest threshold. The weights of
            `synthetic_defects` were chosen on these photos too: their bound is not exact.
        unit: what the notes call an object.

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
    require_raw(np.array([photo.score for photo in judged]))
    good = [photo for photo in judged if not photo.is_bad]
    learnt, least = architecture == "synthetic_defects", LEAST_LIMITS[architecture]
    weights = "the weights were" if learnt else ""
    pixel = _of_good(good, accept_overkill_rate, least, weights, unit) if good else None
    if pixel is None or len(good) < len(judged):
        chosen = "the threshold and the weights were" if learnt else "the threshold was"
        bounds = (accept_escape_rate, accept_overkill_rate)
        image = _between_kinds(judged, bounds, least, chosen, unit)
    else:
        unknown = "validation has no photo of a defect: how many defects escape is not known"
        image = Limit(pixel.value, f"{pixel.note}; {unknown}")
    if pixel is None:
        note = f"{_raw(image.value)}, that of photos; validation has no good photo to choose it on"
        pixel = Limit(image.value, note)
    return Limits(image, pixel)


def _of_good(
    good: Sequence[RawPhoto], stated: float | None, least: float, chosen: str, unit: Unit
) -> Limit:
    """The lowest threshold from `least` on that keeps the rate; for `chosen` see `_bound`."""
    rate = FALSE_ALARM_RATE if stated is None else stated
    worst = _worst_by_object(good)
    value, reached = lowest_threshold(worst, rate)
    bound = highest_rate(reached, len(worst))
    note = f"{_raw(max(value, least))}, {_bound(reached, len(worst), chosen, unit)}"
    needed = objects_to_show(rate)
    if bound > rate and needed is not None:
        asked = f"the {'default of' if stated is None else 'stated'} {percent(rate)}"
        shown = counted(needed, f"good {unit}")
        note += f"; {shown} without a false alarm would show {asked}"
    if value < least:
        note += (
            "; the good validation photos are all alike to the model, so whatever differs from "
            "them is called bad"
        )
    return Limit(max(value, least), note)


def _between_kinds(
    judged: Sequence[RawPhoto],
    accepted: tuple[float | None, float | None],
    least: float,
    chosen: str,
    unit: Unit,
) -> Limit:
    """The threshold of photos where validation has photos of defects.

    Args:
        judged: good photos and photos of defects.
        accepted: rates of escape and of overkill, as stated.
        least: the lowest threshold.
        chosen: see `_bound`.
        unit: what the note calls an object.
    """
    scores = np.array([photo.score for photo in judged], np.float64)
    bad = np.array([photo.is_bad for photo in judged], bool)
    # The choice is made among scores up to 1; a hair above the highest lets none reach it.
    scale = float(scores.max()) * 1.01
    if scores.max() < least:
        note = f"{_raw(least)}; all validation photos, good and bad, are alike to the model"
        return Limit(least, note)
    between = choose_image_threshold(scores / scale, bad, *accepted)
    value = max(between.value * scale, least)
    seen = [f"{_raw(value)}, chosen on good and bad validation photos"]
    if not bad.all():
        worst = _worst_by_object(photo for photo in judged if not photo.is_bad)
        reached = int(np.count_nonzero(worst >= value))
        seen.append(_bound(reached, len(worst), chosen, unit))
    missed = int(np.count_nonzero(scores[bad] < value))
    seen.append(f"not by {missed} of {counted(int(bad.sum()), 'validation photo')} of defects")
    return Limit(value, "; ".join([*seen, *filter(None, [between.note])]))


def _bound(reached: int, objects: int, chosen: str, unit: Unit) -> str:
    """How many good objects reach the threshold, and how high the true rate may then be.

    The bound is exact for an order statistic of scores by which nothing else was chosen; `chosen`
    says what was.
    """
    exact = "exact one-sided 95 % bound"
    if chosen:
        exact = (
            f"one-sided 95 % bound, not exact: {chosen} chosen on these photos too, so it may be "
            "higher"
        )
    return (
        f"reached by {reached} of {counted(objects, f'good validation {unit}')}, so the true "
        f"false-alarm rate may be as high as {percent(highest_rate(reached, objects))} ({exact})"
    )


def _worst_by_object(photos: Iterable[RawPhoto]) -> Floats:
    """The highest score of each object, (objects,)."""
    worst: dict[str, float] = {}
    for photo in photos:
        worst[photo.object] = max(photo.score, worst.get(photo.object, photo.score))
    return np.array(list(worst.values()), np.float64)


def _raw(value: float) -> str:
    return f"raw score {value:.4g}"
