"""Training photos that the model calls bad, although it was to learn from them what good is.

A photo that was gathered or trained on looks familiar. One that is called bad all the same was left
out as an outlier, or is outvoted by all others: a defect among the good photos, most likely.
"""

from __future__ import annotations

import time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.data.images import read_image
from engine.evaluate.thresholds import NEUTRAL
from engine.records import IGNORE, Sample, TrainSet
from engine.tasks.anomaly_detection.deployment import Deployment
from engine.tasks.anomaly_detection.gallery import picture
from engine.tasks.anomaly_detection.infer import detector
from engine.tasks.anomaly_detection.places import anomalous_places
from engine.tasks.anomaly_detection.scored import ScoredPhoto, score_photo
from engine.tasks.anomaly_detection.truth import read_truth
from engine.tasks.drawing import encode_jpeg
from engine.tasks.suspicion import Clock, search
from engine.tasks.task import Progress, Suspect, Suspects

NAME = "unlike the other good photos"


def suspects(
    model: Any,
    deployment: Deployment,
    train: TrainSet,
    progress: Progress,
    clock: Clock = time.monotonic,
) -> Suspects:
    """The most anomalous training photos, see `engine.tasks.suspicion`."""
    ready, view = detector(model, deployment.architecture), deployment.inference.view

    def look_at(sample: Sample, limit: float) -> Suspect | None:
        photo, truth = read_image(sample.image), read_truth(sample, view)
        scored = score_photo(ready, photo, deployment, truth)
        if scored.score < limit:
            return None
        scores = np.where(truth == IGNORE, np.float32(0.0), scored.scores)
        places = anomalous_places(scores, scored.interior, scored.corner_xy)
        return Suspect(
            sample_id=sample.id,
            class_name=NAME,
            bbox_xywh=places[0].bbox_xywh if places else _most_anomalous(scores, scored),
            confidence=round(scored.score, 4),
            others=max(len(places) - 1, 0),
            picture=encode_jpeg(picture(view.crop(photo), None, scores)),
        )

    return search(train, NEUTRAL, look_at, progress, clock)


def _most_anomalous(scores: NDArray[np.float32], scored: ScoredPhoto) -> tuple[int, int, int, int]:
    """The pixel of the highest score away from the edge, as a box in px of the photo."""
    within = np.where(scored.interior, scores, -1.0)
    y, x = np.unravel_index(int(within.argmax()), within.shape)
    return int(x) + scored.corner_xy[0], int(y) + scored.corner_xy[1], 1, 1
