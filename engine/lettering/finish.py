"""Finishes: how a mark changes its ground, as ink, as relief, as light."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.lettering.colours import LUMA, Colour
from engine.lettering.fields import Field, smooth_field
from engine.lettering.relief import cast_shadow, relief_shade

Pixels = NDArray[np.float32]
"""(h, w, 3), 0…255."""

RELIEF = 45.0
"""Grey levels by which the edges of a relief differ from its ground, at least."""

Finish = Callable[[Pixels, Field, Colour, np.random.Generator], Pixels]


def printed(ground: Pixels, alpha: Field, colour: Colour, rng: np.random.Generator) -> Pixels:
    """Ink: not quite opaque, uneven, with soft edges, worn or with faint streaks."""
    cover = worn(alpha, rng) * np.float32(rng.uniform(0.75, 1.0))
    return mixed(ground, cover, colour)


def sprayed(ground: Pixels, alpha: Field, colour: Colour, rng: np.random.Generator) -> Pixels:
    """Paint through a stencil: thick in the middle, with a mist around."""
    mist = cv2.GaussianBlur(alpha, (0, 0), 0.08 * alpha.shape[0])
    cover = np.maximum(worn(alpha, rng), mist * np.float32(rng.uniform(0.0, 0.35)))
    return mixed(ground, cover * np.float32(rng.uniform(0.7, 1.0)), colour)


def outlined(ground: Pixels, alpha: Field, colour: Colour, rng: np.random.Generator) -> Pixels:
    """A sign: characters with an outline or a shadow, light around dark or dark around light."""
    other = np.float32(255.0 if float(colour @ LUMA) < 128 else 0.0)
    strength = np.float32(rng.uniform(0.3, 0.9))
    if rng.random() < 0.5:
        shade = cast_shadow(alpha, rng)
        ground = ground + (other - ground) * (shade * strength)[..., None]
        return mixed(ground, alpha, colour)
    size = 2 * max(1, round(0.04 * alpha.shape[0])) + 1
    rim = cv2.dilate(alpha, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size)))
    ground = ground + (other - ground) * (rim * strength)[..., None]
    return mixed(ground, alpha, colour)


def embossed(ground: Pixels, alpha: Field, colour: Colour, rng: np.random.Generator) -> Pixels:
    """Relief in the ground's own colour; `colour` only tints what is raised or sunk, if at all."""
    strength = float(rng.triangular(RELIEF, 80.0, 160.0))
    # A ground that is white already has no light flanks.
    brightest = float(ground.mean()) + 0.6 * strength
    ground = ground * np.float32(min(1.0, 255.0 / max(brightest, 1.0)))
    shade = relief_shade(alpha, rng, strength=strength)
    if rng.random() < 0.4:
        ground = mixed(ground, alpha * np.float32(rng.uniform(0.1, 0.4)), colour)
    if rng.random() < 0.3:
        ground = ground * (1.0 - cast_shadow(alpha, rng))[..., None]
    return np.asarray(ground + shade[..., None], dtype=np.float32)


def raised_print(ground: Pixels, alpha: Field, colour: Colour, rng: np.random.Generator) -> Pixels:
    """Raised and inked, as on number plates and stamped signs."""
    inked = printed(ground, alpha, colour, rng)
    shade = relief_shade(alpha, rng, strength=float(rng.uniform(15.0, 80.0)))
    if rng.random() < 0.4:
        inked = inked * (1.0 - cast_shadow(alpha, rng))[..., None]
    return np.asarray(inked + shade[..., None], dtype=np.float32)


def lit(ground: Pixels, alpha: Field, colour: Colour, rng: np.random.Generator) -> Pixels:
    """Segments that shine, with a glow around them, on a ground that is dark beside them."""
    dimmed = ground * np.float32(rng.uniform(0.1, 0.7))
    glow = cv2.GaussianBlur(alpha, (0, 0), float(rng.uniform(0.06, 0.2)) * alpha.shape[0])
    light = np.array([255.0, 255.0, 255.0], np.float32)
    light[rng.permutation(3)[: int(rng.integers(1, 3))]] = float(rng.uniform(10.0, 140.0))
    shine = mixed(dimmed, alpha * np.float32(rng.uniform(0.7, 1.0)), light)
    return np.asarray(shine + glow[..., None] * light * np.float32(rng.uniform(0.1, 0.5)))


def mixed(ground: Pixels, cover: Field, colour: Colour) -> Pixels:
    """The ground under ink that covers it to a share `cover`."""
    return np.asarray(ground + (colour - ground) * cover[..., None], dtype=np.float32)


def worn(alpha: Field, rng: np.random.Generator) -> Field:
    """Where ink is left of what was put on: thin in parts, specks lost, a streak through it."""
    if rng.random() < 0.35:
        thin = smooth_field(alpha.shape, 2, rng)
        alpha = alpha * (1.0 - np.clip(thin, 0, 1.5) * np.float32(rng.uniform(0.1, 0.5)))
    if rng.random() < 0.2:
        specks = smooth_field(alpha.shape, max(4, alpha.shape[0] // 3), rng)
        alpha = alpha * np.clip((np.float32(rng.uniform(1.2, 2.2)) - specks) * 3, 0.1, 1)
    if rng.random() < 0.08:
        row = int(rng.integers(alpha.shape[0]))
        alpha = alpha.copy()
        alpha[row : row + max(1, alpha.shape[0] // 24)] *= np.float32(rng.uniform(0.1, 0.6))
    return np.asarray(alpha, dtype=np.float32)


FINISHES: dict[str, tuple[tuple[Finish, float], ...]] = {
    "typeface": ((printed, 8.0), (raised_print, 1.0), (embossed, 1.0), (outlined, 1.5)),
    "strokes": ((printed, 4.0), (raised_print, 3.0), (embossed, 1.5)),
    "dot_matrix": ((printed, 1.0),),
    "raster": ((printed, 1.0),),
    "dot_peen": ((embossed, 2.0), (printed, 1.0)),
    "stencil": ((sprayed, 3.0), (printed, 1.0)),
    "seven_segment": ((lit, 2.0), (printed, 1.0)),
}
"""The finishes of each style, and how often each is chosen."""


def choose_finish(style: str, rng: np.random.Generator) -> Finish:
    """A finish that goes with a style."""
    choices = FINISHES[style]
    ends = np.cumsum([weight for _, weight in choices])
    return choices[int(np.searchsorted(ends, rng.uniform(0.0, ends[-1]), side="right"))][0]
