"""Boxes with an angle, as the network sees things: arrays, one row a box.

A box is (x, y, width, height, angle): its middle and its sides in px, and the angle of its top in
radians, clockwise as seen, 0 where the top is up. Corners are as in `engine.data.boxes`.

The angle of a class with symmetry n is told by (cos n·angle, sin n·angle): turned by a full turn
through n the thing looks the same, and so does the pair. Symmetry 1 is a heading. A round thing has
no angle, nor has an upright box: symmetry 0 stands for that, its boxes lie upright, and where the
sides may change places (symmetry 4) the angle is kept within what the pair can tell.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

NO_ANGLE = 0
HEADING = 1
AXIS = 2


def order_of(symmetry: str | int, *, oriented: bool) -> int:
    """The symmetry of a recipe as a number: `NO_ANGLE`, `HEADING`, or how many turns look alike."""
    if not oriented or symmetry == "round":
        return NO_ANGLE
    return HEADING if symmetry == "none" else int(symmetry)


def from_corners(corners: NDArray[np.floating]) -> Floats:
    """Boxes (n, 5) of corners (n, 4, 2); the sides are means of opposite ones."""
    top = corners[:, 1] - corners[:, 0] + corners[:, 2] - corners[:, 3]
    side = corners[:, 3] - corners[:, 0] + corners[:, 2] - corners[:, 1]
    middle = corners.mean(axis=1)
    columns = [
        middle[:, 0],
        middle[:, 1],
        np.linalg.norm(top, axis=1) / 2,
        np.linalg.norm(side, axis=1) / 2,
        np.arctan2(top[:, 1], top[:, 0]),
    ]
    return np.stack(columns, axis=1).astype(np.float32)


def to_corners(boxes: NDArray[np.floating]) -> Floats:
    """Corners (n, 4, 2) of boxes (n, 5)."""
    boxes = np.asarray(boxes, np.float64)
    cosine, sine = np.cos(boxes[..., 4]), np.sin(boxes[..., 4])
    half = boxes[..., 2:4] / 2
    across = np.stack([cosine, sine], axis=-1) * half[..., :1]
    down = np.stack([-sine, cosine], axis=-1) * half[..., 1:]
    corners = np.empty((*boxes.shape[:-1], 4, 2), np.float32)
    for number, (right, low) in enumerate(((-1, -1), (1, -1), (1, 1), (-1, 1))):
        corners[..., number, :] = boxes[..., :2] + right * across + low * down
    return corners


def half_extents(boxes: NDArray[np.floating]) -> NDArray[np.float64]:
    """Half the sides (n, 2) of the upright boxes around boxes (n, 5)."""
    boxes = np.asarray(boxes, np.float64)
    cosine, sine = np.abs(np.cos(boxes[:, 4])), np.abs(np.sin(boxes[:, 4]))
    width, height = boxes[:, 2] / 2, boxes[:, 3] / 2
    return np.stack([cosine * width + sine * height, sine * width + cosine * height], axis=1)


def upright(corners: NDArray[np.floating]) -> Floats:
    """The upright boxes around boxes (n, 4, 2), as corners."""
    low, high = corners.min(axis=1), corners.max(axis=1)
    left, top, right, bottom = low[:, 0], low[:, 1], high[:, 0], high[:, 1]
    around = [(left, top), (right, top), (right, bottom), (left, bottom)]
    return np.stack([np.stack(point, axis=1) for point in around], axis=1).astype(np.float32)


def angle_difference(
    first: NDArray[np.floating], second: NDArray[np.floating], order: int
) -> NDArray[np.float64]:
    """How far two angles lie apart, modulo a class's symmetry, in radians: 0 to pi / order."""
    if order == NO_ANGLE:
        return np.zeros(np.broadcast_shapes(np.shape(first), np.shape(second)))
    period = 2 * np.pi / order
    apart = np.remainder(np.asarray(first, np.float64) - second, period)
    return np.asarray(np.minimum(apart, period - apart))
