"""How the thing in an upright box lies: its own direction, where it has one."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

LEAST_CONTRAST = 12.0
"""Grey levels between the thing and what is around it."""

RING_SHARE = 0.25
MOST_OUTSIDE = 0.12
LEAST_REACH = 0.7
"""A box around a thing is so far filled by it, across and down."""

LEAST_PX = 8


@dataclass(frozen=True, slots=True)
class Lying:
    """A thing that stands out from its ground, fills its box and ends within it.

    Attributes:
        elongation: of the thing's pixels: standard deviation along and across.
        off_axis_deg: its direction's angle to the nearer side of the box, 0 to 45.
    """

    elongation: float
    off_axis_deg: float


def how_it_lies(grey: NDArray[np.uint8], bbox_xywh: tuple[int, int, int, int]) -> Lying | None:
    """The thing in an upright box; None where none stands out, fills it and ends within it."""
    x, y, width, height = bbox_xywh
    if min(width, height) < LEAST_PX:
        return None
    ring = max(3, round(RING_SHARE * min(width, height)))
    left, top = max(0, x - ring), max(0, y - ring)
    around = grey[top : y + height + ring, left : x + width + ring]
    inside = np.zeros(around.shape, np.bool_)
    inside[y - top : y - top + height, x - left : x - left + width] = True
    if inside.all() or not inside.any():
        return None
    ground = float(np.median(around[~inside]))
    contrast = np.abs(cv2.GaussianBlur(around, (3, 3), 0).astype(np.float32) - ground)
    level, _ = cv2.threshold(
        np.minimum(contrast, 255).astype(np.uint8), 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU
    )
    level = max(level, LEAST_CONTRAST)
    thing = contrast > level
    if float(thing[~inside].mean()) > MOST_OUTSIDE * max(float(thing[inside].mean()), 1e-6):
        return None
    rows, columns = np.nonzero(thing & inside)
    if len(rows) < LEAST_PX or min(np.ptp(columns) / width, np.ptp(rows) / height) < LEAST_REACH:
        return None
    spread, axes = np.linalg.eigh(np.cov(np.stack([columns, rows]).astype(np.float64)))
    angle = abs(float(np.degrees(np.arctan2(axes[1, 1], axes[0, 1])))) % 90
    across = max(float(spread[0]), 1 / 12)
    return Lying(
        elongation=float(np.sqrt(max(float(spread[1]), 1 / 12) / across)),
        off_axis_deg=min(angle, 90 - angle),
    )
