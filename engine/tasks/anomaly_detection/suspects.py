"""Training photos that the model calls bad, although it was to learn from them what good is.

A photo that was gathered or trained on looks familiar. One that is called bad all the same is
outvoted by all others: a defect among the good photos, most likely. Photos of objects that were
outliers when a memory was gathered are looked at first, and are told whatever they score.
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
from engine.tasks.anomaly_detection.patches.memory import memory_of
from engine.tasks.anomaly_detection.places import anomalous_places
from engine.tasks.anomaly_detection.scored import ScoredPhoto, score_photo
from engine.tasks.anomaly_detection.truth import good_samples, read_truth
from engine.tasks.drawing import encode_jpeg
from engine.tasks.suspicion import MOST_SHOWN, Clock, search
from engine.tasks.task import Progress, Suspect, Suspects

NAME = "unlike the other good photos"
LEFT_OUT = f"{NAME} (left out of the memory)"
LEARNT = f"{NAME} (an outlier of the memory, which holds it)"


def suspects(
    model: Any,
    deployment: Deployment,
    train: TrainSet,
    progress: Progress,
    clock: Clock = time.monotonic,
) -> Suspects:
    """Outliers of the memory, then the most anomalous of the other good training photos.

    Each of the two searches has the time that `engine.tasks.suspicion` gives it.
    """
    ready = detector(model, deployment.architecture, deployment.scales)
    view = deployment.inference.view
    memory = memory_of(model)
    names = frozenset(memory.outliers if memory else ())
    of_outliers = LEFT_OUT if memory and memory.left_out else LEARNT
    good = good_samples(train.samples)
    first = TrainSet(tuple(sample for sample in good if sample.object in names))
    others = TrainSet(tuple(sample for sample in good if sample.object not in names))

    def look_at(sample: Sample, limit: float) -> Suspect | None:
        photo, truth = read_image(sample.image), read_truth(sample, view)
        scored = score_photo(ready, photo, deployment, truth)
        if scored.score < limit:
            return None
        scores = np.where(truth == IGNORE, np.float32(0.0), scored.scores)
        places = anomalous_places(scores, scored.interior, scored.corner_xy)
        return Suspect(
            sample_id=sample.id,
            class_name=of_outliers if sample.object in names else NAME,
            bbox_xywh=places[0].bbox_xywh if places else _most_anomalous(scores, scored),
            confidence=round(scored.score, 4),
            others=max(len(places) - 1, 0),
            picture=encode_jpeg(picture(view.crop(photo), None, scores)),
        )

    def told_after(before: int) -> Progress:
        return lambda done, _: progress(before + done, len(good))

    found: tuple[Suspect, ...] = ()
    looked = 0
    for part, limit in ((first, 0.0), (others, NEUTRAL)):
        if len(part):
            own = search(part, limit, look_at, told_after(looked), clock)
            found, looked = (*found, *own.found), looked + own.looked
    return Suspects(looked, len(good), NEUTRAL, found[:MOST_SHOWN])


def _most_anomalous(scores: NDArray[np.float32], scored: ScoredPhoto) -> tuple[int, int, int, int]:
    """The pixel of the highest score away from the edge, as a box in px of the photo."""
    within = np.where(scored.interior, scores, -1.0)
    y, x = np.unravel_index(int(within.argmax()), within.shape)
    return int(x) + scored.corner_xy[0], int(y) + scored.corner_xy[1], 1, 1
