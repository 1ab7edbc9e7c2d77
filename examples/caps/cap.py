"""The cap itself: what varies from cap to cap, and its relief.

Lengths on a cap are in units of its radius: (0, 0) is the centre and the rim lies at 1.
Colours are RGB, float32, 0 to 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float32]
Colour = tuple[float, float, float]

BASES: tuple[Colour, ...] = (
    (0.62, 0.06, 0.08), (0.08, 0.15, 0.42), (0.72, 0.55, 0.20), (0.05, 0.30, 0.17),
    (0.07, 0.07, 0.08), (0.84, 0.83, 0.80), (0.60, 0.61, 0.63), (0.06, 0.40, 0.44),
    (0.80, 0.36, 0.06), (0.34, 0.11, 0.36), (0.85, 0.70, 0.10), (0.30, 0.20, 0.13),
    (0.33, 0.50, 0.68), (0.46, 0.54, 0.22), (0.36, 0.37, 0.40), (0.70, 0.44, 0.46),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cap:
    """One physical cap; everything that all of its photos share, defects apart."""

    number: int
    kind: Literal["crown", "screw"]
    teeth: int
    base: Colour
    ink: Colour
    second_ink: Colour
    gloss: float
    top_radius: float
    artwork_seed: int


def draw_cap(number: int, rng: np.random.Generator) -> Cap:
    """A random cap."""
    crown = rng.random() < 0.5
    jitter = rng.uniform(0.85, 1.15) * rng.uniform(0.95, 1.05, 3)
    base = np.clip(np.array(BASES[rng.integers(len(BASES))]) * jitter, 0.02, 0.9)
    return Cap(
        number=number,
        kind="crown" if crown else "screw",
        teeth=21 if crown else int(rng.choice([48, 60, 72, 90])),
        base=_colour(base),
        ink=_ink(base, rng),
        second_ink=_ink(base, rng),
        gloss=float(rng.uniform(0.35, 1.0) if crown else rng.uniform(0.1, 0.8)),
        top_radius=float(rng.uniform(0.70, 0.76) if crown else rng.uniform(0.80, 0.87)),
        artwork_seed=int(rng.integers(2**31)),
    )


def _colour(values: npt.NDArray[np.float64]) -> Colour:
    return (float(values[0]), float(values[1]), float(values[2]))


def _ink(base: npt.NDArray[np.float64], rng: np.random.Generator) -> Colour:
    """White, black, a tone of the base, or another colour; as light or dark as scratches are."""
    choice = rng.integers(4)
    if choice == 0:
        return _colour(np.full(3, rng.uniform(0.70, 0.92)))
    if choice == 1:
        return _colour(np.full(3, rng.uniform(0.03, 0.15)))
    if choice == 2:
        tone = base * rng.uniform(0.35, 0.6) if base.mean() > 0.35 else base + rng.uniform(0.2, 0.4)
        return _colour(np.clip(tone, 0, 0.95))
    other = np.array(BASES[rng.integers(len(BASES))])
    lifted = other + (0.3 if abs(other.mean() - base.mean()) < 0.15 else 0.0)
    return _colour(np.clip(lifted, 0, 0.95))


def single(values: npt.ArrayLike) -> Array:
    """The values as float32."""
    return np.asarray(values, np.float32)


def smooth_step(values: npt.ArrayLike, low: float, high: float) -> Array:
    """0 below `low`, 1 above `high`, a smooth S between; same shape."""
    t = np.clip((single(values) - low) / (high - low), 0.0, 1.0)
    return single(t * t * (3.0 - 2.0 * t))


def relief(cap: Cap, u: Array, v: Array) -> Array:
    """Height above the table in cap radii, at cap coordinates (u, v); float32, their shape."""
    radius, angle = np.hypot(u, v), np.arctan2(v, u)
    top = cap.top_radius
    if cap.kind == "crown":
        wave = np.cos(cap.teeth * angle) * smooth_step(radius, top + 0.04, 1.0)
        skirt = 0.10 * smooth_step(radius, top, top + 0.14)
        fall = 0.85 * np.maximum(radius - top - 0.06, 0.0)
        return single(0.32 - 0.02 * radius**2 - skirt - fall + 0.05 * wave)
    wave = np.cos(cap.teeth * angle) * smooth_step(radius, 0.92, 0.97)
    ridge = 0.010 * np.exp(-(((radius - top + 0.05) / 0.016) ** 2))
    bevel = 0.12 * smooth_step(radius, top, 1.06)
    return single(0.34 + ridge - bevel - 0.6 * np.maximum(radius - 0.95, 0.0) + 0.018 * wave)


def outline(cap: Cap, u: Array, v: Array) -> Array:
    """Coverage of the cap, 0 to 1, at cap coordinates (u, v): toothed at the rim."""
    radius, angle = np.hypot(u, v), np.arctan2(v, u)
    depth = 0.030 if cap.kind == "crown" else 0.010
    rim = 1.0 - depth + depth * np.cos(cap.teeth * angle)
    return single(1.0 - smooth_step(radius - rim, -0.008, 0.008))
