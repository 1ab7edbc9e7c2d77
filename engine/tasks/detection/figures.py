"""Pictures of boxes: each with a tick from its middle to its top, where its class has a heading.

A symmetry is drawn as it is: the tick of a class that looks the same turned by half goes to both
ends, a nut has six, and what is round, or upright, has none.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.records import IGNORE
from engine.tasks.detection.boxes import HEADING, NO_ANGLE, to_corners
from engine.tasks.detection.detections import Detections, Things
from engine.tasks.drawing import (
    IGNORED_COLOUR,
    LegendEntry,
    Rgb,
    class_colour,
    short_name,
    side_by_side,
    to_rgb,
)

_SHIFT = 4
"""Lines are drawn at a sixteenth of a pixel."""

MOST_TICKS = 12
_DARK = (20, 24, 30)
Colour = tuple[int, int, int]


def draw_boxes(
    photo: NDArray[np.generic],
    found: Things | Detections,
    orders: Sequence[int],
    marked: NDArray[np.bool_] | None = None,
) -> Rgb:
    """The photo (H, W, 3) with its boxes, and their headings.

    Args:
        photo: (H, W) or (H, W, 3), uint8 or uint16.
        orders: the symmetry of each class.
        marked: (n,) boxes to be drawn bold.
    """
    drawn = to_rgb(photo).copy()
    thin = 1 if max(drawn.shape[:2]) <= 800 else 2
    corners = to_corners(found.boxes)
    for number in np.argsort(-np.prod(found.boxes[:, 2:4], axis=1), kind="stable").tolist():
        label = int(found.classes[number])
        colour = IGNORED_COLOUR if label == IGNORE else class_colour(label)
        bold = marked is not None and bool(marked[number])
        width = thin + (1 if bold else 0)
        lines = [corners[number]]
        if label != IGNORE:
            lines += _ticks(found.boxes[number], orders[label])
        for line, closed in zip(lines, [True] + [False] * (len(lines) - 1), strict=True):
            _draw_line(drawn, line, _DARK, width + 2, closed)
        for line, closed in zip(lines, [True] + [False] * (len(lines) - 1), strict=True):
            _draw_line(drawn, line, colour, width, closed)
    return drawn


def _draw_line(
    drawn: Rgb, points: NDArray[np.floating], colour: Colour, width: int, closed: bool
) -> None:
    fixed = np.rint((points - 0.5) * 2**_SHIFT).astype(np.int32)
    cv2.polylines(drawn, [fixed], closed, colour, width, cv2.LINE_AA, _SHIFT)


def _ticks(box: NDArray[np.float32], order: int) -> list[NDArray[np.float64]]:
    """Lines from the middle of a box (5,) towards its top, and where it looks the same."""
    if order == NO_ANGLE or order > MOST_TICKS:
        return []
    x, y, width, height, angle = (float(value) for value in box)
    middle = np.array([x, y])
    reach = height / 2 if order in (HEADING, 2) else min(width, height) / 2
    turns = [angle + 2 * np.pi * turn / order for turn in range(order)]
    inner = 0.0 if order == HEADING else 0.5
    ways = [np.array([np.sin(turn), -np.cos(turn)]) for turn in turns]
    return [np.stack([middle + inner * reach * way, middle + reach * way]) for way in ways]


def overlay(
    photo: NDArray[np.generic],
    things: Things,
    detections: Detections,
    class_names: Sequence[str],
    orders: Sequence[int],
    marked_things: NDArray[np.bool_] | None = None,
    marked_detections: NDArray[np.bool_] | None = None,
) -> Rgb:
    """Photo, truth and prediction side by side, with titles and a legend; (H', W', 3)."""
    panels = [
        ("photo", to_rgb(photo)),
        ("truth", draw_boxes(photo, things, orders, marked_things)),
        ("prediction", draw_boxes(photo, detections, orders, marked_detections)),
    ]
    return side_by_side(panels, shown_classes(things, detections, class_names))


def shown_classes(
    things: Things, detections: Detections, class_names: Sequence[str]
) -> list[LegendEntry]:
    """Name and colour of what is to be seen in truth or prediction."""
    labels = {int(label) for label in np.concatenate([things.classes, detections.classes])}
    shown = [
        (short_name(name), class_colour(index))
        for index, name in enumerate(class_names)
        if index in labels
    ]
    return [*shown, ("ignored", IGNORED_COLOUR)] if IGNORE in labels else shown
