"""Validation during training: how well good and bad pictures are told apart, with heat maps.

Photos go by one after the other: of each its score, a sample of its pixels and, of the few that are
shown, what is cut out of it are kept, but no map.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.data.intensity import in_8_bits, to_unit
from engine.evaluate.ranking import weighted_ranking
from engine.evaluate.statistic import RankingStatistic
from engine.records import IGNORE
from engine.tasks.anomaly_detection.figures import heat_sheet
from engine.tasks.anomaly_detection.gallery import cut_to_focus
from engine.tasks.anomaly_detection.infer import Detector, detector, raw_map_of_picture
from engine.tasks.anomaly_detection.named import photo_named
from engine.tasks.anomaly_detection.normalise import normalised_map, require_raw
from engine.tasks.anomaly_detection.options import AnomalyOptions
from engine.tasks.anomaly_detection.pyramid import SCALES
from engine.tasks.anomaly_detection.watched import DrawnPlace, WatchedPhoto
from engine.tasks.segmentation.infer import CONTEXT_PX, Inference
from engine.train.plan import Validation

PICTURES = 6

AROUND_PX = 128
"""What the network is shown around a place with drawn defects, of a photo of several tiles; at half
size as well (`pyramid.py`)."""

EVERY, MOST_PIXELS = 7, 20_000
"""Every seventh good pixel of a picture is looked at, and of large ones fewer."""

MEANINGS = {
    "image_auroc": "Chance that a bad validation photo scores higher than a good one, 0 to 1.",
    "defect_pixels_found": "Share of a defect's pixels that score above 98 % of all good pixels, "
    "mean over the pictures, 0 to 1.",
}
DRAWN = (
    "The defects are drawn on good photos: they say which weights to keep, not how good the "
    "model is."
)
REAL = "The defects are those of validation photos; the report measures on test photos."
"""What TensorBoard says of the scalars, and of the defects that they are of."""

Pictures = tuple[NDArray[Any], NDArray[np.uint8] | None, NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class _Seen:
    """What is kept of a picture.

    Attributes:
        score: its highest raw score.
        good: (n,) raw scores of a sample of its good pixels, each of which stands for `stride`.
        marked: (m,) those of its marked pixels, or of a sample; none where nobody marked any.
    """

    is_bad: bool
    score: float
    good: NDArray[np.float32]
    stride: int
    marked: NDArray[np.float32]


def validate(
    model: Any,
    watched: Sequence[WatchedPhoto],
    inference: Inference,
    options: AnomalyOptions,
) -> Validation:
    """Measures a model on watched photos.

    The score is the mean of `image_auroc` and, where defects are marked, of the share of a
    picture's marked pixels that lie above 98 % of the good pixels of all, mean over the pictures.
    Both are of drawn defects where validation shows no real ones: they say which weights to keep,
    not how good the model is.

    Raises:
        RunFailed: a raw score is negative or no number.
    """
    ready = detector(model, options.architecture, SCALES[options.architecture])
    seen: list[_Seen] = []
    shown: dict[str, Pictures] = {}
    for photo in watched:
        for name, picture, labels, raw in _maps(ready, photo, inference):
            with photo_named(name):
                require_raw(raw)
            is_bad = photo.is_bad or name != photo.name
            seen.append(_kept(is_bad, raw, labels))
            if is_bad and len(shown) < PICTURES:
                shown[name] = cut_to_focus(picture, labels, raw)
    scores = np.array([each.score for each in seen])
    bad = np.array([each.is_bad for each in seen], bool)
    scalars = {}
    if bad.any() and not bad.all():
        scalars["image_auroc"] = _auroc(scores, bad)
    found = _share_found(seen)
    if found is not None:
        scalars["defect_pixels_found"] = found
    score = float(np.mean(list(scalars.values()))) if scalars else 0.0
    limit = _limit(scores, bad)
    pictures = {
        name: heat_sheet(
            in_8_bits(to_unit(picture, inference.white_16_bit)), labels, normalised_map(raw, limit)
        )
        for name, (picture, labels, raw) in shown.items()
    }
    drawn = any(photo.drawn for photo in watched)
    meanings = {name: f"{MEANINGS[name]} {DRAWN if drawn else REAL}" for name in scalars}
    return Validation(score, scalars, pictures, meanings=meanings)


def _maps(
    ready: Detector, photo: WatchedPhoto, inference: Inference
) -> Iterator[tuple[str, NDArray[Any], NDArray[np.uint8] | None, NDArray[np.float32]]]:
    """Name, picture, labels and raw scores of a photo, then those of its copies, one by one."""
    picture = photo.picture()
    labels = None if photo.labels is None else photo.labels()
    raw = raw_map_of_picture(ready, picture, inference)
    yield photo.name, picture, labels, raw
    for number, drawn in enumerate(photo.drawn, 1):
        copy, place = picture.copy(), drawn.rows_columns
        copy[place] = drawn.patch
        own = np.zeros(raw.shape, np.uint8) if labels is None else labels.copy()
        own[place] = drawn.labels
        name = f"{photo.name}, {number} (drawn)"
        yield name, copy, own, _map_of_copy(ready, copy, drawn, raw, inference)


def _map_of_copy(
    ready: Detector,
    copy: NDArray[Any],
    drawn: DrawnPlace,
    raw: NDArray[np.float32],
    inference: Inference,
) -> NDArray[np.float32]:
    """The raw scores of a copy: of a photo of several tiles, new ones of the place drawn on alone.

    A photo of one tile is seen whole, as where a patch lies on it may matter (`patches.position`).
    """
    size_hw = (raw.shape[0], raw.shape[1])
    if all(n + 2 * CONTEXT_PX <= t for n, t in zip(size_hw, inference.tile_hw, strict=True)):
        return raw_map_of_picture(ready, copy, inference)
    firsts = [max(own.start - AROUND_PX, 0) for own in drawn.rows_columns]
    around = tuple(
        slice(first, own.stop + AROUND_PX)
        for first, own in zip(firsts, drawn.rows_columns, strict=True)
    )
    inner = tuple(
        slice(own.start - first, own.stop - first)
        for first, own in zip(firsts, drawn.rows_columns, strict=True)
    )
    near = raw_map_of_picture(ready, np.ascontiguousarray(copy[around]), inference)
    result = raw.copy()
    result[drawn.rows_columns] = near[inner]
    return result


def _kept(is_bad: bool, raw: NDArray[np.float32], labels: NDArray[np.uint8] | None) -> _Seen:
    if labels is None:
        nothing = np.empty(0, np.float32)
        return _Seen(is_bad, float(raw.max(initial=0.0)), nothing, 1, nothing)
    score = float(raw[labels != IGNORE].max(initial=0.0))
    good, marked = raw[labels == 0], raw[labels == 1]
    stride = max(EVERY, -(-len(good) // MOST_PIXELS))
    thin = max(1, -(-len(marked) // MOST_PIXELS))
    return _Seen(is_bad, score, good[::stride].copy(), stride, marked[::thin].copy())


def _auroc(scores: NDArray[np.float64], is_bad: NDArray[np.bool_]) -> float:
    count = len(scores)
    statistic = RankingStatistic("image_auroc", "all", np.arange(count), scores, is_bad, count)
    return float(weighted_ranking(statistic, np.ones((1, count)))[0])


def _share_found(seen: Sequence[_Seen]) -> float | None:
    """Mean share of a picture's marked pixels above 98 % of all good pixels."""
    bad = [each.marked for each in seen if len(each.marked)]
    good = np.concatenate([each.good for each in seen]) if seen else np.empty(0, np.float32)
    if not bad or not len(good):
        return None
    weights = np.concatenate([np.full(len(each.good), each.stride, np.float64) for each in seen])
    limit = float(np.quantile(good, 0.98, weights=weights, method="inverted_cdf"))
    return float(np.mean([float((part > limit).mean()) for part in bad]))


def _limit(scores: NDArray[np.float64], is_bad: NDArray[np.bool_]) -> float:
    """What pictures are drawn by: the highest score of a good photo, as validation goes."""
    if is_bad.all():
        return float(np.median(scores)) if len(scores) else 0.0
    return float(scores[~is_bad].max())
