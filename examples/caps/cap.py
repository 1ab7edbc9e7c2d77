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

COLOURWAYS: tuple[tuple[Colour, Colour, Colour], ...] = (
    ((0.62, 0.06, 0.08), (0.85, 0.84, 0.80), (0.90, 0.70, 0.20)),
    ((0.08, 0.15, 0.42), (0.86, 0.86, 0.86), (0.45, 0.60, 0.80)),
    ((0.05, 0.30, 0.17), (0.88, 0.82, 0.55), (0.80, 0.80, 0.76)),
    ((0.07, 0.07, 0.08), (0.78, 0.62, 0.25), (0.70, 0.70, 0.70)),
    ((0.85, 0.66, 0.10), (0.10, 0.09, 0.08), (0.60, 0.08, 0.06)),
    ((0.84, 0.83, 0.80), (0.10, 0.16, 0.40), (0.30, 0.50, 0.70)),
    ((0.33, 0.50, 0.68), (0.88, 0.88, 0.86), (0.08, 0.12, 0.25)),
    ((0.40, 0.12, 0.34), (0.85, 0.80, 0.84), (0.75, 0.55, 0.20)),
)
"""In what colours caps are made: lacquer, first ink, second ink."""


@dataclass(frozen=True, slots=True)
class Product:
    """What the caps of one product share: shape and print, in whatever colour they are made."""

    kind: Literal["crown", "screw"]
    teeth: int
    top_radius: float
    artwork_seed: int


PRODUCTS = (
    Product("crown", teeth=21, top_radius=0.74, artwork_seed=1),
    Product("screw", teeth=60, top_radius=0.85, artwork_seed=2),
    Product("screw", teeth=90, top_radius=0.82, artwork_seed=3),
)
"""What runs on this line."""


@dataclass(frozen=True, slots=True)
class Cap:
    """One physical cap; everything that all of its photos share, defects apart."""

    number: int
    product: Product
    base: Colour
    ink: Colour
    second_ink: Colour
    gloss: float


def draw_cap(number: int, rng: np.random.Generator) -> Cap:
    """A random cap."""
    product = PRODUCTS[rng.integers(len(PRODUCTS))]
    base, ink, second_ink = COLOURWAYS[rng.integers(len(COLOURWAYS))]
    return Cap(
        number=number,
        product=product,
        base=_batch_tone(base, rng),
        ink=_batch_tone(ink, rng),
        second_ink=_batch_tone(second_ink, rng),
        gloss=float(rng.uniform(0.35, 1.0) if product.kind == "crown" else rng.uniform(0.1, 0.8)),
    )


def _batch_tone(colour: Colour, rng: np.random.Generator) -> Colour:
    """The colour as one batch of lacquer or ink has it."""
    toned = np.array(colour) * rng.uniform(0.88, 1.12) * rng.uniform(0.95, 1.05, 3)
    red, green, blue = np.clip(toned, 0.02, 0.92).tolist()
    return red, green, blue


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
    top = cap.product.top_radius
    if cap.product.kind == "crown":
        wave = np.cos(cap.product.teeth * angle) * smooth_step(radius, top + 0.04, 1.0)
        skirt = 0.10 * smooth_step(radius, top, top + 0.14)
        fall = 0.85 * np.maximum(radius - top - 0.06, 0.0)
        return single(0.32 - 0.02 * radius**2 - skirt - fall + 0.05 * wave)
    wave = np.cos(cap.product.teeth * angle) * smooth_step(radius, 0.92, 0.97)
    ridge = 0.006 * np.exp(-(((radius - top + 0.05) / 0.016) ** 2))
    bevel = 0.12 * smooth_step(radius, top, 1.06)
    return single(0.34 + ridge - bevel - 0.6 * np.maximum(radius - 0.95, 0.0) + 0.018 * wave)


def outline(cap: Cap, u: Array, v: Array) -> Array:
    """Coverage of the cap, 0 to 1, at cap coordinates (u, v): toothed at the rim."""
    radius, angle = np.hypot(u, v), np.arctan2(v, u)
    depth = 0.030 if cap.product.kind == "crown" else 0.010
    rim = 1.0 - depth + depth * np.cos(cap.product.teeth * angle)
    return single(1.0 - smooth_step(radius - rim, -0.008, 0.008))
