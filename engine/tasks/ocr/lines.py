"""The annotated lines of photos: where each lies, what is written there, and what it is of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.data.view import View
from engine.records import IGNORE, BoxAnnotation, Sample
from engine.tasks.detection.boxes import from_corners
from engine.tasks.detection.detections import Things
from engine.tasks.detection.photos import inside_margin
from engine.tasks.ocr.outcome import Fields, whole_photo

COVERS = 0.98
"""Share of a photo's sides that the one box on it covers where the photo is the line."""


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """One annotated line.

    Attributes:
        photo: number of its photo.
        corners: (4, 2) in px of the photo's region of interest, the first edge its top.
        class_index: of its field.
        text: as it is to be read.
    """

    photo: int
    corners: NDArray[np.float32]
    class_index: int
    text: str


def fields_of(sample: Sample, view: View, *, located: bool) -> Fields:
    """What is annotated on a photo, in px of its region of interest; nothing else is left out.

    A field whose middle lies outside of the region is to be ignored. A text that is said to fill
    its photo fills the region.
    """
    annotation = sample.annotation
    if not isinstance(annotation, BoxAnnotation):
        raise ValueError(f"{sample.id} has no boxes. Received: {annotation!r}")
    frame_hw = view.frame_hw(sample.size_hw)
    if not located and _is_line(sample):
        boxes = whole_photo(frame_hw)
    else:
        left, top = view.roi_xywh[:2] if view.roi_xywh else (0, 0)
        boxes = from_corners(annotation.corners - np.array([left, top], np.float32))
    inside = inside_margin(boxes, frame_hw, 0.0)
    classes = np.where(inside, annotation.class_indices, IGNORE).astype(np.uint8)
    texts = annotation.texts or ("",) * len(classes)
    return Fields(Things(boxes, classes), texts)


def lines_of(
    samples: Sequence[Sample], view: View, margins_px: Sequence[float], *, located: bool
) -> tuple[Line, ...]:
    """The lines of training photos that are learnt: none to be ignored, none in the margin."""
    return tuple(
        line
        for number, (sample, margin_px) in enumerate(zip(samples, margins_px, strict=True))
        for line in _lines(
            number,
            fields_of(sample, view, located=located),
            view.frame_hw(sample.size_hw),
            margin_px,
        )
    )


def _lines(
    number: int, fields: Fields, frame_hw: tuple[int, int], margin_px: float
) -> Iterator[Line]:
    things = fields.things
    inside = inside_margin(things.boxes, frame_hw, margin_px)
    for corners, index, text, inner in zip(
        things.corners, things.classes.tolist(), fields.texts, inside.tolist(), strict=True
    ):
        if index != IGNORE and inner and text:
            yield Line(number, corners, index, text)


def are_lines_already(samples: Sequence[Sample]) -> bool:
    """Whether each photo is one line: one box, upright, that covers the photo.

    Photos without a box, declared to be empty, are of either kind.
    """
    boxed = [
        sample
        for sample in samples
        if not isinstance(sample.annotation, BoxAnnotation) or len(sample.annotation.corners)
    ]
    return bool(boxed) and all(_is_line(sample) for sample in boxed)


def _is_line(sample: Sample) -> bool:
    annotation = sample.annotation
    if not isinstance(annotation, BoxAnnotation) or len(annotation.corners) != 1:
        return False
    height, width = sample.size_hw
    whole = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    slack = (1 - COVERS) * np.array([width, height], np.float32)
    return bool((np.abs(annotation.corners[0] - whole) <= np.maximum(slack, 1.0)).all())
