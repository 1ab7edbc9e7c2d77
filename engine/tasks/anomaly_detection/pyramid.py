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


def shrunk(picture: NDArray[Any], scale: float) -> NDArray[Any]:
    """A picture (H, W) or (H, W, 3) with its sides times `scale`.

    Args:
        scale: at most 1, at which it is given as it is. Each px is the mean of what it covers.
    """
    return _resized(picture, scale, cv2.INTER_AREA)


def thinned(labels: NDArray[np.uint8], scale: float) -> NDArray[np.uint8]:
    """A label map (H, W) with its sides times `scale`, each px one of those that it covers."""
    return _resized(labels, scale, cv2.INTER_NEAREST)


def _resized(array: NDArray[Any], scale: float, method: int) -> NDArray[Any]:
    if scale == 1.0:
        return array
    height, width = (max(1, round(side * scale)) for side in array.shape[:2])
    return np.asarray(cv2.resize(array, (width, height), interpolation=method))


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
        map_ = map_of(shrunk(picture, scale), scale == max(scales))
        if map_.shape != total.shape:
            map_ = np.asarray(cv2.resize(map_, (width, height), interpolation=cv2.INTER_LINEAR))
        total += map_
    return total / np.float32(len(scales))
