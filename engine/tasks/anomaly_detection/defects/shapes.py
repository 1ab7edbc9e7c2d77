"""Outlines of drawn defects: soft masks (H, W) float32 in 0…1.

Sizes are spread evenly over orders of magnitude, from a few px to the whole patch, because nobody
knows beforehand how large a defect will be.
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.float32]
Shape = Callable[[tuple[int, int], np.random.Generator], Mask]

SMALLEST_PX = 3.0
_SUBPIXEL_BITS = 4
"""OpenCV draws at sixteenths of a px."""


def line(size_hw: tuple[int, int], rng: np.random.Generator) -> Mask:
    """A scratch: a curved line, 1 to 5 px wide and up to the patch's side long."""
    side = min(size_hw)
    length = _log_uniform(rng, 3 * SMALLEST_PX, side)
    count = 12
    turns = np.cumsum(rng.normal(0.0, rng.uniform(0.0, 0.35), count)) + rng.uniform(0, 2 * np.pi)
    steps = np.stack([np.cos(turns), np.sin(turns)], axis=1) * (length / count)
    points = np.cumsum(steps, axis=0)
    points += _place(size_hw, rng) - points.mean(axis=0)
    mask = np.zeros(size_hw, np.uint8)
    width = round(_log_uniform(rng, 1.0, 5.0))
    cv2.polylines(mask, [_fixed_point(points)], False, 255, width, cv2.LINE_AA, _SUBPIXEL_BITS)
    return _soft(mask)


def blob(size_hw: tuple[int, int], rng: np.random.Generator) -> Mask:
    """A spot or dent: a closed outline around a point, smooth or jagged."""
    radius = _log_uniform(rng, SMALLEST_PX, 0.4 * min(size_hw)) / 2 + 1
    angles = np.sort(rng.uniform(0, 2 * np.pi, int(rng.integers(6, 16))))
    rough = rng.uniform(0.05, 0.5)
    radii = radius * (1.0 + rng.uniform(-rough, rough, len(angles)))
    stretch = np.array([1.0, rng.uniform(0.3, 1.0)])
    points = np.stack([np.cos(angles), np.sin(angles)], axis=1) * radii[:, None] * stretch
    return _filled(size_hw, points, rng)


def box(size_hw: tuple[int, int], rng: np.random.Generator) -> Mask:
    """A turned rectangle."""
    width = _log_uniform(rng, 2 * SMALLEST_PX, 0.5 * min(size_hw))
    height = width * _log_uniform(rng, 0.25, 1.0)
    points = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * [width / 2, height / 2]
    return _filled(size_hw, points, rng)


def clouds(size_hw: tuple[int, int], rng: np.random.Generator) -> Mask:
    """Patches of random form: smooth noise above a level (cf. Zavrtanik et al., DRAEM, 2021)."""
    cells = round(_log_uniform(rng, 2.0, 12.0))
    noise = cv2.resize(
        rng.standard_normal((cells + 2, cells + 2)).astype(np.float32),
        size_hw[::-1],
        interpolation=cv2.INTER_CUBIC,
    )
    level = float(np.quantile(noise, rng.uniform(0.75, 0.97)))
    return _soft(np.asarray((noise > level) * 255, np.uint8))


def everything(size_hw: tuple[int, int], rng: np.random.Generator) -> Mask:
    """The whole patch, or one side of it: something large, seen from near by."""
    mask = np.ones(size_hw, np.float32)
    if rng.random() < 0.5:
        normal = rng.uniform(0, 2 * np.pi)
        rows, columns = np.mgrid[0 : size_hw[0], 0 : size_hw[1]]
        along = (columns - size_hw[1] / 2) * np.cos(normal) + (rows - size_hw[0] / 2) * np.sin(
            normal
        )
        mask = np.asarray(along > rng.uniform(-0.3, 0.3) * min(size_hw), np.float32)
    return mask


SHAPES: tuple[tuple[Shape, float], ...] = (
    (line, 0.4),
    (blob, 0.3),
    (box, 0.1),
    (clouds, 0.15),
    (everything, 0.05),
)
"""With how often each is drawn."""


def draw_shape(size_hw: tuple[int, int], rng: np.random.Generator) -> Mask:
    """The mask of one defect, of any of the shapes."""
    chosen = int(rng.choice(len(SHAPES), p=[share for _, share in SHAPES]))
    mask = SHAPES[chosen][0](size_hw, rng)
    softness = rng.uniform(0.0, 1.5)
    if softness <= 0.3:
        return mask
    # Rounding takes a blurred 1 a hair above itself.
    return np.asarray(np.minimum(cv2.GaussianBlur(mask, (0, 0), softness), 1.0), np.float32)


def _filled(
    size_hw: tuple[int, int], points: NDArray[np.float64], rng: np.random.Generator
) -> Mask:
    turn = rng.uniform(0, 2 * np.pi)
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    mask = np.zeros(size_hw, np.uint8)
    placed = points @ rotation.T + _place(size_hw, rng)
    cv2.fillPoly(mask, [_fixed_point(placed)], 255, cv2.LINE_AA, _SUBPIXEL_BITS)
    return _soft(mask)


def _place(size_hw: tuple[int, int], rng: np.random.Generator) -> NDArray[np.float64]:
    return np.asarray(rng.uniform(0.05, 0.95, 2) * size_hw[::-1])


def _fixed_point(points: NDArray[np.float64]) -> NDArray[np.int32]:
    return np.asarray(np.rint(points * 2**_SUBPIXEL_BITS), np.int32)


def _soft(mask: NDArray[np.uint8]) -> Mask:
    return mask.astype(np.float32) / np.float32(255.0)


def _log_uniform(rng: np.random.Generator, low: float, high: float) -> float:
    return float(np.exp(rng.uniform(np.log(low), np.log(max(low, high)))))
