"""Colours of ink that can be told from their ground."""

from __future__ import annotations

import colorsys

import numpy as np
from numpy.typing import NDArray

Colour = NDArray[np.float32]
"""(3,) red, green, blue in 0…255."""

LUMA = np.array([0.299, 0.587, 0.114], np.float32)
"""How bright the primaries look (ITU-R BT.601)."""

_LEAST, _MOST = 35.0, 220.0
_LEAST_KNOWN = 25.0


def ink_colour(
    ground: NDArray[np.float32], known: Colour | None, rng: np.random.Generator
) -> Colour:
    """A colour for marks on a ground.

    Args:
        ground: (h, w, 3), 0…255, where the marks will be.
        known: the colour of marks that were there; it is often taken, where it stood out.
    """
    base = ground.mean(axis=(0, 1))
    luma = float(base @ LUMA)
    uneven = float((ground @ LUMA).std())
    least = min(max(_LEAST, 2.0 * uneven), 110.0)
    if known is not None and rng.random() < 0.6:
        colour = known + rng.normal(0.0, 12.0, 3).astype(np.float32)
        if abs(float(colour @ LUMA) - luma) > max(_LEAST_KNOWN, uneven):
            return np.asarray(np.clip(colour, 0, 255), dtype=np.float32)
    contrast = float(rng.triangular(least, least + 40.0, _MOST))
    darker = rng.random() < float(np.clip(0.55 + (luma - 110.0) / 160.0, 0.05, 0.95))
    darker = darker if least < (luma if darker else 255.0 - luma) else not darker
    target = luma - contrast if darker else luma + contrast
    return with_luma(_hue(base, rng), float(np.clip(target, 4.0, 251.0)))


def _hue(base: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float64]:
    """Mostly black to white, else a shade of the ground, else any colour; (3,) in 0…1."""
    kind = rng.random()
    if kind < 0.5:
        return np.full(3, 0.5) + rng.normal(0.0, 0.02, 3)
    if kind < 0.7:
        return np.asarray(base / 255.0, dtype=np.float64)
    red, green, blue = colorsys.hsv_to_rgb(rng.random(), rng.uniform(0.4, 1.0), 0.8)
    return np.array([red, green, blue])


def with_luma(colour: NDArray[np.floating], luma: float) -> Colour:
    """The colour as dark or as light as `luma` in 0…255: mixed with black, or with white."""
    now = float(colour @ LUMA)
    wanted = luma / 255.0
    if wanted <= now:
        mixed = colour * (wanted / max(now, 1e-6))
    else:
        mixed = colour + (1.0 - colour) * ((wanted - now) / max(1.0 - now, 1e-6))
    return np.asarray(np.clip(mixed, 0.0, 1.0) * 255.0, dtype=np.float32)
