"""Outlines of text, points along its edge, as boxes."""

from __future__ import annotations

import math
from collections.abc import Sequence

import cv2
import numpy as np

from engine.data.boxes.geometry import (
    FARTHEST_PX,
    Corners,
    Point,
    bounds,
    turned_box,
    upright_box,
)
from engine.data.boxes.json_table import shown

FEWEST_POINTS = 4
FARTHEST_NUMBER = 1e30
"""Beyond it a number is no coordinate, and may be none that fits into a float."""


def box_of(points: Sequence[Point]) -> Corners:
    """The box of four points or more, its first edge where theirs is.

    Four points are the corners as they stand. Of more it is the smallest box around them; its
    first edge is the one that runs most nearly as their first edge does. Points that go round
    anticlockwise give corners that do, too: what is reversed stays so.
    """
    if len(points) == FEWEST_POINTS:
        return (points[0], points[1], points[2], points[3])
    if max(abs(value) for point in points for value in point) > FARTHEST_PX:
        return upright_box(*bounds(points))
    middle, size_wh, degrees = cv2.minAreaRect(np.array(points, np.float32))
    around: Sequence[Point] = turned_box(
        (float(middle[0]), float(middle[1])),
        (float(size_wh[0]), float(size_wh[1])),
        math.radians(degrees),
    )
    if not clockwise(points):
        around = around[::-1]
    wanted = _direction(points)

    def alike(own: Sequence[Point]) -> float:
        across, down = _direction(own)
        return across * wanted[0] + down * wanted[1]

    turns = ((*around[at:], *around[:at]) for at in range(4))
    first, second, third, fourth = max(turns, key=alike)
    return (first, second, third, fourth)


def clockwise(points: Sequence[Point]) -> bool:
    """Whether points go round clockwise as seen."""
    following = [*points[1:], points[0]]
    twice = sum(
        x * other_y - other_x * y
        for (x, y), (other_x, other_y) in zip(points, following, strict=True)
    )
    return twice >= 0


def read_points(value: object) -> list[Point] | None:
    """Points `[[x, y], ...]` or `[x, y, x, y, ...]` as JSON has them; None where they are none."""
    if isinstance(value, list) and all(isinstance(each, list) and len(each) == 2 for each in value):
        value = [each for point in value for each in point]
    flat = read_numbers(value)
    if flat is None or len(flat) < 2 * FEWEST_POINTS or len(flat) % 2:
        return None
    return list(zip(flat[::2], flat[1::2], strict=True))


def fault_of_points(value: object) -> str:
    """Why `read_points` finds none: the end of "its 'points' …"."""
    if not isinstance(value, list):
        return "are no list"
    for each in value:
        pair = each if isinstance(each, list) else [each]
        strange = [number for number in pair if not _is_number(number)]
        if strange:
            return f"hold {shown(strange[0])}, which is no coordinate"
        if isinstance(each, list) and len(each) != 2:  # x and y
            return f"hold {shown(each)}, which is no point [x, y]"
    count = len(value) if value and isinstance(value[0], list) else len(value) / 2
    return f"are {count:g}, and a box needs {FEWEST_POINTS} or more"


def read_numbers(value: object) -> list[float] | None:
    """Numbers as JSON has them in a list; None where it is something else."""
    if not isinstance(value, list) or not all(map(_is_number, value)):
        return None
    return [float(each) for each in value]


def _is_number(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return abs(value) < FARTHEST_NUMBER


def _direction(points: Sequence[Point]) -> Point:
    """From the first point to the next that lies elsewhere, of length 1."""
    start = points[0]
    for point in points[1:]:
        length = math.dist(start, point)
        if length > 0:
            return (point[0] - start[0]) / length, (point[1] - start[1]) / length
    return (1.0, 0.0)
