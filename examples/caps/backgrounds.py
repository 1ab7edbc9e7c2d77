"""The tables that caps lie on: conveyor, tray, wood, metal; each drawn from a random stream.

All are (RENDER_PX, RENDER_PX, 3) float32 RGB albedo, about 0 to 1.
"""

from __future__ import annotations

import cv2
import numpy as np

from examples.caps.cap import Array, single

SIDE_PX = 256
"""Side of a photo; scenes are rendered at twice that and scaled down."""
RENDER_PX = 2 * SIDE_PX


def cloud(rng: np.random.Generator, cells: tuple[int, int], size: int = RENDER_PX) -> Array:
    """Smooth noise of about ±1, (size, size): a grid of `cells` (rows, columns), scaled up."""
    grid = rng.standard_normal(cells).astype(np.float32)
    return single(cv2.resize(grid, (size, size), interpolation=cv2.INTER_CUBIC))


def turned(texture: Array, angle: float) -> Array:
    """A (size, size) texture turned by some radians."""
    size = texture.shape[0]
    matrix = cv2.getRotationMatrix2D((size / 2, size / 2), np.degrees(angle), 1.5)
    return single(cv2.warpAffine(texture, matrix, (size, size)))


def weave(pitch_px: float, rng: np.random.Generator) -> Array:
    """Shade of a woven belt about 1, (RENDER_PX, RENDER_PX), with streaks along its rows."""
    y, x = np.mgrid[0:RENDER_PX, 0:RENDER_PX].astype(np.float32)
    threads = np.sin(2 * np.pi * x / pitch_px) * np.sin(2 * np.pi * y / pitch_px)
    grain = 0.10 * threads + 0.10 * cloud(rng, (9, 9)) + 0.07 * cloud(rng, (200, 200))
    return single(1.0 + grain + 0.10 * cloud(rng, (80, 3)))


def _conveyor(rng: np.random.Generator) -> Array:
    base = np.array(
        [(0.10, 0.11, 0.12), (0.06, 0.16, 0.13), (0.10, 0.17, 0.28), (0.20, 0.20, 0.19)]
    )
    shade = turned(weave(rng.uniform(5, 12), rng), rng.uniform(0, np.pi))
    return single(base[rng.integers(4)] * shade[..., None])


def _tray(rng: np.random.Generator) -> Array:
    tone = rng.uniform(0.08, 0.62)
    pitch = rng.uniform(90, 190)
    y, x = np.mgrid[0:RENDER_PX, 0:RENDER_PX].astype(np.float32)
    offset = rng.uniform(0, pitch, 2)
    near = np.minimum(
        np.abs((x + offset[0]) % pitch - pitch / 2), np.abs((y + offset[1]) % pitch - pitch / 2)
    )
    ribs = np.exp(-((near / 7) ** 2)).astype(np.float32)
    lit = 0.5 * cv2.Sobel(ribs, cv2.CV_32F, 1, 1, ksize=3) + np.diff(ribs, axis=1, prepend=0) * 2.5
    shade = 1.0 + 0.05 * ribs + lit + 0.04 * cloud(rng, (250, 250)) + 0.06 * cloud(rng, (4, 4))
    colour = tone * rng.uniform(0.92, 1.06, 3)
    return single(colour * turned(shade.astype(np.float32), rng.uniform(0, np.pi))[..., None])


def _wood(rng: np.random.Generator) -> Array:
    base = np.array([(0.55, 0.38, 0.22), (0.40, 0.26, 0.15), (0.66, 0.52, 0.34)])[rng.integers(3)]
    y = np.mgrid[0:RENDER_PX, 0:RENDER_PX][0].astype(np.float32)
    warp = 26 * cloud(rng, (6, 3)) + 5 * cloud(rng, (40, 6))
    rings = np.sin(2 * np.pi * (y + warp) / rng.uniform(18, 40))
    fibre = cloud(rng, (256, 8)) * 0.09 + cloud(rng, (400, 40)) * 0.05
    shade = turned((1.0 + 0.13 * rings + fibre).astype(np.float32), rng.uniform(0, np.pi))
    return single(base * shade[..., None] ** np.array([0.9, 1.0, 1.15]))


def _metal(rng: np.random.Generator) -> Array:
    tone = rng.uniform(0.38, 0.66)
    brushed = 0.06 * cloud(rng, (500, 5)) + 0.04 * cloud(rng, (500, 24))
    shade = 1.0 + brushed + 0.10 * cloud(rng, (3, 3)) + 0.02 * cloud(rng, (300, 300))
    colour = tone * np.array([0.98, 1.0, 1.03])
    return single(colour * turned(shade.astype(np.float32), rng.uniform(0, np.pi))[..., None])


BACKGROUNDS = {"conveyor": _conveyor, "tray": _tray, "wood": _wood, "metal": _metal}
