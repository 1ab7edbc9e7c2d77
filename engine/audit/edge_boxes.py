"""Boxes at the edge: which of them nothing is learnt from, and which reach out of the photo."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.audit.audited import Audited
from engine.data.boxes.geometry import bounds_xywh, overhang_px
from engine.records import IGNORE, BoxAnnotation, Sample


@dataclass(frozen=True, slots=True)
class EdgeBox:
    """One box of a photo, but for those to be ignored.

    Attributes:
        corners: (4, 2) in px.
        overhang_px: how far it reaches out of the photo.
        in_photo: whether its middle lies on the photo.
        in_frame: whether its middle lies in `input.roi`, which is the photo where none is stated.
        inspected: whether its middle lies in what `margins.edge` leaves of that.
    """

    class_index: int
    corners: NDArray[np.float32]
    overhang_px: float
    in_photo: bool
    in_frame: bool
    inspected: bool

    def row(self, names: tuple[str, ...]) -> Mapping[str, object]:
        """As findings have it."""
        box = list(bounds_xywh(self.corners))
        return {"class": names[self.class_index], "bbox_xywh": box}


def edge_boxes(audited: Audited, sample: Sample) -> Iterator[EdgeBox]:
    """The boxes of a photo; none where its annotation holds no boxes."""
    annotation = sample.annotation
    if not isinstance(annotation, BoxAnnotation):
        return
    height, width = sample.size_hw
    frame, inner = audited.frame(sample), audited.inspected(sample)
    for index, corners in zip(annotation.class_indices, annotation.corners, strict=True):
        if index != IGNORE:
            middle = corners.mean(axis=0)
            yield EdgeBox(
                int(index),
                corners,
                overhang_px(corners.tolist(), sample.size_hw) or 0.0,
                _within(middle, (0, 0, width, height)),
                _within(middle, frame),
                _within(middle, inner),
            )


def _within(point_xy: NDArray[np.float32], frame_xywh: tuple[int, int, int, int]) -> bool:
    left, top, width, height = frame_xywh
    away = point_xy - (left, top)
    return bool(((away >= 0) & (away < (width, height))).all())
