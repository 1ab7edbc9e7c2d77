"""Light on a relief, as the drawn examples share it: noise, slopes, shadows, dark hollows.

A relief is (height, width) float32: px above the ground, seen from straight above.
"""

from __future__ import annotations

import math

import cv2
import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float32]
Vector = tuple[float, float, float]


def single(values: npt.ArrayLike) -> Array:
    """As float32."""
    return np.asarray(values, np.float32)


def smooth_step(values: npt.ArrayLike, low: float, high: float) -> Array:
    """0 below `low`, 1 above `high`, smooth between; same shape."""
    share = np.clip((single(values) - low) / (high - low), 0, 1)
    return single(share * share * (3 - 2 * share))


def cloud(rng: np.random.Generator, cells: tuple[int, int], size_hw: tuple[int, int]) -> Array:
    """Smooth noise of about ±1 of that size: a grid of `cells` (rows, columns), scaled up."""
    grid = rng.standard_normal(cells).astype(np.float32)
    return single(cv2.resize(grid, size_hw[::-1], interpolation=cv2.INTER_CUBIC))


def unit(vectors: Array) -> Array:
    """Vectors (..., 3) of length one."""
    return single(vectors / np.sqrt((vectors * vectors).sum(axis=-1, keepdims=True)))


def moved(layer: Array, by_xy: tuple[float, float]) -> Array:
    """A layer shifted by some px; what comes in repeats the border."""
    matrix = np.array([[1, 0, by_xy[0]], [0, 1, by_xy[1]]], np.float32)
    size = (layer.shape[1], layer.shape[0])
    return single(cv2.warpAffine(layer, matrix, size, borderMode=cv2.BORDER_REPLICATE))


def cast_shadow(height: Array, towards: Vector, softness_px: float) -> Array:
    """How much of a lamp is hidden by the relief, 0 to 1.

    Args:
        height: the relief (h, w).
        towards: the way to the lamp; z up.
        softness_px: blur of a shadow's border.
    """
    level = math.hypot(towards[0], towards[1])
    way, slope = (towards[0] / level, towards[1] / level), towards[2] / level
    hidden = np.zeros_like(height)
    reach = float(height.max()) / slope
    for distance in np.arange(1.5, reach, max(1.5, reach / 30)).tolist():
        behind = moved(height, (-way[0] * distance, -way[1] * distance))
        above = (behind - height - slope * distance) / (1.0 + 0.12 * distance)
        np.maximum(hidden, np.clip(above, 0, 1), out=hidden)
    return single(cv2.GaussianBlur(hidden, (0, 0), softness_px))


def hollowness(height: Array, reach_px: float) -> Array:
    """How deep each place lies among its surroundings, 0 to 1: where the sky is narrow."""
    around = cv2.GaussianBlur(height, (0, 0), reach_px)
    return single(np.clip((around - height) / (1.5 * reach_px), 0, 1))
