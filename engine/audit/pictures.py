"""Small pictures of photos and masks, as evidence that stands inside an HTML page."""

from __future__ import annotations

import base64
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from engine.data.images import read_image, read_mask
from engine.errors import UnreadableImage

LONG_SIDE_PX = 240


def photo_uri(path: Path, long_side_px: int = LONG_SIDE_PX) -> str | None:
    """A thumbnail of a photo as a `data:` URI; None where it cannot be decoded."""
    try:
        photo = read_image(path)
    except UnreadableImage:
        return None
    small = shrink(_to_8_bit(photo), long_side_px)
    if small.ndim == 3:
        small = np.ascontiguousarray(small[..., ::-1])
    return _uri(small, ".jpg", "image/jpeg")


def mask_uri(path: Path, long_side_px: int = LONG_SIDE_PX) -> str | None:
    """A thumbnail of a mask, its values spread from black to white; None if not decodable."""
    try:
        mask = read_mask(path)
    except UnreadableImage:
        return None
    levels = np.unique(mask)
    spread = np.linspace(0, 255, max(2, len(levels))).astype(np.uint8)
    small = shrink(spread[np.searchsorted(levels, mask)], long_side_px, cv2.INTER_NEAREST)
    return _uri(small, ".png", "image/png")


def shrink(
    image: npt.NDArray[np.uint8], long_side_px: int, interpolation: int = cv2.INTER_AREA
) -> npt.NDArray[np.uint8]:
    """The image (H, W) or (H, W, 3) with its longer side at most `long_side_px`."""
    height, width = image.shape[:2]
    factor = long_side_px / max(height, width)
    if factor >= 1:
        return image
    size_wh = (max(1, round(width * factor)), max(1, round(height * factor)))
    return np.asarray(cv2.resize(image, size_wh, interpolation=interpolation), np.uint8)


def _to_8_bit(photo: npt.NDArray[np.uint8] | npt.NDArray[np.uint16]) -> npt.NDArray[np.uint8]:
    """16-bit photos are stretched to what they use, or a 12-bit one would be black."""
    if photo.dtype == np.uint8:
        return photo.astype(np.uint8, copy=False)
    low, high = np.percentile(photo, (0.5, 99.5))
    scaled = (photo.astype(np.float32) - low) * (255.0 / max(1.0, float(high - low)))
    return np.asarray(np.clip(scaled, 0, 255), np.uint8)


def _uri(image: npt.NDArray[np.uint8], suffix: str, media_type: str) -> str | None:
    written, encoded = cv2.imencode(suffix, image)
    if not written:
        return None
    return f"data:{media_type};base64,{base64.b64encode(encoded.tobytes()).decode('ascii')}"
