"""Grey areas on photos of two tones: a binarised photo has greys on its edges alone."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

Box = tuple[int, int, int, int]

_NEAR = 32
"""Levels from black and white up to which a pixel is of one of the two tones."""

_TWO_TONES = 0.985
"""Share of such pixels in a photo of two tones."""

_MIDDLE = (64, 192)
_WINDOW_PX = 24
_SAMPLED_PX = 7


def grey_areas(photo: NDArray[np.uint8], least_px: int, most: int) -> Iterator[tuple[Box, int]]:
    """Places of a photo (H, W) or (H, W, 3) of two tones that are grey and wider than an edge.

    Returns:
        of at most `most` places: box, and px of it that are grey like their neighbours, the most
        in any square of 24 px, no less than `least_px`.
    """
    if _share_of_two(_grey(photo[::_SAMPLED_PX, ::_SAMPLED_PX])) < _TWO_TONES - 0.02:
        return
    grey = _grey(photo)
    if _share_of_two(grey) < _TWO_TONES:
        return
    middle = np.asarray(cv2.inRange(grey, *_MIDDLE))
    wide = cv2.erode(middle, np.ones((2, 2), np.uint8))
    if cv2.countNonZero(wide) < least_px:
        return
    inside = np.asarray(cv2.morphologyEx(wide, cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8)))
    labels = np.asarray(cv2.connectedComponents(inside)[1])
    counted = np.asarray(wide, np.float32) / 255
    for _ in range(most):
        sums = cv2.boxFilter(
            counted, -1, (_WINDOW_PX, _WINDOW_PX), anchor=(0, 0), normalize=False,
            borderType=cv2.BORDER_CONSTANT,
        )  # fmt: skip
        _, count, _, (x, y) = cv2.minMaxLoc(sums)
        if count < least_px:
            return
        window = (slice(y, y + _WINDOW_PX), slice(x, x + _WINDOW_PX))
        numbers = np.unique(labels[window])
        place = np.isin(labels, numbers[numbers > 0])
        left, top, width, height = cv2.boundingRect(place.astype(np.uint8))
        yield (left, top, width, height), round(count)
        counted[place] = 0


def _grey(photo: NDArray[np.uint8]) -> NDArray[np.uint8]:
    if photo.ndim == 2:
        return np.ascontiguousarray(photo)
    return np.asarray(cv2.cvtColor(np.ascontiguousarray(photo), cv2.COLOR_RGB2GRAY), np.uint8)


def _share_of_two(grey: NDArray[np.uint8]) -> float:
    between = cv2.inRange(grey, _NEAR, 255 - _NEAR)
    return 1 - cv2.countNonZero(between) / grey.size
