"""Stored pixel values to 0…1, without losing the range of a 10- or 12-bit camera.

A 12-bit photo stored in 16 bits uses a sixteenth of the range. The white level of 16-bit photos
is therefore taken from the training photos: the smallest 2ⁿ − 1 that none of them exceeds.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

WHITE_8_BIT = 255.0
WHITE_16_BIT = 65535.0


def white_level(photos: Iterable[NDArray[np.generic]]) -> float:
    """White level of the 16-bit photos among `photos`; 65535 when there are none."""
    highest = 0
    for photo in photos:
        if photo.dtype == np.uint16:
            highest = max(highest, int(photo.max(initial=0)))
    if highest == 0:
        return WHITE_16_BIT
    return float(2 ** max(8, highest.bit_length()) - 1)


def to_unit(pixels: NDArray[np.generic], white_16_bit: float = WHITE_16_BIT) -> NDArray[np.float32]:
    """Pixels (H, W) or (H, W, 3) as RGB float32 (H, W, 3); brighter than white is cut to 1."""
    white = WHITE_8_BIT if pixels.dtype == np.uint8 else white_16_bit
    unit = pixels.astype(np.float32) * np.float32(1.0 / white)
    if pixels.dtype != np.uint8:
        np.minimum(unit, 1.0, out=unit)
    return np.repeat(unit[:, :, None], 3, axis=2) if unit.ndim == 2 else unit


def in_8_bits(unit: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Pixels in 0…1 as they are drawn and stored, 0…255."""
    return np.asarray(np.rint(unit * 255.0), np.uint8)
