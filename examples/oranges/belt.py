"""The belt below the fruits: rubber, woven plastic or rollers; it runs from left to right."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from examples.oranges.heap import BEYOND, SIZE_HW
from examples.relief import Array, cloud, single, smooth_step

FINE = 2
"""Everything is drawn so many times larger than in the photo."""
BELT_HW = (SIZE_HW[0] * FINE, (SIZE_HW[1] + 2 * BEYOND) * FINE)
COLOURS = (
    (0.03, 0.03, 0.032),
    (0.04, 0.13, 0.09),
    (0.05, 0.11, 0.22),
    (0.42, 0.42, 0.40),
    (0.16, 0.16, 0.16),
)


@dataclass(frozen=True, slots=True)
class Belt:
    """An empty stretch: linear `albedo` (h, w, 3), `height` (h, w) px of a photo, `gloss`."""

    albedo: Array
    height: Array
    gloss: float


def draw_belt(rng: np.random.Generator) -> Belt:
    """A random stretch of a random belt."""
    colour = np.array(COLOURS[int(rng.integers(len(COLOURS)))]) * rng.uniform(0.8, 1.25)
    relief = _rollers(rng) if rng.random() < 0.25 else _woven(rng)
    streaks = 0.04 * cloud(rng, (140, 3), BELT_HW) + 0.06 * cloud(rng, (12, 9), BELT_HW)
    juice = smooth_step(cloud(rng, (6, 9), BELT_HW), 1.1, 1.9) * float(rng.uniform(0, 0.4))
    grime = 1 + streaks + 0.04 * cloud(rng, (400, 500), BELT_HW)
    albedo = single(colour) * single(grime * (1 - juice))[..., None]
    return Belt(single(albedo), relief, float(rng.uniform(0.02, 0.14)))


def _woven(rng: np.random.Generator) -> Array:
    y, x = np.mgrid[0 : BELT_HW[0], 0 : BELT_HW[1]].astype(np.float32) / FINE
    pitch = float(rng.uniform(3.5, 9))
    weave = np.sin(2 * np.pi * x / pitch) * np.sin(2 * np.pi * y / pitch)
    return single(float(rng.uniform(0.03, 0.22)) * weave + 0.05 * cloud(rng, (300, 400), BELT_HW))


def _rollers(rng: np.random.Generator) -> Array:
    """Rods across the belt that turn the fruits."""
    pitch = float(rng.uniform(38, 60))
    x = np.arange(BELT_HW[1], dtype=np.float32) / FINE
    off = (x + float(rng.uniform(0, pitch))) % pitch - pitch / 2
    bar = np.sqrt(np.clip((0.40 * pitch) ** 2 - off**2, 0, None)) - 0.4 * pitch
    return single(np.broadcast_to(single(bar), BELT_HW) + 0.04 * cloud(rng, (300, 400), BELT_HW))
