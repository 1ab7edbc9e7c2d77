"""The fields of a photo, located and read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.tasks.detection import infer as detection
from engine.tasks.detection.decode import LEAST_SURE
from engine.tasks.detection.detections import Detections
from engine.tasks.ocr import reader as reading
from engine.tasks.ocr.deployment import Deployment
from engine.tasks.ocr.model import locator_of
from engine.tasks.ocr.outcome import Readings, whole_photo
from engine.text.reading import Reading

NOTHING = Reading(None, "", 0.0, ())
"""Of a field that was not read."""

Progress = Callable[[int, int], None]
Least = float | NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Network:
    """The compiled halves of a model; `locate` is None where each photo is a line."""

    locate: detection.Forward | None
    read: reading.Forward


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """What a model made of one photo.

    Attributes:
        detections: n fields in px of the region of interest, the surest first.
        lines: float32 (n, H, W, 3) in 0…1, each as the reader saw it.
        readings: of each.
    """

    detections: Detections
    lines: NDArray[np.float32]
    readings: tuple[Reading, ...]


def network_of(model: Any, deployment: Deployment) -> Network:
    """A model, ready to be asked."""
    locate = detection.forward(locator_of(model), deployment.orders) if deployment.locates else None
    return Network(locate, reading.forward(model))


def see(
    network: Network,
    photo: NDArray[Any],
    deployment: Deployment,
    progress: Progress | None = None,
    least: Least = LEAST_SURE,
    read_from: float = 0.0,
) -> Seen:
    """Locates and reads the fields of a photo.

    Args:
        progress: called with (tiles done, tiles) while fields are located.
        least: of each class or of all; fields that are less surely there may be left out.
        read_from: fields that are less surely there are not read: unreadable.

    Raises:
        RunFailed: the model gave values that are no numbers.
    """
    frame = deployment.view.frame(photo)
    if network.locate is None or deployment.inference is None:
        found = _whole(frame.shape[:2])
    else:
        found = detection.detect(network.locate, photo, deployment.inference, progress, least)
    lines = reading.cut_lines(frame, found.corners, deployment.reader)
    sure = np.flatnonzero(found.scores >= read_from)
    said = [NOTHING] * len(found)
    read = reading.read(network.read, lines[sure], found.classes[sure].tolist(), deployment.reader)
    for number, one in zip(sure.tolist(), read, strict=True):
        said[number] = one
    return Seen(found, lines, tuple(said))


def readings_of(seen: Seen, deployment: Deployment) -> Readings:
    """The same with calibrated confidences, for whoever measures or prints."""
    said = seen.readings
    heights = np.array([each.log_probability for each in said], np.float64)
    with np.errstate(divide="ignore"):
        characters = tuple(
            tuple(deployment.characters.of(np.log(each.character_probabilities)).tolist())
            for each in said
        )
    return Readings(
        detections=seen.detections,
        texts=tuple(each.text for each in said),
        raw=tuple(each.raw for each in said),
        confidences=deployment.readings.of(heights),
        characters=characters,
    )


def _whole(size_hw: tuple[int, int]) -> Detections:
    """The one field of a photo that is a line."""
    return Detections(whole_photo(size_hw), np.zeros(1, np.uint8), np.ones(1, np.float32))
