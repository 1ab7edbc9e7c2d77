"""What the model located and read on one photo, beside what is there.

These definitions are the contract behind the metrics of OCR; a change is a breaking change.

*Located.* Which detection is which field, and in which region of the photo, is as in detection
(`engine.tasks.detection.outcome`) at an intersection over union of at least 0.5, whatever the text.
Where reading tells which field a text is (`engine.tasks.ocr.one_kind`), also whatever the class:
a field that is taken for another is located, and misread.

*Read.* A reading is exact when its normalised text equals that of the field, character by
character. One that is unreadable is not exact. Fields to be ignored count for nothing.

Where photos are lines already, nothing is located: the field and its one reading both have the
whole photo as their box (`whole_photo`), and all else is the same.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.tasks.detection import outcome as detection
from engine.tasks.detection.boxes import HEADING
from engine.tasks.detection.detections import Detections, Floats, Things


@dataclass(frozen=True, slots=True, eq=False)
class Fields:
    """The annotated fields of one photo, in px of the frame (the photo's region of interest).

    Attributes:
        things: of n fields, where they are and which class each is.
        texts: of each, normalised; empty for those to be ignored.
    """

    things: Things
    texts: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.texts)


@dataclass(frozen=True, slots=True, eq=False)
class Readings:
    """What a model located and read on one photo, the surest detection first.

    Attributes:
        detections: n of them, in px of the frame.
        texts: of each, the likeliest text that its field can hold; None where it is unreadable.
        raw: of each, what the network saw, whatever the field can hold.
        confidences: float64 (n,) in 0…1, calibrated: how likely the reading is right; of an
            unreadable one, how sure the network is of what it saw, 0 where that is nothing.
        characters: of each, the calibrated confidence of each character of `texts`, or of `raw`
            where it is unreadable.
    """

    detections: Detections
    texts: tuple[str | None, ...]
    raw: tuple[str, ...]
    confidences: NDArray[np.float64]
    characters: tuple[tuple[float, ...], ...]

    def __len__(self) -> int:
        return len(self.texts)

    @property
    def readable(self) -> NDArray[np.bool_]:
        """(n,) whether each holds a text that its field can hold."""
        return np.array([text is not None for text in self.texts], bool)

    def best(self, number: int) -> str:
        """What was read, acceptable or not: what `characters` has the confidences of."""
        text = self.texts[number]
        return self.raw[number] if text is None else text


@dataclass(frozen=True, slots=True, eq=False)
class PhotoOutcome:
    """Everything that the report needs of one photo.

    Attributes:
        located: which detection found which field; its row 0 is that of an overlap of 0.5.
    """

    sample_id: str
    object: str
    size_hw: tuple[int, int]
    fields: Fields
    readings: Readings
    located: detection.PhotoOutcome


def observe(
    sample_id: str,
    object: str,
    size_hw: tuple[int, int],
    fields: Fields,
    readings: Readings,
    margin_px: float,
    class_count: int,
    *,
    one_kind: bool = False,
) -> PhotoOutcome:
    """Compares what was read on a photo with what is there.

    Args:
        size_hw: of the photo's region of interest, in px.
        fields: **with** those in the margin: that region is measured too.
        margin_px: width of the edge band; 0 for none.
        class_count: number of classes of the recipe; each has a heading.
        one_kind: whether fields are located whatever their class, because reading tells it.
    """
    things, found = fields.things, readings.detections
    if one_kind:
        kinds = np.where(things.ignored, things.classes, 0).astype(np.uint8)
        things = Things(things.boxes, kinds)
        found = Detections(found.boxes, np.zeros(len(found), np.uint8), found.scores)
    located = detection.observe(
        sample_id,
        object,
        size_hw,
        things,
        found,
        margin_px,
        (HEADING,) * (1 if one_kind else class_count),
    )
    return PhotoOutcome(sample_id, object, size_hw, fields, readings, located)


def whole_photo(size_hw: tuple[int, int]) -> Floats:
    """The box (1, 5) of a photo that is a line: all of it, upright."""
    height, width = size_hw
    return np.array([[width / 2, height / 2, width, height, 0]], np.float32)
