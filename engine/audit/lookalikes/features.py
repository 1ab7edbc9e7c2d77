"""What the surroundings of each point of a photo look like, whichever way they lie.

Brightness is taken apart into scales that double. On each, at each point: how steep it is, how it
is curved along and across, how much it varies, and how far the point stands out. Rotation changes
none of these.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.audit.lookalikes.photos import STEP_PX

Map = NDArray[np.float32]

SCALES = 4
FINEST_BLUR_PX = 0.8
WINDOW_PX = 7
TINT_WINDOW_PX = 11

GREY = 128


def smooth(picture: NDArray[np.uint8]) -> Map:
    """A small picture (h, w) as 0 to 1, without its finest grain."""
    level = np.asarray(picture, np.float32) / 255
    return np.asarray(cv2.GaussianBlur(level, (0, 0), FINEST_BLUR_PX), np.float32)


def point_features(level: Map, tints: NDArray[np.uint8] | None, tinted: bool) -> Map:
    """(figures, gh, gw), for points `STEP_PX` apart.

    Args:
        level: (h, w) what `smooth` gives.
        tints: (h', w', 2) red and blue difference, 128 is grey; None for a grey photo.
        tinted: whether to add figures of colour; they are 0 where the photo has none.
    """
    height, width = level.shape
    size_wh = (-(-width // STEP_PX), -(-height // STEP_PX))
    maps: list[Map] = []
    for scale in range(SCALES):
        coarser = np.asarray(cv2.pyrDown(level), np.float32)
        for figure in _figures(level):
            if scale == 0:
                maps.append(figure[::STEP_PX, ::STEP_PX])
            else:
                maps.append(np.asarray(cv2.resize(figure, size_wh), np.float32))
        level = coarser
    maps.append(np.asarray(cv2.resize(level, size_wh), np.float32))
    if tinted:
        maps += _tint_figures(tints, size_wh)
    return np.stack(maps)


def _figures(level: Map) -> tuple[Map, ...]:
    """Steepness, greatest and least curvature, spread, and difference from the mean around."""
    window = (WINDOW_PX, WINDOW_PX)
    across, down = cv2.Scharr(level, cv2.CV_32F, 1, 0), cv2.Scharr(level, cv2.CV_32F, 0, 1)
    twice_across = cv2.Sobel(level, cv2.CV_32F, 2, 0)
    twice_down = cv2.Sobel(level, cv2.CV_32F, 0, 2)
    both = cv2.Sobel(level, cv2.CV_32F, 1, 1)
    half = cv2.addWeighted(twice_across, 0.125, twice_down, 0.125, 0)
    apart = cv2.addWeighted(twice_across, 0.125, twice_down, -0.125, 0)
    bend = cv2.magnitude(apart, 0.25 * both)
    mean = cv2.blur(level, window)
    spread = np.sqrt(np.maximum(cv2.blur(level * level, window) - mean * mean, 0.0))
    steep = cv2.magnitude(across, down) / 32
    found = (steep, half + bend, half - bend, spread, level - mean)
    return tuple(np.asarray(each, np.float32) for each in found)


def _tint_figures(tints: NDArray[np.uint8] | None, size_wh: tuple[int, int]) -> list[Map]:
    """Both colour differences, and how far each stands out from what is around."""
    if tints is None:
        tints = np.full((1, 1, 2), GREY, np.uint8)
    found: list[Map] = []
    for tint in cv2.split(tints):
        level = np.asarray((cv2.resize(tint, size_wh) - float(GREY)) / 255, np.float32)
        around = cv2.blur(level, (TINT_WINDOW_PX, TINT_WINDOW_PX))
        found += [level, np.asarray(level - around, np.float32)]
    return found
