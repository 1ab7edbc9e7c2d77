"""A small grey picture of each photo: what look-alikes are searched and compared on."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.errors import DltrainError

LONG_SIDE_PX = 256
QUALITY = 92
WINDOW_PX = 13
"""Side of the window whose mean and spread are taken out by `flatten`."""

Grey = NDArray[np.uint8]


def make_preview(photo: NDArray[Any]) -> Grey:
    """A photo (H, W) or (H, W, 3) RGB, uint8 or uint16, as 8-bit grey with a long side of 256 px.

    16-bit photos are stretched over the values that they use, or a 12-bit one would be black.
    """
    height, width = photo.shape[:2]
    grey = np.asarray(cv2.cvtColor(photo, cv2.COLOR_RGB2GRAY)) if photo.ndim == 3 else photo
    factor = LONG_SIDE_PX / max(height, width)
    step = max(height, width) // LONG_SIDE_PX
    if step > 1 and min(height, width) >= step:  # whole pixels first, which is much quicker
        whole = grey[: height - height % step, : width - width % step]
        whole_wh = (width // step, height // step)
        grey = np.asarray(cv2.resize(whole, whole_wh, interpolation=cv2.INTER_AREA))
    size_wh = (max(1, round(width * factor)), max(1, round(height * factor)))
    if size_wh != grey.shape[::-1]:
        method = cv2.INTER_AREA if size_wh[0] < grey.shape[1] else cv2.INTER_LINEAR
        grey = np.asarray(cv2.resize(grey, size_wh, interpolation=method))
    return to_8_bit(grey)


def to_grey(photo: NDArray[Any]) -> Grey:
    """A photo as `make_preview` takes it, 8-bit grey at its own size."""
    grey = np.asarray(cv2.cvtColor(photo, cv2.COLOR_RGB2GRAY)) if photo.ndim == 3 else photo
    return to_8_bit(grey)


def pack(preview: Grey) -> bytes:
    """A preview as a JPEG file: a few thousand bytes, and no difference that matters here."""
    done, encoded = cv2.imencode(".jpg", preview, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    if not done:
        raise DltrainError(f"a preview of {preview.shape} could not be encoded")
    return encoded.tobytes()


def unpack(data: bytes) -> Grey:
    """The preview that `pack` packed."""
    return np.asarray(cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE), np.uint8)


def flatten(preview: Grey) -> Grey:
    """The preview relative to the light and the contrast around each pixel, 128 is the mean.

    Brightness, contrast, gamma and uneven light are gone; faint texture counts like strong edges,
    down to a quarter of the picture's usual spread, below which there is noise.
    """
    window = (WINDOW_PX, WINDOW_PX)
    mean = cv2.boxFilter(preview, cv2.CV_32F, window)
    variance = cv2.subtract(cv2.sqrBoxFilter(preview, cv2.CV_32F, window), cv2.multiply(mean, mean))
    spread = cv2.sqrt(cv2.max(variance, 0.0))  # type: ignore[call-overload]
    least = 2.0 + 0.25 * cv2.mean(spread)[0]
    relative = cv2.subtract(preview, mean, dtype=cv2.CV_32F)
    flat = cv2.divide(relative, cv2.add(spread, least), scale=42.0)  # type: ignore[call-overload]
    return np.asarray(cv2.add(flat, 128.0, dtype=cv2.CV_8U), np.uint8)  # type: ignore[call-overload]


def to_8_bit(photo: NDArray[Any]) -> NDArray[np.uint8]:
    """A photo of any shape in 8 bits; 16-bit values are stretched over the range that they use."""
    if photo.dtype != np.uint8:
        low, high = float(photo.min()), float(photo.max())
        photo = ((photo - low) * (255.0 / max(1.0, high - low))).astype(np.uint8)
    return np.asarray(photo, np.uint8)
