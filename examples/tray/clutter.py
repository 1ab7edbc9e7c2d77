"""What lies on a tray and is no part: curls of swarf, grit, lint."""

from __future__ import annotations

import cv2
import numpy as np

from examples.relief import Array, single
from examples.tray.load import SIZE_HW
from examples.tray.scene import FINE, PAD, Layers


def scatter(layers: Layers, rng: np.random.Generator) -> None:
    """Drops clutter onto what is laid out; below the parts where it meets them."""
    free = layers.owner < 0
    for _ in range(int(rng.poisson(1.0))):
        _draw(layers, free, _curl(rng), float(rng.uniform(1.2, 2.2)), (0.6, 0.6, 0.6), 3.0)
    for _ in range(int(rng.integers(0, 22))):
        at = rng.uniform(0, 1, 2) * SIZE_HW[::-1]
        size = float(rng.uniform(0.8, 2.6))
        tone = float(rng.choice([0.03, 0.5])) * float(rng.uniform(0.6, 1.2))
        grit = at + rng.normal(0, 0.7, (3, 2))
        _draw(layers, free, grit, size, (tone, tone, tone), size)
    for _ in range(int(rng.poisson(0.6))):
        lint = rng.uniform(0, 1, 2) * SIZE_HW[::-1] + np.cumsum(rng.normal(0, 3.0, (14, 2)), axis=0)
        smooth = cv2.GaussianBlur(lint, (1, 5), 1.2)
        _draw(layers, free, smooth, 0.6, (0.5, 0.5, 0.52), 0.6)


def _curl(rng: np.random.Generator) -> Array:
    """A spiral of swarf, px of the photo (n, 2)."""
    turns, radius = float(rng.uniform(2, 6)), float(rng.uniform(3, 7))
    along = np.linspace(0, turns * 2 * np.pi, int(turns * 24))
    pull, way = float(rng.uniform(0.7, 1.5)), float(rng.uniform(0, 2 * np.pi))
    swell = radius * (0.6 + 0.4 * along / along[-1])
    x, y = swell * np.cos(along) + pull * along, 0.6 * swell * np.sin(along) + along**1.5 * 0.03
    turned = np.stack([x * np.cos(way) - y * np.sin(way), x * np.sin(way) + y * np.cos(way)], 1)
    return single(turned + rng.uniform(0.05, 0.95, 2) * SIZE_HW[::-1])


def _draw(
    layers: Layers, free: np.ndarray, line: np.ndarray, width: float,
    colour: tuple[float, float, float], height: float,
) -> None:  # fmt: skip
    at = (line + PAD) * FINE
    left, top = np.maximum(np.floor(at.min(axis=0) - 8).astype(int), 0).tolist()
    right, bottom = np.ceil(at.max(axis=0) + 8).astype(int).tolist()
    window = (slice(top, bottom), slice(left, right))
    drawn = np.zeros(free[window].shape, np.uint8)
    if drawn.size == 0:
        return
    points = [np.round((at - (left, top)) * 8).astype(np.int32)]
    cv2.polylines(drawn, points, False, 255, max(1, round(width * FINE)), cv2.LINE_AA, shift=3)
    share = single(drawn) / 255 * free[window]
    layers.height[window] += height * share
    layers.colour[window] += (single(colour) - layers.colour[window]) * share[..., None]
