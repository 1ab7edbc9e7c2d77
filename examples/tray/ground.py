"""The tray itself: plastic or sheet metal, with its wear, stains and scratches."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from examples.relief import Array, cloud, single, smooth_step
from examples.tray.load import SIDE

GROUND_HW = (SIDE, SIDE)


@dataclass(frozen=True, slots=True)
class Ground:
    """An empty tray.

    Attributes:
        albedo: (1000, 1000, 3) linear RGB.
        height: (1000, 1000) its relief, px of a photo.
        gloss: how much of a lamp it mirrors, 0 to 1.
    """

    albedo: Array
    height: Array
    gloss: float


def draw_ground(rng: np.random.Generator) -> Ground:
    """A random tray."""
    colours = ((0.035, 0.037, 0.04), (0.04, 0.07, 0.14), (0.20, 0.21, 0.21), (0.36, 0.36, 0.34))
    which = int(rng.integers(6))
    if which >= len(colours):
        shade, height, gloss = _sheet(rng)
        colour = np.array((0.30, 0.30, 0.31)) * rng.uniform(0.7, 1.15)
    else:
        shade, height, gloss = _plastic(rng)
        colour = np.array(colours[which]) * rng.uniform(0.75, 1.3)
    colour = colour * rng.uniform(0.95, 1.05, 3)
    albedo = single(colour) * shade[..., None]
    return Ground(_scratched(_stained(albedo, rng), rng), height, gloss)


def _plastic(rng: np.random.Generator) -> tuple[Array, Array, float]:
    """Moulded, with a leathery skin; some trays with a grid of low ribs."""
    skin = 0.06 * cloud(rng, (700, 700), GROUND_HW) + 0.03 * cloud(rng, (250, 250), GROUND_HW)
    height = single(skin)
    if rng.random() < 0.5:
        pitch, width = float(rng.uniform(110, 190)), float(rng.uniform(3, 7))
        y, x = np.mgrid[0 : GROUND_HW[0], 0 : GROUND_HW[1]].astype(np.float32)
        off_x, off_y = rng.uniform(0, pitch, 2)
        near = np.minimum(
            np.abs((x + off_x) % pitch - pitch / 2), np.abs((y + off_y) % pitch - pitch / 2)
        )
        height = single(height + 1.3 * smooth_step(width - near, 0, 2.5))
    worn = 1 + 0.07 * cloud(rng, (7, 7), GROUND_HW) + 0.05 * cloud(rng, (60, 60), GROUND_HW)
    return single(worn), height, float(rng.uniform(0.02, 0.08))


def _sheet(rng: np.random.Generator) -> tuple[Array, Array, float]:
    """Rolled metal, its lines all one way."""
    lines = cloud(rng, (700, 5), GROUND_HW) + 0.7 * cloud(rng, (1000, 16), GROUND_HW)
    if rng.random() < 0.5:
        lines = np.ascontiguousarray(lines.T)
    shade = 1 + 0.05 * lines + 0.07 * cloud(rng, (5, 5), GROUND_HW)
    return single(shade), single(0.04 * lines), float(rng.uniform(0.1, 0.25))


def _stained(albedo: Array, rng: np.random.Generator) -> Array:
    """Drops of oil that dried: darker, with a rim."""
    for _ in range(int(rng.poisson(0.8))):
        x, y = rng.uniform(0.3, 0.7, 2) * GROUND_HW[0]
        radius = float(rng.uniform(16, 60))
        side = int(1.6 * radius)
        top, left = int(y) - side, int(x) - side
        window = (slice(max(top, 0), top + 2 * side), slice(max(left, 0), left + 2 * side))
        rows, columns = np.ogrid[window]
        wobble = cloud(rng, (5, 5), albedo[window].shape[:2])
        share = np.hypot(rows - y, columns - x) / radius + 0.18 * wobble
        wet = 1 - smooth_step(share, 0.86, 1.0)
        rim = np.exp(-(((share - 0.95) / 0.05) ** 2))
        dark = float(rng.uniform(0.05, 0.22))
        albedo[window] *= single(1 - dark * wet * (1 + 0.3 * wobble) - 0.5 * dark * rim)[..., None]
    return albedo


def _scratched(albedo: Array, rng: np.random.Generator) -> Array:
    """Scratches from years of parts sliding about, most of them faint."""
    drawn = np.zeros(GROUND_HW, np.uint8)
    for _ in range(int(rng.integers(6, 40))):
        start, way = rng.uniform(0, GROUND_HW[0], 2), rng.uniform(0, 2 * np.pi)
        steps = np.linspace(0, float(rng.gamma(2, 60)), 12)
        bend = way + steps * float(rng.normal(0, 0.001))
        line = start + np.stack([steps * np.cos(bend), steps * np.sin(bend)], axis=1)
        strength = int(np.clip(rng.gamma(1.5, 30), 15, 220))
        points = [np.round(line * 8).astype(np.int32)]
        cv2.polylines(drawn, points, False, strength, 1, cv2.LINE_AA, shift=3)
    share = single(drawn)[..., None] / 255
    paler = np.clip(albedo * 2.2 + 0.04, 0, 0.6)
    return single(albedo + (paler - albedo) * share * 0.8)
