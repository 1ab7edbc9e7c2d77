"""The fields of a photo, located and read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.tasks.detection import infer as detection
from engine.tasks.detection.boxes import to_corners
from engine.tasks.detection.decode import LEAST_SURE
from engine.tasks.detection.detections import Detections
from engine.tasks.ocr import reader as reading
from engine.tasks.ocr.deployment import Deployment
from engine.tasks.ocr.looks import look
from engine.tasks.ocr.model import locator_of
from engine.tasks.ocr.outcome import Readings, whole_photo
from engine.tasks.ocr.upright import headed
from engine.text.reading import Reading

READ_FROM, MOST_READ = 0.05, 100
"""How surely a field must be there to be read at all, and how many of a photo are."""

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
class Said:
    """What a model said of one photo; small enough to be kept of every one.

    Attributes:
        detections: n fields in px of the region of interest, the surest first.
        readings: of each.
    """

    detections: Detections
    readings: tuple[Reading, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """What a model made of one photo.

    Attributes:
        said: of its n fields.
        lines: float32 (n, H, W, 3) in 0…1, each as the reader saw it.
    """

    said: Said
    lines: NDArray[np.float32]


def network_of(model: Any, deployment: Deployment) -> Network:
    """A model, ready to be asked."""
    locate = None
    if deployment.inference is not None:
        locate = detection.forward(locator_of(model), deployment.inference.orders)
    return Network(locate, reading.forward(model))


def see(
    network: Network,
    photo: NDArray[Any],
    deployment: Deployment,
    progress: Progress | None = None,
    least: Least = LEAST_SURE,
    read_from: float = READ_FROM,
) -> Seen:
    """Locates and reads the fields of a photo.

    Args:
        progress: called with (tiles done, tiles) while fields are located.
        least: of each class or of all; fields that are less surely there may be left out.
        read_from: fields that are less surely there are not read: unreadable. Nor are any but the
            `MOST_READ` surest.

    Raises:
        RunFailed: the model gave values that are no numbers.
    """
    frame = deployment.view.frame(photo)
    if network.locate is None or deployment.inference is None:
        box, sure = whole_photo(frame.shape[:2]), np.ones(1, np.float32)
        lines = reading.cut_lines(frame, to_corners(box), deployment.reader)
        said, classes = reading.read_as_any(
            network.read, lines, deployment.reader, deployment.plain
        )
        found = Detections(box, np.array(classes, np.uint8), sure)
        return Seen(Said(found, tuple(said)), lines)
    if deployment.one_kind:
        least = float(np.min(least))
    found = detection.detect(network.locate, photo, deployment.inference, progress, least)
    return _read(network, frame, found, deployment, read_from)


def _read(
    network: Network,
    frame: NDArray[Any],
    found: Detections,
    deployment: Deployment,
    read_from: float,
) -> Seen:
    """Reads located fields, which tells where each begins and maybe which field it is."""
    sure = np.flatnonzero(found.scores >= read_from)[:MOST_READ]
    own = found.take(sure)
    looked = look(network.read, frame, own.corners, own.classes.tolist(), deployment)
    lines = np.zeros((len(found), *deployment.reader.window.line_hw, 3), np.float32)
    lines[sure] = looked.lines
    boxes = found.boxes.copy()
    boxes[sure] = headed(own.boxes, looked.is_turned)
    readings, labels = [NOTHING] * len(found), found.classes.copy()
    for place, said, label in zip(sure.tolist(), looked.readings, looked.classes, strict=True):
        readings[place], labels[place] = said, label
    return Seen(Said(Detections(boxes, labels, found.scores), tuple(readings)), lines)


def readings_of(said: Said, deployment: Deployment) -> Readings:
    """The same with calibrated confidences, for whoever measures or prints."""
    own = said.readings
    heights = np.array([each.log_probability for each in own], np.float64)
    seen_at_all = np.array([bool(each.raw) for each in own], bool)
    with np.errstate(divide="ignore"):
        characters = tuple(
            tuple(deployment.characters.of(np.log(each.character_probabilities)).tolist())
            for each in own
        )
    return Readings(
        detections=said.detections,
        texts=tuple(each.text for each in own),
        raw=tuple(each.raw for each in own),
        confidences=np.where(seen_at_all, deployment.readings.of(heights), 0.0),
        characters=characters,
    )
