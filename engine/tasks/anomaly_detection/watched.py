"""The validation photos that training is watched on: good ones, bad ones, and drawn ones.

Where validation shows no defect, copies of its good photos get drawn defects, always the same:
how well these are told apart from the good photos says which weights to keep. Of a copy only the
patch that was drawn on is held, and of the photos what fits into memory.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.data.cache import ArrayCache
from engine.data.intensity import WHITE_8_BIT, to_unit
from engine.records import IGNORE, Sample
from engine.tasks.anomaly_detection.defects.draw import draw_defects
from engine.tasks.anomaly_detection.judged import is_bad
from engine.tasks.anomaly_detection.options import AnomalyOptions
from engine.tasks.anomaly_detection.photos import open_photos
from engine.tasks.anomaly_detection.truth import nobody_marked, read_truth
from engine.tasks.chosen import spread_over_classes
from engine.tasks.margin import require_interior
from engine.tasks.segmentation.photos import mask_margin, view_labels

MOST_PHOTOS = 32
"""Photos looked at during training; all of them choose the thresholds afterwards."""

DRAWN_A_PHOTO = 2
"""Copies of a good photo with drawn defects, where validation shows none."""

PLACE_PX = 256
"""Side of the place of a photo that is drawn on."""

Labels = NDArray[np.uint8]
Place = tuple[slice, slice]


@dataclass(frozen=True, slots=True)
class DrawnPlace:
    """A place of a photo with drawn defects; the rest of the copy is as the photo.

    Attributes:
        rows_columns: where in the picture the place lies.
        patch: the place drawn on, with the channels and of the type of the picture.
        labels: (h, w) of the place, 1 where a defect is drawn, `IGNORE` where nobody can say.
    """

    rows_columns: Place
    patch: NDArray[Any]
    labels: Labels


@dataclass(frozen=True, slots=True)
class WatchedPhoto:
    """One picture in the network's view.

    Attributes:
        name: id of the photo.
        picture: gives the picture, (H, W) or (H, W, 3) uint8 or uint16.
        labels: gives (H, W) 1 anomalous, `IGNORE` in the edge band; None where nobody marked the
            defect.
        is_bad: whether it shows a defect.
        drawn: the copies with drawn defects.
    """

    name: str
    picture: Callable[[], NDArray[Any]]
    labels: Callable[[], Labels] | None
    is_bad: bool
    drawn: tuple[DrawnPlace, ...] = ()


def watch(
    samples: Sequence[Sample], options: AnomalyOptions, white_16_bit: float
) -> tuple[WatchedPhoto, ...]:
    """The photos to watch, at most `MOST_PHOTOS`; those not judged are left out."""
    undisputed = [sample for sample in samples if not sample.is_disputed]
    judged = [
        (sample, bad)
        for sample in spread_over_classes(undisputed, MOST_PHOTOS)
        if (bad := _is_bad(sample, options)) is not None
    ]
    chosen = tuple(sample for sample, _ in judged)
    photos = open_photos(chosen, options.view, options.margin)
    labels = ArrayCache(lambda index: _labels(chosen[index], options))
    found = [
        WatchedPhoto(
            sample.id,
            partial(photos.image, index),
            None if nobody_marked(sample) else partial(labels, index),
            bad,
        )
        for index, (sample, bad) in enumerate(judged)
    ]
    if any(photo.is_bad for photo in found):
        return tuple(found)
    return tuple(
        replace(
            photo, drawn=_drawn(photo, donor, white_16_bit, options.schedule.seed + 31 * number)
        )
        for number, (photo, donor) in enumerate(zip(found, [*found[1:], *found[:1]], strict=True))
    )


def _is_bad(sample: Sample, options: AnomalyOptions) -> bool | None:
    options.view.require_inside(sample.id, sample.size_hw)
    require_interior(sample, options.view, options.margin)
    return is_bad(sample, options.view, options.margin)


def _labels(sample: Sample, options: AnomalyOptions) -> Labels:
    """The truth in the network's view, with the edge band ignored."""
    truth = read_truth(sample, options.view)
    if truth is None:
        raise ValueError(f"nobody marked the defect of {sample.id}")
    return view_labels(options.view, mask_margin(truth, options.margin.to_px(truth.shape)))


def _drawn(
    photo: WatchedPhoto, donor: WatchedPhoto, white_16_bit: float, seed: int
) -> tuple[DrawnPlace, ...]:
    """Defects on places of a good photo, fewer than `DRAWN_A_PHOTO` where none can be seen."""
    picture, other = photo.picture(), donor.picture()
    counted = None if photo.labels is None else photo.labels()
    found = []
    for turn in range(DRAWN_A_PHOTO):
        rng = np.random.default_rng(seed + turn)
        place = _place(picture.shape, other.shape, rng)
        unit, model = (to_unit(each[place], white_16_bit) for each in (picture, other))
        patch, labels = draw_defects(unit, model, rng)
        if counted is not None:
            labels[counted[place] == IGNORE] = IGNORE
        if (labels == 1).any():
            found.append(DrawnPlace(place, _stored(patch, picture, white_16_bit), labels))
    return tuple(found)


def _place(one: tuple[int, ...], other: tuple[int, ...], rng: np.random.Generator) -> Place:
    """A square that lies on pictures of both shapes."""
    height, width = min(one[0], other[0]), min(one[1], other[1])
    side = min(PLACE_PX, height, width)
    top, left = (int(rng.integers(length - side + 1)) for length in (height, width))
    return slice(top, top + side), slice(left, left + side)


def _stored(unit: NDArray[np.float32], like: NDArray[Any], white_16_bit: float) -> NDArray[Any]:
    """A patch (h, w, 3) in 0…1 with the channels, the type and the white level of a picture."""
    white = white_16_bit if like.dtype == np.uint16 else WHITE_8_BIT
    levels = np.rint((unit if like.ndim == 3 else unit[..., 0]) * np.float32(white))
    return np.asarray(levels.astype(like.dtype))
