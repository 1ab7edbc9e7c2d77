"""Raised and sunk characters: stamped, cast, embossed, engraved; light falls from a side."""

from __future__ import annotations

import cv2
import numpy as np

from engine.lettering.fields import Field


def relief_shade(alpha: Field, rng: np.random.Generator, *, strength: float) -> Field:
    """How much lighter or darker each pixel gets, in grey levels.

    Args:
        alpha: (h, w) 0…1, where the characters are.
        strength: of the light's edge, grey levels.
    """
    height = alpha.shape[0]
    bevel = max(0.5, float(rng.uniform(0.01, 0.05)) * height)
    hills = cv2.GaussianBlur(alpha, (0, 0), bevel)
    across = cv2.Sobel(hills, cv2.CV_32F, 1, 0, scale=0.25 * bevel)
    down = cv2.Sobel(hills, cv2.CV_32F, 0, 1, scale=0.25 * bevel)
    angle = float(rng.uniform(0.0, 2 * np.pi))
    slopes = across * np.float32(np.cos(angle)) + down * np.float32(np.sin(angle))
    steepest = max(float(np.abs(slopes).max()), 1e-3)
    shade = slopes * np.float32(strength / steepest)
    # Metal glints on one flank; the other is in shadow, but not so much.
    shade = np.where(shade > 0, shade, shade * np.float32(rng.uniform(0.4, 1.0)))
    return np.asarray(shade + alpha * np.float32(rng.normal(0.0, 0.15) * strength))


def cast_shadow(alpha: Field, rng: np.random.Generator) -> Field:
    """How much of the light raised characters keep from the ground beside them, 0…1."""
    reach = max(1.0, 0.06 * alpha.shape[0])
    x, y = (float(value) for value in rng.normal(0.0, reach, 2))
    matrix = np.array([[1.0, 0.0, x], [0.0, 1.0, y]])
    moved = cv2.warpAffine(alpha, matrix, alpha.shape[::-1])
    soft = cv2.GaussianBlur(moved, (0, 0), max(0.6, reach * float(rng.uniform(0.2, 0.8))))
    return np.asarray(soft * (1.0 - alpha) * np.float32(rng.uniform(0.2, 0.6)), dtype=np.float32)
