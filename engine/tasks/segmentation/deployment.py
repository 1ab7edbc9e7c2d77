"""What goes with a trained model to put photos through it: stored beside it as JSON."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pydantic import TypeAdapter

from engine.evaluate.thresholds import Threshold
from engine.recipe.units import Length
from engine.tasks.segmentation.infer import Inference
from engine.tasks.stored import dump_json, load_json


@dataclass(frozen=True, slots=True)
class Deployment:
    """Attributes:
    class_names: in the order of the model's channels, without the background.
    margin: the edge band.
    inference: how photos become tiles and tiles maps.
    thresholds: one a class, and one for the photo; empty before calibration.
    suspicion: how sure of a mark the model must be to doubt the annotation of a training photo;
        None before calibration, and where its marks are not right often enough.
    least_side_px: that a photo must have to be judged, see `engine.tasks.small_photo`.
    """

    class_names: tuple[str, ...]
    margin: Length
    inference: Inference
    thresholds: tuple[Threshold, ...] = ()
    suspicion: float | None = None
    least_side_px: int = 1

    def with_thresholds(self, thresholds: tuple[Threshold, ...]) -> Deployment:
        """The same deployment, calibrated."""
        return replace(self, thresholds=thresholds)

    @property
    def pixel_limits(self) -> list[float]:
        """The pixel thresholds in the order of the classes."""
        by_class = {t.class_name: t.value for t in self.thresholds if t.name == "pixel"}
        return [by_class[name] for name in self.class_names]

    @property
    def image_limit(self) -> float:
        """The threshold of the photo's score."""
        return next(t.value for t in self.thresholds if t.name == "image")


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
