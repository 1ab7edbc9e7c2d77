"""Pictures of boxes: each with a tick from its middle to its top, where its class has a heading.

A symmetry is drawn as it is: the tick of a class that looks the same turned by half goes to both
ends, a nut has six, and what is round, or upright, has none. What is to be ignored is grey. Over
texts the tick stands on the top of the box, so that it hides no letter.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.records import IGNORE
from engine.tasks.detection.boxes import HEADING, NO_ANGLE, to_corners
from engine.tasks.detection.detections import Detections, Things
from engine.tasks.detection.photos import scaled
from engine.tasks.drawing import (
    IGNORED_COLOUR,
    LegendEntry,
    Rgb,
    class_colour,
    fit_panel,
    short_name,
    side_by_side,
    to_rgb,
)

_SHIFT = 4
"""Lines are drawn at a sixteenth of a pixel."""

MOST_TICKS = 12
TICK_LINES = 4
"""Least length of a tick on top of a box, in widths of a line."""

_DARK, _HALO = (20, 24, 30), 0.55
"""Around each line lies a darker seam: yellow on bright metal could not be seen without it."""

THIN_PX = 2
"""Width of a line; one of 1 px between two pixels, as edges are, would show half its colour."""

PX_A_LINE = 400
"""On large photos lines are one px wide for so many px of the longer side."""

Lines = Sequence[NDArray[np.floating]]
Colour = tuple[int, int, int]


def draw_boxes(
    photo: NDArray[np.generic],
    found: Things | Detections,
    orders: Sequence[int],
    marked: NDArray[np.bool_] | None = None,
    over_text: bool = False,
) -> Rgb:
    """The photo (H, W, 3) with its boxes, and their headings.

    Args:
        photo: (H, W) or (H, W, 3), uint8 or uint16.
        orders: the symmetry of each class.
        marked: (n,) boxes to be drawn bold.
        over_text: whether what stands in the boxes is to be read.
    """
    drawn = to_rgb(photo)
    thin = max(THIN_PX, max(drawn.shape[:2]) // PX_A_LINE)
    return _draw(drawn, found, orders, marked, thin, over_text)


def _draw(
    drawn: Rgb,
    found: Things | Detections,
    orders: Sequence[int],
    marked: NDArray[np.bool_] | None,
    thin: int,
    over_text: bool,
) -> Rgb:
    """A picture with boxes drawn on a copy, the smallest last, with lines `thin` px wide."""
    corners = to_corners(found.boxes)
    strokes: list[tuple[Lines, Colour, int]] = []
    for number in np.argsort(-np.prod(found.boxes[:, 2:4], axis=1), kind="stable").tolist():
        label = int(found.classes[number])
        colour = IGNORED_COLOUR if label == IGNORE else class_colour(label)
        bold = marked is not None and bool(marked[number])
        width = thin + (2 if bold else 0)
        around = np.concatenate([corners[number], corners[number, :1]])
        strokes.append(([around], colour, width))
        if label != IGNORE:
            # A heading is a bold statement; six ticks that bold would hide a small nut.
            tick_width = width if orders[label] == HEADING else thin - 1
            box = found.boxes[number]
            ticks = (
                _tick_on_top(box, thin, drawn.shape[:2])
                if over_text and orders[label] == HEADING
                else _ticks(box, orders[label])
            )
            strokes.append((ticks, colour, tick_width))
    seams = drawn.copy()
    for lines, _, width in strokes:
        _draw_lines(seams, lines, _DARK, width + 2)
    drawn = cv2.addWeighted(seams, _HALO, drawn, 1 - _HALO, 0).astype(np.uint8)
    for lines, colour, width in strokes:
        _draw_lines(drawn, lines, colour, width)
    return drawn


def _draw_lines(drawn: Rgb, lines: Lines, colour: Colour, width: int) -> None:
    """Lines of points (n, 2) in px, 0 at the left edge of the first pixel."""
    fixed = [np.rint((points - 0.5) * 2**_SHIFT).astype(np.int32) for points in lines]
    cv2.polylines(drawn, fixed, False, colour, width, cv2.LINE_AA, _SHIFT)


def _ticks(box: NDArray[np.float32], order: int) -> Lines:
    """Lines from the middle of a box (5,) towards its top, and where it looks the same."""
    if order == NO_ANGLE or order > MOST_TICKS:
        return []
    x, y, width, height, angle = (float(value) for value in box)
    middle = np.array([x, y])
    reach = height / 2 if order in (HEADING, 2) else min(width, height) / 2
    turns = [angle + 2 * np.pi * turn / order for turn in range(order)]
    inner = 0.0 if order == HEADING else 0.6
    ways = [np.array([np.sin(turn), -np.cos(turn)]) for turn in turns]
    return [np.stack([middle + inner * reach * way, middle + reach * way]) for way in ways]


def _tick_on_top(box: NDArray[np.float32], thin: int, size_hw: tuple[int, ...]) -> Lines:
    """A line from the top of a box (5,) away from it, or inwards where the picture ends there."""
    x, y, _, height, angle = (float(value) for value in box)
    way = np.array([np.sin(angle), -np.cos(angle)])
    top = np.array([x, y]) + height / 2 * way
    length = max(TICK_LINES * thin, height / 3)
    tip = top + length * way
    if not ((tip >= 0) & (tip <= size_hw[1::-1])).all():
        tip = top - min(length, height / 4) * way
    return [np.stack([top, tip])]


def overlay(
    photo: NDArray[np.generic],
    things: Things,
    detections: Detections,
    class_names: Sequence[str],
    orders: Sequence[int],
    marked_things: NDArray[np.bool_] | None = None,
    marked_detections: NDArray[np.bool_] | None = None,
    over_text: bool = False,
) -> Rgb:
    """Photo, truth and prediction side by side, with titles and a legend; (H', W', 3)."""
    panel = fit_panel(to_rgb(photo))
    scale_xy = panel.shape[1] / photo.shape[1], panel.shape[0] / photo.shape[0]
    shown_things = Things(scaled(things.boxes, scale_xy), things.classes)
    found = Detections(scaled(detections.boxes, scale_xy), detections.classes, detections.scores)
    panels = [
        ("photo", panel),
        ("truth", _draw(panel, shown_things, orders, marked_things, THIN_PX, over_text)),
        ("prediction", _draw(panel, found, orders, marked_detections, THIN_PX, over_text)),
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
