"""Photos and their things as this task uses them: read when asked for, in the network's view."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.data.cache import ArrayCache
from engine.data.images import read_image
from engine.data.view import View
from engine.errors import RunFailed
from engine.recipe.units import Length
from engine.records import IGNORE, BoxAnnotation, Sample
from engine.tasks.detection.boxes import NO_ANGLE, from_corners, upright
from engine.tasks.detection.detections import Things
from engine.tasks.margin import require_interior


@dataclass(frozen=True, slots=True)
class Photos:
    """The photos of one part of the split, by index.

    Attributes:
        samples: in the order of the indices.
        image: gives the photo as the network sees it, uint8 or uint16.
        sizes_hw: of these pictures, in px.
        things: of each, in px of it, with those in the margin.
        margins_px: width of the edge band of each.
    """

    samples: tuple[Sample, ...]
    image: Callable[[int], NDArray[Any]]
    sizes_hw: tuple[tuple[int, int], ...]
    things: tuple[Things, ...]
    margins_px: tuple[float, ...]


def open_photos(
    samples: Sequence[Sample], view: View, margin: Length, orders: Sequence[int], *, oriented: bool
) -> Photos:
    """Photos that are read when they are asked for, and kept while memory allows.

    Raises:
        UsageError: the margin leaves nothing of a photo.
    """
    kept = tuple(samples)
    for sample in kept:
        require_interior(sample, view, margin)

    def image(index: int) -> NDArray[Any]:
        return view.image(read_image(kept[index].image))

    frames = [view.frame_hw(sample.size_hw) for sample in kept]
    return Photos(
        kept,
        ArrayCache(image),
        sizes_hw=tuple(view.network_size_hw(frame) for frame in frames),
        things=tuple(
            to_view(read_truth(sample, view, orders, oriented=oriented), view, sample.size_hw)
            for sample in kept
        ),
        margins_px=tuple(
            margin.to_px(frame) * min(view_scale(view, sample.size_hw))
            for sample, frame in zip(kept, frames, strict=True)
        ),
    )


def read_truth(sample: Sample, view: View, orders: Sequence[int], *, oriented: bool) -> Things:
    """The things of a photo in px of its region of interest; those outside of it are left out.

    What reaches into the region and has its middle outside is to be ignored: there is something,
    but not what the class looks like.
    """
    annotation = sample.annotation
    if not isinstance(annotation, BoxAnnotation):
        raise RunFailed(
            "a photo without boxes reached training",
            where=sample.id,
            fix="Run `dltrain check` on the recipe and mend ANN309",
        )
    left, top = view.roi_xywh[:2] if view.roi_xywh else (0, 0)
    corners = annotation.corners - np.array([left, top], np.float32)
    boxes = from_corners(corners if oriented else upright(corners))
    height, width = view.frame_hw(sample.size_hw)
    things = without_angle(Things(boxes, annotation.class_indices), orders)
    inside = inside_margin(boxes, (height, width), 0.0)
    classes = np.where(inside, things.classes, IGNORE).astype(np.uint8)
    low, high = things.corners.min(axis=1), things.corners.max(axis=1)
    shown = ((high > 0) & (low < (width, height))).all(axis=1)
    return Things(things.boxes, classes).take(shown)


def without_angle(things: Things, orders: Sequence[int]) -> Things:
    """The same things; those of a class without an angle lie upright."""
    boxes = things.boxes.copy()
    for index, order in enumerate(orders):
        if order == NO_ANGLE:
            boxes[things.classes == index, 4] = 0.0
    return Things(boxes, things.classes)


def to_view(things: Things, view: View, size_hw: tuple[int, int]) -> Things:
    """Things in px of the region of interest, as the network sees them."""
    return Things(scaled(things.boxes, view_scale(view, size_hw)), things.classes)


def view_scale(view: View, size_hw: tuple[int, int]) -> tuple[float, float]:
    """By how much the network's picture of a photo is larger than its region, along x and y."""
    frame = view.frame_hw(size_hw)
    seen = view.network_size_hw(frame)
    return seen[1] / frame[1], seen[0] / frame[0]


def scaled(boxes: NDArray[np.float32], scale_xy: tuple[float, float]) -> NDArray[np.float32]:
    """Boxes (n, 5) in a picture that is larger by these factors."""
    if scale_xy == (1.0, 1.0) or not len(boxes):
        return boxes
    result = boxes.copy()
    result[:, :2] *= scale_xy
    cosine, sine = np.cos(boxes[:, 4]), np.sin(boxes[:, 4])
    along = np.hypot(cosine * scale_xy[0], sine * scale_xy[1])
    down = np.hypot(sine * scale_xy[0], cosine * scale_xy[1])
    result[:, 2] *= along
    result[:, 3] *= down
    result[:, 4] = np.arctan2(sine * scale_xy[1], cosine * scale_xy[0])
    return result


def inside_margin(
    boxes: NDArray[np.float32], size_hw: tuple[int, int], margin_px: float
) -> NDArray[np.bool_]:
    """Which boxes (n, 5) have their middle away from the edge of a frame: (n,)."""
    height, width = size_hw
    x, y = boxes[:, 0], boxes[:, 1]
    return np.asarray(
        (x >= margin_px) & (y >= margin_px) & (x < width - margin_px) & (y < height - margin_px)
    )
