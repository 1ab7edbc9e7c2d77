"""What a drawn defect is filled with: a picture (H, W, 3) float32 in 0…1 like the patch."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.data.intensity import in_8_bits, to_unit

Picture = NDArray[np.float32]
Fill = Callable[[Picture, Picture, np.random.Generator], Picture]
"""(patch, a patch of another good photo, random numbers) -> what the defect shows."""


def colour(patch: Picture, donor: Picture, rng: np.random.Generator) -> Picture:
    """One colour, grey half of the time, with some grain."""
    shade = rng.uniform(0.0, 1.0, 3 if rng.random() < 0.5 else 1)
    return np.asarray(shade + _grain(patch, rng), np.float32) + np.zeros_like(patch)


def lighter_or_darker(patch: Picture, donor: Picture, rng: np.random.Generator) -> Picture:
    """The patch itself, lighter or darker: dents, dirt, flat scratches."""
    change = rng.choice([-1.0, 1.0]) * rng.uniform(0.08, 0.5)
    return np.asarray(
        patch * np.float32(1.0 - abs(change) / 2) + np.float32(max(change, 0.0)) * 0.7
    )


def tint(patch: Picture, donor: Picture, rng: np.random.Generator) -> Picture:
    """The patch in other colours: channels exchanged, weakened or inverted."""
    mixed = patch[..., rng.permutation(3)] * rng.uniform(0.4, 1.3, 3)
    if rng.random() < 0.25:
        mixed = 1.0 - mixed
    return np.asarray(mixed, np.float32)


def elsewhere(patch: Picture, donor: Picture, rng: np.random.Generator) -> Picture:
    """Another place of the same photo (Li et al., CutPaste, 2021), turned."""
    return _moved(patch, rng)


def other_photo(patch: Picture, donor: Picture, rng: np.random.Generator) -> Picture:
    """A place of another good photo, turned."""
    return _moved(donor, rng)


def smear(patch: Picture, donor: Picture, rng: np.random.Generator) -> Picture:
    """The patch without its detail: wiped away."""
    sigma = float(np.exp(rng.uniform(np.log(2.0), np.log(12.0))))
    if rng.random() < 0.5:
        return np.asarray(cv2.GaussianBlur(patch, (0, 0), sigma), np.float32)
    place = patch[rng.integers(patch.shape[0]), rng.integers(patch.shape[1])]
    return np.asarray(place + _grain(patch, rng), np.float32) + np.zeros_like(patch)


def erase(patch: Picture, donor: Picture, rng: np.random.Generator) -> Picture:
    """The patch without what is narrower than some px, its edges kept: print that is missing."""
    plain = to_unit(cv2.medianBlur(in_8_bits(patch), 2 * int(rng.integers(5, 19)) + 1))
    return np.asarray(plain + _grain(patch, rng), np.float32)


def texture(patch: Picture, donor: Picture, rng: np.random.Generator) -> Picture:
    """Grain that no photo has: noise, drawn out into streaks as often as not."""
    noise = rng.standard_normal(patch.shape[:2]).astype(np.float32)
    sigmas = np.exp(rng.uniform(np.log(0.4), np.log(6.0), 2))
    noise = np.asarray(cv2.GaussianBlur(noise, (0, 0), sigmaX=sigmas[0], sigmaY=sigmas[1]))
    noise = np.asarray(noise / max(float(noise.std()), 1e-6), np.float32)
    shade = rng.uniform(0.0, 1.0, 3) if rng.random() < 0.5 else rng.uniform(0.0, 1.0, 1)
    return np.asarray(
        shade + noise[..., None] * rng.uniform(0.05, 0.3), np.float32
    ) + np.zeros_like(patch)


def shifted(patch: Picture, donor: Picture, rng: np.random.Generator) -> Picture:
    """The same place moved and turned a little: misplaced, bent or broken."""
    return _turned(patch, rng.uniform(-25.0, 25.0), rng.uniform(-0.12, 0.12, 2))


FILLS: tuple[Fill, ...] = (
    colour,
    lighter_or_darker,
    tint,
    elsewhere,
    other_photo,
    smear,
    erase,
    texture,
    shifted,
)


def draw_fill(patch: Picture, donor: Picture, rng: np.random.Generator) -> Picture:
    """What one defect shows, of any of the kinds."""
    filled = FILLS[int(rng.integers(len(FILLS)))](patch, donor, rng)
    return np.asarray(np.clip(filled, 0.0, 1.0), np.float32)


def _moved(picture: Picture, rng: np.random.Generator) -> Picture:
    return _turned(picture, rng.uniform(-180.0, 180.0), rng.uniform(-0.5, 0.5, 2))


def _turned(picture: Picture, degrees: float, shift: NDArray[np.float64]) -> Picture:
    height, width = picture.shape[:2]
    matrix = np.asarray(cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0))
    matrix[:, 2] += shift * np.array([width, height])
    return np.asarray(
        cv2.warpAffine(picture, matrix, (width, height), borderMode=cv2.BORDER_REFLECT_101)
    )


def _grain(patch: Picture, rng: np.random.Generator) -> Picture:
    spread = rng.uniform(0.0, 0.06)
    return rng.standard_normal((*patch.shape[:2], 1), dtype=np.float32) * np.float32(spread)
