"""Training photos that the model calls bad, although it was to learn from them what good is.

A photo that was gathered or trained on looks familiar. One that is called bad all the same was left
out as an outlier, or is outvoted by all others: a defect among the good photos, most likely.
"""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from engine.data.images import read_image
from engine.evaluate.metric import HEADLINE
from engine.evaluate.thresholds import NEUTRAL
from engine.records import Sample, TrainSet
from engine.tasks.anomaly_detection.deployment import Deployment
from engine.tasks.anomaly_detection.gallery import picture
from engine.tasks.anomaly_detection.infer import detector, raw_map
from engine.tasks.anomaly_detection.normalise import normalised, normalised_map
from engine.tasks.anomaly_detection.outcome import highest_by_region
from engine.tasks.anomaly_detection.places import anomalous_places
from engine.tasks.drawing import encode_jpeg
from engine.tasks.segmentation.regions import region_masks
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
    ready = detector(model, deployment.architecture)
    limits, view = deployment.calibrated, deployment.inference.view

    def look_at(sample: Sample, limit: float) -> Suspect | None:
        photo = read_image(sample.image)
        raw = raw_map(ready, photo, deployment.inference)
        size_hw = (raw.shape[0], raw.shape[1])
        margin_px = deployment.margin.to_px(size_hw)
        highest = highest_by_region(raw, None, margin_px)[HEADLINE]
        score = float(normalised(highest, limits.image.value))
        if score < limit:
            return None
        scores = normalised_map(raw, limits.pixel.value)
        interior = region_masks(size_hw, margin_px)[HEADLINE]
        places = anomalous_places(scores, interior)
        left, top = view.roi_xywh[:2] if view.roi_xywh else (0, 0)
        y, x = np.unravel_index(int(np.where(interior, raw, -1.0).argmax()), size_hw)
        box = places[0].bbox_xywh if places else (int(x), int(y), 1, 1)
        return Suspect(
            sample_id=sample.id,
            class_name=NAME,
            bbox_xywh=(box[0] + left, box[1] + top, box[2], box[3]),
            confidence=round(score, 4),
            others=max(len(places) - 1, 0),
            picture=encode_jpeg(picture(view.crop(photo), None, scores)),
        )

    return search(train, NEUTRAL, look_at, progress, clock)
