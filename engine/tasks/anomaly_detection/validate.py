"""Validation during training: how well good and bad pictures are told apart, with heat maps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.data.intensity import in_8_bits, to_unit
from engine.evaluate.ranking import weighted_ranking
from engine.evaluate.statistic import RankingStatistic
from engine.records import IGNORE
from engine.tasks.anomaly_detection.figures import heat_sheet
from engine.tasks.anomaly_detection.infer import detector, raw_map_of_picture
from engine.tasks.anomaly_detection.normalise import normalised_map
from engine.tasks.anomaly_detection.options import AnomalyOptions
from engine.tasks.anomaly_detection.watched import WatchedPhoto
from engine.tasks.segmentation.infer import Inference
from engine.train.plan import Validation

PICTURES = 6


def validate(
    model: Any,
    watched: Sequence[WatchedPhoto],
    inference: Inference,
    options: AnomalyOptions,
) -> Validation:
    """Measures a model on watched photos.

    The score is the mean of `image_auroc` and, where defects are marked, of the share of each
    defect's pixels that lie above all but 2 % of the good pixels. Both are of drawn defects where
    validation shows no real ones: they say which weights to keep, not how good the model is.
    """
    ready = detector(model, options.architecture)
    maps = [raw_map_of_picture(ready, photo.picture, inference) for photo in watched]
    scores = np.array([_highest(m, photo) for m, photo in zip(maps, watched, strict=True)])
    is_bad = np.array([photo.is_bad for photo in watched], bool)
    scalars = {}
    if is_bad.any() and not is_bad.all():
        scalars["image_auroc"] = _auroc(scores, is_bad)
    found = _share_found(maps, watched)
    if found is not None:
        scalars["defect_pixels_found"] = found
    score = float(np.mean(list(scalars.values()))) if scalars else 0.0
    limit = _limit(scores, is_bad)
    shown = [index for index, photo in enumerate(watched) if photo.is_bad][:PICTURES]
    pictures = {
        watched[index].name: heat_sheet(
            in_8_bits(to_unit(watched[index].picture, inference.white_16_bit)),
            watched[index].labels,
            normalised_map(maps[index], limit),
        )
        for index in shown
    }
    return Validation(score, scalars, pictures)


def _auroc(scores: NDArray[np.float64], is_bad: NDArray[np.bool_]) -> float:
    count = len(scores)
    statistic = RankingStatistic("image_auroc", "all", np.arange(count), scores, is_bad, count)
    return float(weighted_ranking(statistic, np.ones((1, count)))[0])


def _highest(raw: NDArray[np.float32], photo: WatchedPhoto) -> float:
    counted = raw if photo.labels is None else raw[photo.labels != IGNORE]
    return float(counted.max(initial=0.0))


def _share_found(
    maps: Sequence[NDArray[np.float32]], watched: Sequence[WatchedPhoto]
) -> float | None:
    """Mean share of a picture's marked pixels above 98 % of all good pixels."""
    marked = [(m, p.labels) for m, p in zip(maps, watched, strict=True) if p.labels is not None]
    good = [m[labels == 0][::7] for m, labels in marked]
    bad = [m[labels == 1] for m, labels in marked if (labels == 1).any()]
    if not bad or not sum(len(part) for part in good):
        return None
    limit = float(np.quantile(np.concatenate(good), 0.98))
    return float(np.mean([float((part > limit).mean()) for part in bad]))


def _limit(scores: NDArray[np.float64], is_bad: NDArray[np.bool_]) -> float:
    """What pictures are drawn by: the highest score of a good photo, as validation goes."""
    if is_bad.all():
        return float(np.median(scores)) if len(scores) else 0.0
    return float(scores[~is_bad].max())
