"""Contrast, width and edges of a stroke, at the photo's full size around one of its pixels."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.audit.photos.pens import Pen
from engine.audit.photos.scene import Rgb, Scene, to_rgb

WINDOW_PX = 160
"""Of the photo, around the pixel."""

MOST_SAMPLED = 400
"""Pixels that a median is taken of."""


def edge_figures(
    scene: Scene, pen: Pen, colour: NDArray[Any], inside: NDArray[Any],
    corner: tuple[int, int], middle: NDArray[Any],
) -> tuple[float, ...] | None:  # fmt: skip
    """Contrast, width and edges of a piece in the photo itself, around one of its pixels.

    Returns:
        contrast to what lies 4 px off, its spread; mean width, greatest width, spread of the width
        relative to it; area; how much of the contrast is there 1 px and 2 px off. Widths in px.
    """
    step, half = scene.step, WINDOW_PX // 2
    reach = -(-half // step)
    x0, x1 = max(0, int(middle[0]) - reach), min(inside.shape[1], int(middle[0]) + reach)
    y0, y1 = max(0, int(middle[1]) - reach), min(inside.shape[0], int(middle[1]) + reach)
    part = cv2.dilate(inside[y0:y1, x0:x1], np.ones((5, 5), np.uint8))
    size_wh = (step * (x1 - x0), step * (y1 - y0))
    region = np.asarray(cv2.resize(part, size_wh, interpolation=cv2.INTER_NEAREST))
    left, top = step * (corner[0] + x0), step * (corner[1] + y0)
    here = scene.photo[top : top + size_wh[1], left : left + size_wh[0]]
    crop = to_rgb(np.ascontiguousarray(here))
    core = cv2.bitwise_and(
        near(crop, colour, pen.tolerance), region[: crop.shape[0], : crop.shape[1]]
    )
    if cv2.countNonZero(core) == 0:
        return None
    padded = cv2.copyMakeBorder(core, 5, 5, 5, 5, cv2.BORDER_CONSTANT)
    framed = cv2.copyMakeBorder(crop, 5, 5, 5, 5, cv2.BORDER_REPLICATE)
    # Nothing farther off than the frame is asked for.
    x, y, width, height = cv2.boundingRect(padded)
    around = (slice(y - 5, y + height + 5), slice(x - 5, x + width + 5))
    padded, framed = np.ascontiguousarray(padded[around]), framed[around]
    deep = np.asarray(cv2.distanceTransform(padded, cv2.DIST_L2, 3))
    mean, deviation = (float(each[0, 0]) for each in cv2.meanStdDev(deep, mask=padded))
    off = cv2.distanceTransform(cv2.bitwise_not(padded), cv2.DIST_L2, 3)
    steps = []
    far = np.zeros((1, 3), np.uint8)
    for low, high in ((0.5, 1.5), (1.6, 2.5), (3.6, 4.5)):
        points = cv2.findNonZero(cv2.inRange(off, low, high))
        if points is None:
            return None
        xy = np.asarray(points).reshape(-1, 2)
        xy = xy[:: 1 + len(xy) // MOST_SAMPLED]
        far = framed[xy[:, 1], xy[:, 0]]
        steps.append(float(median(away_from(far, colour))))
    return (
        steps[2], float(np.mean(cv2.meanStdDev(far[:, None])[1])), max(1.0, 4 * mean - 1),
        2 * float(deep.max()), deviation / mean, float(cv2.countNonZero(core)),
        steps[0] / (steps[2] + 5), steps[1] / (steps[2] + 5),
    )  # fmt: skip


def near(image: Rgb, colour: tuple[int, ...] | NDArray[Any], tolerance: int) -> Rgb:
    """255 where an image (h, w, 3) has the colour, up to `tolerance` in each channel."""
    middle = np.asarray(colour, np.float64)
    return np.asarray(cv2.inRange(image, middle - tolerance, middle + tolerance), np.uint8)


def away_from(pixels: NDArray[np.uint8], colour: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far each pixel is from a colour, in the channel that differs most."""
    red, green, blue = np.abs(pixels - colour).T
    return np.asarray(np.maximum(np.maximum(red, green), blue), np.float64)


def median(values: NDArray[Any]) -> NDArray[np.float64]:
    """Along the first axis, the upper of two; numpy's own takes ten times as long on so few."""
    return np.asarray(np.sort(values, axis=0)[len(values) // 2], np.float64)
