"""What goes with a model to put photos through it: stored beside it as JSON."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import TypeAdapter

from engine.evaluate.thresholds import Threshold
from engine.recipe.units import Length
from engine.tasks.anomaly_detection.limits import Limits
from engine.tasks.anomaly_detection.options import Architecture
from engine.tasks.segmentation.infer import Inference
from engine.tasks.stored import dump_json, load_json


@dataclass(frozen=True, slots=True)
class Deployment:
    """Attributes:
    kinds: of defect.
    margin: the edge band.
    architecture: how raw scores come about.
    inference: how photos become tiles and tiles maps.
    limits: raw thresholds; None before calibration.
    scales: of a picture's sides, at which the network looks at it: those it was trained and
        calibrated at, of older runs full size alone.
    least_side_px: that a photo must have to be judged, see `engine.tasks.small_photo`.
    """

    kinds: tuple[str, ...]
    margin: Length
    architecture: Architecture
    inference: Inference
    limits: Limits | None = None
    scales: tuple[float, ...] = (1.0,)
    least_side_px: int = 1

    @property
    def thresholds(self) -> tuple[Threshold, ...]:
        """As the report lists them."""
        return self.limits.thresholds if self.limits else ()

    @property
    def calibrated(self) -> Limits:
        """The raw thresholds.

        Raises:
            ValueError: before calibration.
        """
        if self.limits is None:
            raise ValueError("the deployment is not calibrated")
        return self.limits


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
