"""Parts without a texture of their own: what tells them apart is a scratch or two, or nothing.

Moulded caps of one product under one camera: outline, holes and print are the same, each photo
has its own pose, light and sensor noise, and most parts have scratches of their own.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

SIDE = 320


def moulded(seed: int) -> NDArray[np.uint8]:
    """The photo (320, 320, 3) of part number `seed`."""
    rng = np.random.default_rng([5, seed])
    part = np.full((SIDE, SIDE), 70, np.uint8)
    cv2.circle(part, (160, 160), 120, 150, -1, cv2.LINE_AA)
    cv2.circle(part, (160, 160), 104, 165, 3, cv2.LINE_AA)
    for angle in np.arange(6) * np.pi / 3:
        hole = (int(160 + 82 * np.cos(angle)), int(160 + 82 * np.sin(angle)))
        cv2.circle(part, hole, 11, 60, -1, cv2.LINE_AA)
    cv2.putText(part, "PA66 GF", (96, 152), cv2.FONT_HERSHEY_SIMPLEX, 0.9, 205, 2, cv2.LINE_AA)
    cv2.putText(part, "0815-4", (110, 190), cv2.FONT_HERSHEY_SIMPLEX, 0.8, 205, 2, cv2.LINE_AA)
    for _ in range(int(rng.integers(0, 4))):
        radius, angle = 95 * np.sqrt(rng.random()), rng.uniform(0, 2 * np.pi)
        start = np.array([160 + radius * np.cos(angle), 160 + radius * np.sin(angle)])
        end = start + rng.uniform(15, 60) * np.array([np.cos(angle * 7), np.sin(angle * 7)])
        corners = [tuple(int(value) for value in point) for point in (start, end)]
        cv2.line(part, corners[0], corners[1], int(rng.choice([95, 215])), 2, cv2.LINE_AA)
    matrix = cv2.getRotationMatrix2D((160, 160), rng.uniform(-8, 8), rng.uniform(0.97, 1.03))
    matrix[:, 2] += rng.uniform(-10, 10, 2)
    posed = cv2.warpAffine(part, matrix, (SIDE, SIDE), borderValue=70).astype(np.float64)
    lit = posed * rng.uniform(0.9, 1.1) + rng.normal(0, 2.0, posed.shape)
    grey = np.clip(cv2.GaussianBlur(lit, (0, 0), 0.6), 0, 255).astype(np.uint8)
    return np.asarray(cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR), np.uint8)
