"""What goes with a trained model to read photos with it: stored beside it as JSON."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
from pydantic import TypeAdapter

from engine.data.view import View
from engine.evaluate.thresholds import Threshold
from engine.recipe.units import Length
from engine.tasks.detection.boxes import HEADING
from engine.tasks.detection.deployment import Deployment as Locating
from engine.tasks.detection.infer import Inference
from engine.tasks.ocr.confidence import Confidence
from engine.tasks.ocr.one_kind import TEXT
from engine.tasks.ocr.prediction_lines import Telling
from engine.tasks.ocr.reader import Reader
from engine.tasks.ocr.verdicts import Limits
from engine.tasks.stored import dump_json, load_json
from engine.text.reading import PLAIN

READING: Final = "reading"
"""Name of the threshold of confidence."""

READABLE: Final = "readable"
"""Name of that of readable texts, see `engine.evaluate.readable_threshold`."""


@dataclass(frozen=True, slots=True)
class Deployment:
    """Attributes:
    class_names: in the order of the classes.
    margin: the edge band.
    view: region of interest; where nothing is located, all that is done to a photo.
    inference: how fields are located; None where each photo is a line.
    reader: how lines are read.
    readings, characters: calibrations of how sure the reader is.
    thresholds: of each class's detections, of readable texts and of readings; empty before
        calibration.
    suspicion: see `engine.tasks.detection.deployment`.
    least_side_px: that a photo must have to be judged, see `engine.tasks.small_photo`.
    """

    class_names: tuple[str, ...]
    margin: Length
    view: View
    inference: Inference | None
    reader: Reader
    readings: Confidence = field(default_factory=Confidence)
    characters: Confidence = field(default_factory=Confidence)
    thresholds: tuple[Threshold, ...] = ()
    suspicion: float | None = None
    least_side_px: int = 1

    def with_confidence(self, readings: Confidence, characters: Confidence) -> Deployment:
        """The same deployment with calibrated confidences."""
        return replace(self, readings=readings, characters=characters)

    def with_thresholds(
        self, thresholds: tuple[Threshold, ...], suspicion: float | None
    ) -> Deployment:
        """The same deployment with the thresholds that validation chose."""
        return replace(self, thresholds=thresholds, suspicion=suspicion)

    @property
    def locates(self) -> bool:
        """Whether fields are located; else each photo is a line."""
        return self.inference is not None

    @property
    def orders(self) -> tuple[int, ...]:
        """The symmetry of each class: a text has a heading."""
        return (HEADING,) * len(self.class_names)

    @property
    def limits(self) -> Limits:
        """How sure is sure, by the thresholds that there are."""
        scores = {each.class_name: each.value for each in self.thresholds if each.name == "score"}
        reading = [each.value for each in self.thresholds if each.name == READING]
        return Limits(
            np.array([scores.get(name, 0.0) for name in self.class_names], np.float32),
            reading[0] if reading else 0.0,
        )

    @property
    def plain(self) -> float:
        """How likely characters are that are plainly there, see `engine.text.reading.faintest`."""
        chosen = [each.value for each in self.thresholds if each.name == READABLE]
        return chosen[0] if chosen else PLAIN

    @property
    def one_kind(self) -> bool:
        """Whether the locator knows one kind of text, and reading tells which field each is."""
        return self.inference is not None and len(self.inference.orders) < len(self.class_names)

    @property
    def located_names(self) -> tuple[str, ...]:
        """What the locator tells apart; nothing where each photo is a line."""
        if self.inference is None:
            return ()
        return (TEXT,) if self.one_kind else self.class_names

    @property
    def locating(self) -> Locating | None:
        """What locates the fields, as detection has it; None where each photo is a line."""
        if self.inference is None:
            return None
        own = tuple(each for each in self.thresholds if each.name == "score")
        if own and self.one_kind:
            own = (Threshold("score", TEXT, min(each.value for each in own)),)
        return Locating(self.located_names, True, self.margin, self.inference, own, self.suspicion)


def telling_of(deployment: Deployment) -> Telling:
    """How the readings of a deployment are told."""
    roi = deployment.view.roi_xywh
    return Telling(
        deployment.class_names,
        deployment.limits,
        deployment.locates,
        roi[:2] if roi else (0, 0),
    )


_ADAPTER = TypeAdapter(Deployment)


def dump(deployment: Deployment) -> str:
    """As JSON text."""
    return dump_json(_ADAPTER, deployment)


def load(text: str) -> Deployment:
    """From JSON text.

    Raises:
        RunFailed: the text is no deployment.
    """
    return load_json(_ADAPTER, text)
