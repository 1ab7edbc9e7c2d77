"""Smooth random fields: what varies slowly over a line, as light, pressure and ink do."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Field = NDArray[np.float32]
"""(h, w)."""


def smooth_field(size_hw: tuple[int, int], cells: int, rng: np.random.Generator) -> Field:
    """A field about 0 with a spread of about 1.

    Args:
        cells: about how many hills stand side by side along the height.
    """
    height, width = size_hw
    across = min(64, max(2, round(cells * width / height)))
    coarse = rng.standard_normal((cells + 1, across + 1), dtype=np.float32)
    return np.asarray(cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC))


def slope(size_hw: tuple[int, int], angle_rad: float) -> Field:
    """A field that rises evenly in one direction, from -1 to 1."""
    height, width = size_hw
    x = np.linspace(-1.0, 1.0, width, dtype=np.float32) * np.float32(np.cos(angle_rad))
    y = np.linspace(-1.0, 1.0, height, dtype=np.float32) * np.float32(np.sin(angle_rad))
    return np.asarray((x[None] + y[:, None]) / np.float32(abs(x[0]) + abs(y[0]) + 1e-6))
