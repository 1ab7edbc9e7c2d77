"""The colours of a photo, smaller than its preview: how red and how blue beside its brightness."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.audit.photos.preview import to_8_bit

LONG_SIDE_PX = 128
QUALITY = 90
LEAST_DIFFERENCE = 4.0
"""Mean difference from grey, in levels, below which a photo counts as grey."""

Tints = NDArray[np.uint8]


def make_tints(photo: NDArray[Any]) -> bytes:
    """The red and the blue difference side by side as a JPEG; empty for a grey photo.

    Args:
        photo: (H, W) or (H, W, 3) RGB, uint8 or uint16.
    """
    if photo.ndim == 2:
        return b""
    height, width = photo.shape[:2]
    factor = min(1.0, LONG_SIDE_PX / max(height, width))
    size_wh = (max(1, round(width * factor)), max(1, round(height * factor)))
    small = to_8_bit(np.asarray(cv2.resize(photo, size_wh, interpolation=cv2.INTER_AREA)))
    _, red, blue = cv2.split(cv2.cvtColor(small, cv2.COLOR_RGB2YCrCb))
    both = np.hstack([red, blue])
    if float(np.abs(both.astype(np.int16) - 128).mean()) < LEAST_DIFFERENCE / 2:
        return b""
    done, encoded = cv2.imencode(".jpg", both, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    return encoded.tobytes() if done else b""


def unpack_tints(data: bytes) -> Tints | None:
    """(h, w, 2) red and blue difference, 128 is grey; None for a grey photo."""
    if not data:
        return None
    both = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE)
    if both is None or both.shape[1] < 2:
        return None
    half = both.shape[1] // 2
    return np.dstack([both[:, :half], both[:, half : 2 * half]])
