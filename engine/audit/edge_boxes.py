"""Boxes at the edge: which of them nothing is learnt from, and which reach out of the photo."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.data.boxes.geometry import bounds_xywh
from engine.records import IGNORE, BoxAnnotation, Sample

Flags = NDArray[np.bool_]
Xywh = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class EdgeBox:
    """One box: its corners (4, 2) in px, and how far it reaches out of the photo."""

    class_index: int
    corners: NDArray[np.float32]
    overhang_px: float

    def row(self, names: tuple[str, ...]) -> Mapping[str, object]:
        """As findings have it."""
        box = list(bounds_xywh(self.corners))
        return {"class": names[self.class_index], "bbox_xywh": box}


@dataclass(frozen=True, slots=True, eq=False)
class EdgeBoxes:
    """The n boxes of a photo, without those to be ignored.

    Attributes:
        classes: (n,) indices.
        corners: (n, 4, 2) in px.
        overhang_px: (n,), how far each reaches out of the photo.
        in_photo: (n,), whether its middle lies on the photo.
        in_frame: (n,), whether its middle lies in `input.roi`, which is the photo where none is
            stated.
        inspected: (n,), whether its middle lies in what `margins.edge` leaves of that.
    """

    classes: NDArray[np.uint8]
    corners: NDArray[np.float32]
    overhang_px: NDArray[np.float32]
    in_photo: Flags
    in_frame: Flags
    inspected: Flags

    def furthest_first(self, chosen: Flags) -> list[EdgeBox]:
        """Some of the boxes, in the order of how far they reach out."""
        rows = np.flatnonzero(chosen)
        rows = rows[np.argsort(-self.overhang_px[rows], kind="stable")]
        return [
            EdgeBox(int(self.classes[row]), self.corners[row], float(self.overhang_px[row]))
            for row in rows.tolist()
        ]


def edge_boxes(sample: Sample, frame_xywh: Xywh, inspected_xywh: Xywh) -> EdgeBoxes:
    """The boxes of a photo; none where its annotation holds no boxes."""
    annotation = sample.annotation
    classes, corners = np.empty(0, np.uint8), np.empty((0, 4, 2), np.float32)
    if isinstance(annotation, BoxAnnotation):
        kept = annotation.class_indices != IGNORE
        classes, corners = annotation.class_indices[kept], annotation.corners[kept]
    height, width = sample.size_hw
    low, high = corners.min(axis=1), corners.max(axis=1)
    out = np.concatenate([-low, high - np.array([width, height], np.float32)], axis=1)
    middle = corners.mean(axis=1)
    return EdgeBoxes(
        classes,
        corners,
        np.maximum(out.max(axis=1), 0.0),
        _within(middle, (0, 0, width, height)),
        _within(middle, frame_xywh),
        _within(middle, inspected_xywh),
    )


def _within(points_xy: NDArray[np.float32], frame_xywh: Xywh) -> Flags:
    left, top, width, height = frame_xywh
    away = points_xy - np.array([left, top], np.float32)
    return np.asarray(((away >= 0) & (away < (width, height))).all(axis=1))
