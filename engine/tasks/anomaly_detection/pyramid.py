"""The sizes at which a network looks at a picture: a patch of a smaller one shows more of the part.

What is missing from a large print can only be told by seeing the rest of it, and a hairline only
at full size. Both are seen by one network, which learns patches of either size; its scores are
averaged (benchmarks/anomaly_detection/README.md).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.tasks.anomaly_detection.options import Architecture

FloatMap = NDArray[np.float32]

SCALES: Mapping[Architecture, tuple[float, ...]] = {
    "patch_memory": (1.0,),
    "synthetic_defects": (1.0, 0.5),
}
"""Of the picture's sides, largest first. The levels of a backbone are a pyramid themselves."""


def shrunk(picture: NDArray[Any], size_hw: tuple[int, int]) -> NDArray[Any]:
    """A picture (H, W) or (H, W, 3) at another size in px, each new px the mean of what it covers.

    As it is where it has that size.
    """
    if picture.shape[:2] == size_hw:
        return picture
    return np.asarray(cv2.resize(picture, size_hw[::-1], interpolation=cv2.INTER_AREA))


def nearest(labels: NDArray[np.uint8], size_hw: tuple[int, int]) -> NDArray[np.uint8]:
    """A label map (H, W) at another size in px."""
    if labels.shape == size_hw:
        return labels
    return np.asarray(cv2.resize(labels, size_hw[::-1], interpolation=cv2.INTER_NEAREST))


def mean_over_scales(
    picture: NDArray[Any], scales: Sequence[float], map_of: Callable[[NDArray[Any], bool], FloatMap]
) -> FloatMap:
    """The mean of the maps (H, W) that a picture gives at several sizes, at its own size.

    Args:
        picture: (H, W) or (H, W, 3).
        scales: of its sides.
        map_of: gives the map (h, w) of a picture (h, w) or (h, w, 3); also told whether it is the
            last one asked for, which is the largest.
    """
    height, width = picture.shape[:2]
    total = np.zeros((height, width), np.float32)
    for scale in sorted(scales):
        size_hw = (max(1, round(height * scale)), max(1, round(width * scale)))
        map_ = map_of(shrunk(picture, size_hw), scale == max(scales))
        if map_.shape != total.shape:
            map_ = np.asarray(cv2.resize(map_, (width, height), interpolation=cv2.INTER_LINEAR))
        total += map_
    return total / np.float32(len(scales))
