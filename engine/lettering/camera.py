"""What a camera makes of a line: uneven light, glare, blur, few pixels, noise, JPEG."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.lettering.fields import slope, smooth_field

Pixels = NDArray[np.float32]

_FEWEST_PX = 13
"""Height of the smallest text."""

_BRIGHTEST = 1.2
"""Light beyond this would turn pale marks as white as a pale ground."""


def photograph(line: Pixels, text_px: int, rng: np.random.Generator) -> NDArray[np.uint8]:
    """A photo of the line, (h, w, 3); each effect is mild, and often there is none.

    Args:
        line: (h, w, 3), 0…255.
        text_px: height of its text, which blur must not make unreadable.
    """
    line = _lighted(line, rng)
    line = _blurred(line, text_px, rng)
    if rng.random() < 0.6:
        grain = rng.standard_normal(line.shape[:2], dtype=np.float32)
        line = line + grain[..., None] * np.float32(rng.uniform(1.0, 9.0))
    photo = np.clip(line, 0, 255).astype(np.uint8)
    if rng.random() < 0.35:
        quality = [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(25, 90))]
        _, data = cv2.imencode(".jpg", photo, quality)
        photo = np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), dtype=np.uint8)
    return photo


def _lighted(line: Pixels, rng: np.random.Generator) -> Pixels:
    """Light from a side, in patches, an edge of shadow, a glare."""
    size = line.shape[0], line.shape[1]
    light = np.full((1, 1), rng.uniform(0.85, 1.15), np.float32)
    if rng.random() < 0.4:
        light = light + slope(size, float(rng.uniform(0, 2 * np.pi))) * rng.uniform(0.05, 0.35)
    if rng.random() < 0.15:
        light = light + smooth_field(size, 1, rng) * np.float32(rng.uniform(0.03, 0.12))
    if rng.random() < 0.08:
        edge = slope(size, float(rng.uniform(0, 2 * np.pi))) + np.float32(rng.uniform(-0.6, 0.6))
        shade = np.clip(edge * np.float32(rng.uniform(2.0, 20.0)) + 0.5, 0, 1)
        light = light * (1.0 - shade * np.float32(rng.uniform(0.2, 0.5)))
    line = line * np.minimum(light, _BRIGHTEST).astype(np.float32)[..., None]
    if rng.random() < 0.08:
        spot = _spot(size, rng) * np.float32(rng.uniform(30.0, 110.0))
        line = line + spot[..., None]
    return np.asarray(line, dtype=np.float32)


def _spot(size_hw: tuple[int, int], rng: np.random.Generator) -> NDArray[np.float32]:
    """A round glare somewhere on the line, 1 in its middle."""
    height, width = size_hw
    radius = height * float(rng.uniform(0.3, 1.2))
    x = (np.arange(width, dtype=np.float32) - np.float32(rng.uniform(0, width))) / radius
    y = (np.arange(height, dtype=np.float32) - np.float32(rng.uniform(0, height))) / radius
    return np.asarray(np.exp(-(x**2))[None] * np.exp(-(y**2))[:, None], dtype=np.float32)


def _blurred(line: Pixels, text_px: int, rng: np.random.Generator) -> Pixels:
    """Out of focus, moved, or seen with few pixels."""
    height, width = line.shape[:2]
    kind = rng.random()
    if kind < 0.4:
        sigma = abs(float(rng.normal(0.0, 0.025))) * text_px
        return line if sigma < 0.3 else np.asarray(cv2.GaussianBlur(line, (0, 0), sigma))
    if kind < 0.5:
        length = round(float(rng.uniform(0.03, 0.1)) * text_px)
        kernel = np.full((1, max(1, length)), 1 / max(1, length), np.float32)
        return np.asarray(cv2.filter2D(line, -1, kernel if rng.random() < 0.7 else kernel.T))
    if kind < 0.7 and text_px > _FEWEST_PX:
        share = float(rng.uniform(_FEWEST_PX, text_px)) / text_px
        small = max(4, round(width * share)), max(4, round(height * share))
        few = cv2.resize(line, small, interpolation=cv2.INTER_AREA)
        return np.asarray(cv2.resize(few, (width, height), interpolation=cv2.INTER_LINEAR))
    return line
