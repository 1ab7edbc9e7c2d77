"""The metrics that a recipe may set bounds for: which way is better, and which tasks have them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Task = Literal["segmentation", "oriented_detection", "detection", "ocr", "anomaly_detection"]
Direction = Literal["at least", "at most"]

TASKS: tuple[Task, ...] = (
    "segmentation",
    "oriented_detection",
    "detection",
    "ocr",
    "anomaly_detection",
)
DETECTION: tuple[Task, ...] = ("oriented_detection", "detection")
BOXED: tuple[Task, ...] = (*DETECTION, "ocr")
"""Which find things, or fields of text, on photos."""
ORIENTED: tuple[Task, ...] = ("oriented_detection", "ocr")
"""Whose boxes may be turned: they ask which way a thing lies, or read it from left to right."""
OF_CLASSES: tuple[Task, ...] = ("segmentation", *BOXED)
"""Which learn classes from annotations."""


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric that `accept` may name.

    Attributes:
        direction: whether a good model stays above or below the bound.
        tasks: the tasks whose report holds it.
        rate: a rate is bounded in percent; a bare number is refused.
        highest: the largest bound that makes sense; 1.0 for shares of a whole, also where errors
            can exceed it (`cer`, `wer`), None where there is no such.
    """

    direction: Direction
    tasks: tuple[Task, ...]
    rate: bool = False
    highest: float | None = 1.0

    @property
    def is_share(self) -> bool:
        """Whether it is a share of a whole, so that it may be written in percent."""
        return self.highest == 1.0


SYNONYMS: dict[str, tuple[str, ...]] = {
    "escape_rate": ("image_escape_rate", "wrong_read_rate"),
    "overkill_rate": ("image_overkill_rate", "reject_rate"),
}
"""Names of `accept` for rates that a task may report under another name: of photos, of readings."""


def tightest(bounds: Mapping[str, float], name: str) -> float | None:
    """The bound of a rate; the lowest where it is stated under several of its names."""
    stated = [bounds[each] for each in (name, *SYNONYMS[name]) if each in bounds]
    return min(stated, default=None)


_PHOTO_TASKS: tuple[Task, ...] = ("segmentation", "anomaly_detection")

METRICS: dict[str, Metric] = {
    "escape_rate": Metric("at most", TASKS, rate=True),
    "overkill_rate": Metric("at most", TASKS, rate=True),
    "image_escape_rate": Metric("at most", _PHOTO_TASKS, rate=True),
    "image_overkill_rate": Metric("at most", _PHOTO_TASKS, rate=True),
    "iou": Metric("at least", ("segmentation",)),
    "dice": Metric("at least", ("segmentation",)),
    "defect_recall": Metric("at least", ("segmentation",)),
    "defect_precision": Metric("at least", ("segmentation",)),
    "image_auroc": Metric("at least", _PHOTO_TASKS),
    "image_ap": Metric("at least", ("anomaly_detection",)),
    "pixel_auroc": Metric("at least", ("anomaly_detection",)),
    "pro": Metric("at least", ("anomaly_detection",)),
    "map50": Metric("at least", BOXED),
    "map50_95": Metric("at least", DETECTION),
    "recall": Metric("at least", BOXED),
    "precision": Metric("at least", BOXED),
    "angle_error_deg": Metric("at most", ("oriented_detection",), highest=180.0),
    "angle_error_deg_p90": Metric("at most", ("oriented_detection",), highest=180.0),
    "flip_rate": Metric("at most", ("oriented_detection",), rate=True),
    "position_error_px": Metric("at most", DETECTION, highest=None),
    "exact_match": Metric("at least", ("ocr",)),
    "cer": Metric("at most", ("ocr",)),
    "wer": Metric("at most", ("ocr",)),
    "field_f1": Metric("at least", ("ocr",)),
    "wrong_read_rate": Metric("at most", ("ocr",), rate=True),
    "reject_rate": Metric("at most", ("ocr",), rate=True),
}
