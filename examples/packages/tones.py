"""Colours that packages come in."""

from __future__ import annotations

import numpy as np

from examples.packages.artwork import pattern
from examples.packages.face import Colour
from examples.relief import Array, single

PALETTES: tuple[tuple[Colour, Colour], ...] = (
    ((0.78, 0.77, 0.74), (0.62, 0.66, 0.70)),
    ((0.74, 0.70, 0.58), (0.62, 0.52, 0.36)),
    ((0.40, 0.04, 0.05), (0.26, 0.02, 0.04)),
    ((0.03, 0.09, 0.32), (0.02, 0.05, 0.18)),
    ((0.04, 0.20, 0.09), (0.02, 0.11, 0.06)),
    ((0.72, 0.47, 0.05), (0.76, 0.60, 0.16)),
    ((0.05, 0.05, 0.055), (0.09, 0.09, 0.10)),
    ((0.55, 0.68, 0.74), (0.40, 0.57, 0.68)),
    ((0.72, 0.42, 0.44), (0.62, 0.30, 0.34)),
    ((0.20, 0.05, 0.22), (0.13, 0.03, 0.15)),
    ((0.62, 0.70, 0.44), (0.50, 0.62, 0.34)),
    ((0.10, 0.32, 0.34), (0.06, 0.22, 0.25)),
)
"""Two tones of a ground."""


def tones(rng: np.random.Generator) -> tuple[Colour, Colour]:
    """Two tones as one batch has them."""
    pair = PALETTES[int(rng.integers(len(PALETTES)))]
    light = float(rng.uniform(0.85, 1.12))
    first, second = (np.clip(single(tone) * light, 0.01, 0.85).tolist() for tone in pair)
    return (first[0], first[1], first[2]), (second[0], second[1], second[2])


def coloured(rng: np.random.Generator, shape: tuple[int, ...]) -> tuple[Array, Colour]:
    """A printed ground (h, w, 3), and the first of its tones."""
    first, second = tones(rng)
    share = pattern(rng, (shape[0], shape[1]))[..., None]
    return single(single(first) * (1 - share) + single(second) * share), first
