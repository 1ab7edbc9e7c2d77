"""What goes with a trained model to put photos through it: stored beside it as JSON."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter

from engine.evaluate.thresholds import Threshold
from engine.recipe.units import Length
from engine.tasks.detection.infer import Inference
from engine.tasks.stored import dump_json, load_json


@dataclass(frozen=True, slots=True)
class Deployment:
    """Attributes:
    class_names: in the order of the model's classes.
    oriented: whether boxes have angles.
    margin: the edge band.
    inference: how photos become tiles and tiles things.
    thresholds: one a class; empty before calibration.
    suspicion: how sure the model must be to doubt the annotation of a training photo; None before
        calibration, and where it is not right often enough.
    least_side_px: that a photo must have to be judged, see `engine.tasks.small_photo`.
    """

    class_names: tuple[str, ...]
    oriented: bool
    margin: Length
    inference: Inference
    thresholds: tuple[Threshold, ...] = ()
    suspicion: float | None = None
    least_side_px: int = 1

    def calibrated(self, thresholds: tuple[Threshold, ...], suspicion: float | None) -> Deployment:
        """The same deployment with what validation chose."""
        return replace(self, thresholds=thresholds, suspicion=suspicion)

    @property
    def orders(self) -> tuple[int, ...]:
        """The symmetry of each class."""
        return self.inference.orders

    @property
    def limits(self) -> NDArray[np.float32]:
        """The thresholds in the order of the classes, (classes,)."""
        by_class = {threshold.class_name: threshold.value for threshold in self.thresholds}
        return np.array([by_class[name] for name in self.class_names], np.float32)


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
