"""Photos retouched, planted: what people do to get a mark or a date off a photo."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from benchmarks.audit.draw import draw
from engine.data.images import decode_image, jpeg_steps

Photo = NDArray[np.uint8]
Mask = NDArray[np.bool_]

METHODS = ("telea", "ns", "blur", "median", "clone")
SHAPES = ("arrow", "circle", "text", "disc", "box")
LEAST_SIDE_PX = 64
"""Of a photo that is retouched; nobody circles a defect on a smaller one."""

_LEAST_CHANGED = 0.5
"""Share of the covered pixels that must not be what they were, or nothing was retouched."""

_MOST_TRIALS = 20


@dataclass(frozen=True, slots=True)
class Mended:
    """A photo with one retouched place.

    Attributes:
        photo: (H, W) or (H, W, 3) RGB, uint8, as it is read again.
        mask: (H, W) bool, where the retouch lies; None without one.
        method, shape: of `METHODS` and `SHAPES`; empty without a retouch.
        storage: `png`, or `jpeg` and its quality and chroma.
        steps: of that JPEG.
    """

    photo: Photo
    storage: str
    steps: tuple[int, ...] | None = None
    mask: Mask | None = None
    method: str = ""
    shape: str = ""


def mend(method: str, shape: str, photo: Photo, rng: np.random.Generator) -> Mended | None:
    """Retouches one place; None where everything stays as it was, wherever it is tried."""
    for _ in range(_MOST_TRIALS):
        mask = _mask(shape, photo, rng)
        if not mask.any() or mask.mean() > 0.3:
            continue
        made = _filled(method, photo, mask, rng)
        changed = made[mask] != photo[mask]
        if (changed if changed.ndim == 1 else changed.any(axis=1)).mean() < _LEAST_CHANGED:
            continue
        return replace(stored(made, rng), mask=mask, method=method, shape=shape)
    return None


def stored(photo: Photo, rng: np.random.Generator) -> Mended:
    """The photo as it is read again: a third from PNG, the others from JPEG of 80 to 98."""
    if rng.random() >= 0.67:
        return Mended(photo, "png")
    quality, full = int(rng.integers(80, 99)), bool(rng.random() < 0.5)
    file = io.BytesIO()
    Image.fromarray(photo).save(file, "JPEG", quality=quality, subsampling=0 if full else 2)
    data = file.getvalue()
    again = decode_image(data, "retouched").astype(np.uint8)
    return Mended(again, f"jpeg {quality}{' 4:4:4' if full else ''}", jpeg_steps(data))


def _mask(shape: str, photo: Photo, rng: np.random.Generator) -> Mask:
    """A stroke, generously covered, or a patch of 24 to 120 px at 640 px."""
    height, width = photo.shape[:2]
    side = min(height, width)
    if shape in ("arrow", "circle", "text"):
        mark = draw(shape, photo, rng).mark
        around = 2 * max(1, round(rng.uniform(2, 6) * side / 640)) + 1
        kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (around, around))
        return np.asarray(cv2.dilate(mark.astype(np.uint8), kernel)) > 0
    wide, tall = (max(10.0, rng.uniform(24, 120) * side / 640) for _ in range(2))
    x, y = rng.uniform(0.1, 0.9, 2) * (width, height)
    canvas = np.zeros((height, width), np.uint8)
    if shape == "disc":
        axes = (round(wide / 2), round(tall / 2))
        cv2.ellipse(canvas, (round(x), round(y)), axes, 0, 0, 360, 1, -1)
    else:
        first = (round(x - wide / 2), round(y - tall / 2))
        cv2.rectangle(canvas, first, (round(x + wide / 2), round(y + tall / 2)), 1, -1)
    return canvas > 0


def _filled(method: str, photo: Photo, mask: Mask, rng: np.random.Generator) -> Photo:
    small = 2 * max(2, round(rng.uniform(4, 12) * min(photo.shape[:2]) / 640)) + 1
    if method in ("telea", "ns"):
        kind = cv2.INPAINT_TELEA if method == "telea" else cv2.INPAINT_NS
        return np.asarray(cv2.inpaint(photo, mask.astype(np.uint8), rng.integers(2, 6), kind))
    if method == "blur":
        return _laid(photo, np.asarray(cv2.GaussianBlur(photo, (0, 0), small / 2)), mask, 0)
    if method == "median":
        return _laid(photo, np.asarray(cv2.medianBlur(photo, small)), mask, 0)
    return _laid(photo, _moved(photo, mask, rng), mask, int(rng.integers(1, 5)))


def _moved(photo: Photo, mask: Mask, rng: np.random.Generator) -> Photo:
    """The photo shifted so that another part of it lies under the mask."""
    rows, columns = np.nonzero(mask)
    y0, y1, x0, x1 = rows.min(), rows.max(), columns.min(), columns.max()
    height, width = mask.shape
    best = (0, 0)
    for _ in range(30):
        dy = int(rng.integers(y1 - height + 1, y0 + 1))
        dx = int(rng.integers(x1 - width + 1, x0 + 1))
        best = (dy, dx) if max(abs(dy), abs(dx)) > max(map(abs, best)) else best
        if max(abs(dy) / (y1 - y0 + 1), abs(dx) / (x1 - x0 + 1)) >= 1:
            best = (dy, dx)
            break
    return np.roll(photo, best, axis=(0, 1))


def _laid(photo: Photo, other: Photo, mask: Mask, feather_px: int) -> Photo:
    share = mask.astype(np.float32)
    if feather_px:
        share = np.asarray(cv2.blur(share, (2 * feather_px + 1,) * 2))
        share = np.where(mask, share, 0).astype(np.float32)
    if photo.ndim == 3:
        share = share[..., None]
    return np.asarray(np.rint(photo * (1 - share) + other * share), np.uint8)
