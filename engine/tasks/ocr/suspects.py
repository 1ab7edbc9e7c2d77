"""Training photos on which the model is sure of a field that nobody annotated."""

from __future__ import annotations

from typing import Any

from engine.records import TrainSet
from engine.tasks.detection import suspects as detection
from engine.tasks.ocr.deployment import Deployment
from engine.tasks.ocr.model import locator_of
from engine.tasks.ocr.one_kind import of_one_kind
from engine.tasks.task import Progress, Suspects


def suspects(model: Any, deployment: Deployment, train: TrainSet, progress: Progress) -> Suspects:
    """As in detection; where each photo is a line, nothing is looked for."""
    locating = deployment.locating
    if locating is None:
        return Suspects(
            0, len(train), None, (), reason="each photo is a line, annotated as a whole"
        )
    if deployment.one_kind:
        train = TrainSet(tuple(of_one_kind(sample) for sample in train.samples))
    return detection.suspects(locator_of(model), locating, train, progress)
