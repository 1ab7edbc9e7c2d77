"""What packages lie on: a rubber belt, a chain of plastic links, a plastic belt, sheet steel."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from examples.packages.printing import FINE
from examples.relief import Array, cloud, single, smooth_step

SIDE = 900
"""Of the ground that is drawn, px of a photo."""
GROUND_HW = (SIDE * FINE, SIDE * FINE)


@dataclass(frozen=True, slots=True)
class Ground:
    """Linear `albedo` (h, w, 3), relief `height` (h, w) in px of the photo, `gloss`, `metal`."""

    albedo: Array
    height: Array
    gloss: float
    metal: float


def draw_ground(rng: np.random.Generator) -> Ground:
    """A random ground that runs from left to right."""
    which = int(rng.integers(4))
    worn = 1 + 0.06 * cloud(rng, (7, 7), GROUND_HW) + 0.04 * cloud(rng, (70, 5), GROUND_HW)
    if which == 0:
        colour, height, gloss, metal = _rubber(rng)
    elif which == 1:
        colour, height, gloss, metal = _links(rng)
    elif which == 2:
        colour, height, gloss, metal = _smooth(rng)
    else:
        colour, height, gloss, metal = _steel(rng)
    return Ground(_soiled(single(colour * worn[..., None]), rng), height, gloss, metal)


def _tinted(rng: np.random.Generator, colours: tuple[tuple[float, float, float], ...]) -> Array:
    colour = single(colours[int(rng.integers(len(colours)))])
    return single(colour * float(rng.uniform(0.8, 1.25)) * single(rng.uniform(0.96, 1.04, 3)))


def _rubber(rng: np.random.Generator) -> tuple[Array, Array, float, float]:
    y, x = np.mgrid[0 : GROUND_HW[0], 0 : GROUND_HW[1]].astype(np.float32) / FINE
    pitch = float(rng.uniform(4, 8))
    weave = np.sin(2 * np.pi * x / pitch) * np.sin(2 * np.pi * y / pitch)
    height = float(rng.uniform(0.05, 0.2)) * weave + 0.05 * cloud(rng, (400, 400), GROUND_HW)
    colour = _tinted(rng, ((0.03, 0.03, 0.032), (0.035, 0.10, 0.07), (0.14, 0.14, 0.14)))
    return colour, single(height), float(rng.uniform(0.02, 0.1)), 0.0


def _links(rng: np.random.Generator) -> tuple[Array, Array, float, float]:
    """Brick-like links with slots between them."""
    y, x = np.mgrid[0 : GROUND_HW[0], 0 : GROUND_HW[1]].astype(np.float32) / FINE
    pitch, brick = float(rng.uniform(34, 52)), float(rng.uniform(60, 110))
    row = np.floor(x / pitch)
    along = (y + 0.5 * brick * (row % 2)) % brick
    gap = np.minimum(x % pitch, pitch - x % pitch)
    slot = np.minimum(along, brick - along)
    height = 3.0 * smooth_step(gap, 1.0, 2.6) * smooth_step(slot, 0.8, 2.2)
    colour = _tinted(rng, ((0.04, 0.11, 0.28), (0.55, 0.55, 0.53), (0.07, 0.07, 0.075)))
    fine = 0.05 * cloud(rng, (300, 300), GROUND_HW)
    return colour, single(height + fine), float(rng.uniform(0.1, 0.3)), 0.0


def _smooth(rng: np.random.Generator) -> tuple[Array, Array, float, float]:
    colour = _tinted(rng, ((0.60, 0.60, 0.58), (0.03, 0.16, 0.10), (0.08, 0.20, 0.38)))
    return colour, single(0.04 * cloud(rng, (350, 350), GROUND_HW)), float(rng.uniform(0, 0.2)), 0.0


def _steel(rng: np.random.Generator) -> tuple[Array, Array, float, float]:
    lines = cloud(rng, (SIDE, 5), GROUND_HW) + 0.6 * cloud(rng, (2 * SIDE, 20), GROUND_HW)
    return _tinted(rng, ((0.52, 0.53, 0.54),)), single(0.05 * lines), 0.1, 0.7


def _soiled(albedo: Array, rng: np.random.Generator) -> Array:
    """Streaks, crumbs and scratches."""
    dark = smooth_step(cloud(rng, (10, 4), GROUND_HW), 0.9, 2.0) * float(rng.uniform(0, 0.4))
    albedo *= single(1 - dark)[..., None]
    marks = np.zeros(GROUND_HW, np.uint8)
    for _ in range(int(rng.integers(0, 40))):
        x, y = rng.integers(0, GROUND_HW[0], 2).tolist()
        strength = int(rng.integers(60, 230))
        cv2.circle(marks, (x, y), int(rng.integers(1, 4)), strength, -1, cv2.LINE_AA)
    for _ in range(int(rng.integers(0, 14))):
        start = rng.integers(0, GROUND_HW[0], 2)
        end = start + np.round(rng.normal(0, (160, 30))).astype(int)
        strength = int(rng.integers(30, 120))
        cv2.line(marks, start.tolist(), end.tolist(), strength, 1, cv2.LINE_AA)
    tone = float(rng.choice([0.02, 0.5]))
    return single(albedo + (tone - albedo) * (single(marks) / 255 * 0.6)[..., None])
