"""Near duplicates, planted: what happens to a photo on its way into a second folder."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

Photo = NDArray[np.uint8]
Change = Callable[[Photo, np.random.Generator], Photo]

_BORDERS = (cv2.BORDER_CONSTANT, cv2.BORDER_REPLICATE, cv2.BORDER_REFLECT_101)


def plant(kind: str, photo: Photo, rng: np.random.Generator) -> Photo:
    """The photo (H, W, 3), BGR, changed in one of `KINDS`."""
    return np.ascontiguousarray(KINDS[kind](photo, rng))


def _jpeg(photo: Photo, rng: np.random.Generator) -> Photo:
    quality = int(rng.integers(50, 90))
    encoded = cv2.imencode(".jpg", photo, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return np.asarray(cv2.imdecode(encoded, cv2.IMREAD_COLOR), np.uint8)


def _resized(photo: Photo, rng: np.random.Generator) -> Photo:
    factor = float(np.exp(rng.uniform(np.log(0.5), np.log(2.0))))
    method = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(photo, None, fx=factor, fy=factor, interpolation=method), np.uint8)


def _cropped(photo: Photo, rng: np.random.Generator) -> Photo:
    """Up to 15 % off each way."""
    height, width = photo.shape[:2]
    rows, columns = (int(side * rng.uniform(0.05, 0.15)) for side in (height, width))
    top, left = int(rng.integers(rows + 1)), int(rng.integers(columns + 1))
    return photo[top : height - rows + top, left : width - columns + left]


def _shifted(photo: Photo, rng: np.random.Generator) -> Photo:
    height, width = photo.shape[:2]
    x, y = rng.uniform(-0.15, 0.15, 2) * (width, height)
    matrix = np.array([[1.0, 0.0, x], [0.0, 1.0, y]])
    border = _BORDERS[rng.integers(len(_BORDERS))]
    return np.asarray(cv2.warpAffine(photo, matrix, (width, height), borderMode=border), np.uint8)


def _turned(photo: Photo, rng: np.random.Generator) -> Photo:
    """By any angle; cut to its old size, or on a canvas that holds all of it."""
    height, width = photo.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), rng.uniform(0, 360), 1.0)
    size = (width, height)
    if rng.random() < 0.3:
        cosine, sine = np.abs(matrix[0, :2])
        size = int(height * sine + width * cosine), int(height * cosine + width * sine)
        matrix[:, 2] += (size[0] - width) / 2, (size[1] - height) / 2
    border = _BORDERS[rng.integers(len(_BORDERS))]
    return np.asarray(cv2.warpAffine(photo, matrix, size, borderMode=border), np.uint8)


def _quarter_turned(photo: Photo, rng: np.random.Generator) -> Photo:
    return np.rot90(photo, int(rng.integers(1, 4)))


def _mirrored(photo: Photo, rng: np.random.Generator) -> Photo:
    return photo[:, ::-1] if rng.random() < 0.5 else photo[::-1]


def _strength(rng: np.random.Generator) -> float:
    """Between 15 and 40 %, up or down."""
    return float(1.0 + rng.uniform(0.15, 0.4) * rng.choice([-1.0, 1.0]))


def _brightness(photo: Photo, rng: np.random.Generator) -> Photo:
    return _clipped(photo * _strength(rng))


def _contrast(photo: Photo, rng: np.random.Generator) -> Photo:
    mean = photo.mean()
    return _clipped((photo - mean) * _strength(rng) + mean)


def _gamma(photo: Photo, rng: np.random.Generator) -> Photo:
    return _clipped(255.0 * (photo / 255.0) ** _strength(rng))


def _noisy(photo: Photo, rng: np.random.Generator) -> Photo:
    return _clipped(photo + rng.normal(0.0, rng.uniform(3.0, 10.0), photo.shape))


def _covered(photo: Photo, rng: np.random.Generator) -> Photo:
    """A block of up to 6 % of the picture in one colour."""
    changed = photo.copy()
    height, width = photo.shape[:2]
    rows, columns = (int(side * rng.uniform(0.1, 0.25)) for side in (height, width))
    top, left = int(rng.integers(height - rows)), int(rng.integers(width - columns))
    changed[top : top + rows, left : left + columns] = rng.integers(0, 256, 3)
    return changed


def _several(photo: Photo, rng: np.random.Generator) -> Photo:
    """Turned, then lit otherwise, then compressed."""
    return _jpeg(_brightness(_turned(photo, rng), rng), rng)


def _clipped(values: NDArray[np.floating]) -> Photo:
    return np.clip(values, 0, 255).astype(np.uint8)


KINDS: dict[str, Change] = {
    "jpeg": _jpeg,
    "resized": _resized,
    "cropped": _cropped,
    "shifted": _shifted,
    "turned": _turned,
    "quarter_turned": _quarter_turned,
    "mirrored": _mirrored,
    "brightness": _brightness,
    "contrast": _contrast,
    "gamma": _gamma,
    "noisy": _noisy,
    "covered": _covered,
    "several": _several,
}
