"""The validation photos that training is watched on: good ones, bad ones, and drawn ones.

Where validation shows no defect, copies of its good photos get drawn defects, always the same:
how well these are told apart from the good photos says which weights to keep.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.data.intensity import WHITE_8_BIT, to_unit
from engine.evaluate.metric import HEADLINE
from engine.records import IGNORE, Sample
from engine.tasks.anomaly_detection.defects.draw import draw_defects
from engine.tasks.anomaly_detection.judged import verdicts
from engine.tasks.anomaly_detection.options import AnomalyOptions
from engine.tasks.anomaly_detection.photos import open_photos
from engine.tasks.anomaly_detection.truth import read_truth, verdict_of
from engine.tasks.chosen import spread_over_classes
from engine.tasks.margin import require_interior
from engine.tasks.segmentation.photos import mask_margin, view_labels

MOST_PHOTOS = 32
"""Photos looked at during training; all of them choose the thresholds afterwards."""

DRAWN_A_PHOTO = 2
"""Copies of a good photo with drawn defects, where validation shows none."""


@dataclass(frozen=True, slots=True)
class WatchedPhoto:
    """One picture in the network's view.

    Attributes:
        name: id of the photo, and whether its defects are drawn.
        picture: (H, W) or (H, W, 3) uint8 or uint16.
        labels: (H, W) 1 anomalous, `IGNORE` in the edge band; None where nobody marked the defect.
        is_bad: whether it shows a defect.
    """

    name: str
    picture: NDArray[Any]
    labels: NDArray[np.uint8] | None
    is_bad: bool


def watch(
    samples: Sequence[Sample], options: AnomalyOptions, white_16_bit: float
) -> tuple[WatchedPhoto, ...]:
    """The photos to watch, at most `MOST_PHOTOS` real ones; those not judged are left out."""
    judged = [
        (sample, is_bad)
        for sample in spread_over_classes(samples, MOST_PHOTOS)
        if (is_bad := _is_bad(sample, options)) is not None
    ]
    photos = open_photos([sample for sample, _ in judged], options.view, options.margin)
    found = [
        WatchedPhoto(sample.id, photos.image(index), _labels(sample, options), is_bad)
        for index, (sample, is_bad) in enumerate(judged)
    ]
    good = [photo for photo in found if not photo.is_bad]
    if len(good) < len(found):
        return tuple(found)
    drawn = [
        _drawn(
            photo,
            good[(number + 1) % len(good)],
            white_16_bit,
            options.schedule.seed + 31 * number + turn,
        )
        for number, photo in enumerate(good)
        for turn in range(DRAWN_A_PHOTO)
    ]
    return (*found, *(each for each in drawn if each is not None))


def _is_bad(sample: Sample, options: AnomalyOptions) -> bool | None:
    """Whether a photo is bad where the report's headline looks; None: it is not judged there."""
    options.view.require_inside(sample.id, sample.size_hw)
    require_interior(sample, options.view, options.margin)
    frame_hw = options.view.frame_hw(sample.size_hw)
    margin_px = options.margin.to_px(frame_hw)
    truth, kind = read_truth(sample, options.view), verdict_of(sample).defect
    return verdicts(sample.id, kind, truth, frame_hw, margin_px)[HEADLINE]


def _labels(sample: Sample, options: AnomalyOptions) -> NDArray[np.uint8] | None:
    """The truth in the network's view, with the edge band ignored."""
    truth = read_truth(sample, options.view)
    if truth is None:
        return None
    return view_labels(options.view, mask_margin(truth, options.margin.to_px(truth.shape)))


def _drawn(
    photo: WatchedPhoto, donor: WatchedPhoto, white_16_bit: float, seed: int
) -> WatchedPhoto | None:
    """A copy with defects drawn on one place of it; None where none can be seen."""
    unit, other = (to_unit(each.picture, white_16_bit) for each in (photo, donor))
    rng = np.random.default_rng(seed)
    height, width = (min(a, b) for a, b in zip(unit.shape[:2], other.shape[:2], strict=True))
    side = min(256, height, width)
    top, left = (int(rng.integers(length - side + 1)) for length in (height, width))
    place = slice(top, top + side), slice(left, left + side)
    patch, marked = draw_defects(unit[place], np.ascontiguousarray(other[place]), rng)
    labels = np.zeros(unit.shape[:2], np.uint8) if photo.labels is None else photo.labels.copy()
    labels[place] = np.where(labels[place] == IGNORE, IGNORE, marked)
    if not (labels == 1).any():
        return None
    unit = unit.copy()
    unit[place] = patch
    white = white_16_bit if photo.picture.dtype == np.uint16 else WHITE_8_BIT
    picture = np.rint(unit * np.float32(white)).astype(photo.picture.dtype)
    return WatchedPhoto(f"{photo.name} (drawn)", picture, labels, True)
