"""A photo as it is searched for strokes: its thin parts, and how often each colour occurs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

BINS = 32
"""Of each channel; colours are counted in 32³ bins of 8 levels."""

_THIN = 24

Rgb = NDArray[np.uint8]
Histogram = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Scene:
    """A photo as it is searched: `small` is every `step`-th pixel, `thin` marks its thin parts."""

    photo: NDArray[Any]
    step: int
    small: Rgb
    thin: Rgb
    all_colours: Histogram
    thin_colours: Histogram
    peaks: Histogram
    isolation: Histogram
    tones: Histogram
    common: tuple[float, ...]
    saturated: float

    @property
    def side(self) -> int:
        """The shorter one of `small`, px."""
        return int(min(self.small.shape[:2]))


def to_rgb(photo: NDArray[Any]) -> Rgb:
    """A photo (H, W) or (H, W, 3) in three channels."""
    if photo.ndim == 3:
        return photo
    return np.asarray(cv2.cvtColor(photo, cv2.COLOR_GRAY2RGB), np.uint8)


def make_scene(photo: NDArray[np.uint8]) -> Scene:
    """Of a photo (H, W) or (H, W, 3) RGB."""
    height, width = photo.shape[:2]
    side = min(height, width)
    step = max(2 if side >= 400 else 1, side // 320)
    size_wh = (-(-width // step), -(-height // step))
    if step > 1:
        photo_small = np.asarray(cv2.resize(photo, size_wh, interpolation=cv2.INTER_NEAREST))
    else:
        photo_small = photo
    small = to_rgb(np.ascontiguousarray(photo_small))
    kernel = np.ones((9, 9) if min(size_wh) >= 200 else (7, 7), np.uint8)
    hats = (
        cv2.morphologyEx(photo_small, way, kernel) for way in (cv2.MORPH_TOPHAT, cv2.MORPH_BLACKHAT)
    )
    thin = cv2.threshold(_largest(cv2.max(*hats)), _THIN, 255, cv2.THRESH_BINARY)[1]
    all_colours, thin_colours = colour_histogram(small, None), colour_histogram(small, thin)
    peaks = _box(thin_colours, 3)
    isolation = peaks / (_box(all_colours, 7) - 0.8 * peaks + 20)
    grey = np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY))
    coarse = np.ascontiguousarray(small[::2, ::2])
    saturation = _counts(cv2.subtract(_largest(coarse), 255 - _largest(255 - coarse)))
    lines = np.ascontiguousarray(photo[::8])
    edges = _counts(_largest(cv2.absdiff(lines[:, 1:], lines[:, :-1])))
    common = (
        _quantile(edges, 0.5), _quantile(edges, 0.99), _quantile(edges, 0.998),
        float(cv2.mean(thin)[0]) / 255, float(saturation[25:].sum() / saturation.sum()),
        float(np.log(side)),
    )  # fmt: skip
    return Scene(
        photo, step, small, np.asarray(thin, np.uint8), all_colours, thin_colours, peaks, isolation,
        _tone_isolation(grey, np.asarray(thin)), common, _quantile(saturation, 0.99),
    )  # fmt: skip


def _largest(image: NDArray[Any]) -> NDArray[Any]:
    """Of all channels."""
    if image.ndim == 2:
        return image
    red, green, blue = cv2.split(image)
    return np.asarray(cv2.max(cv2.max(red, green), blue))


def colour_histogram(small: Rgb, mask: NDArray[Any] | None) -> Histogram:
    """(32, 32, 32) red, green, blue: how often each colour occurs where `mask` is set."""
    sizes, ranges = [BINS] * 3, [0, 256] * 3
    return np.asarray(cv2.calcHist([small], [0, 1, 2], mask, sizes, ranges), np.float32)


def _box(histogram: Histogram, side: int) -> Histogram:
    """Sums over cubes of `side` bins."""
    border = cv2.BORDER_CONSTANT
    cubes = cv2.boxFilter(histogram, -1, (side, side), normalize=False, borderType=border)
    flat = np.asarray(cubes, np.float32).reshape(-1, BINS)
    summed = cv2.boxFilter(flat, -1, (side, 1), normalize=False, borderType=border)
    return np.asarray(summed, np.float32).reshape(BINS, BINS, BINS)


def around(histogram: Histogram, place: tuple[int, ...], reach: int) -> Histogram:
    """The cube of all bins up to `reach` from one."""
    return histogram[tuple(slice(max(0, each - reach), each + reach + 1) for each in place)]


def _counts(values: NDArray[Any]) -> Histogram:
    return np.asarray(cv2.calcHist([values], [0], None, [256], [0, 256]), np.float32).ravel()


def _quantile(counts: Histogram, share: float) -> float:
    total = np.cumsum(counts)
    return float(np.searchsorted(total, share * total[-1]))


def _tone_isolation(grey: NDArray[Any], thin: NDArray[Any]) -> Histogram:
    """Of each of 256 tones: how far the thin parts' histogram stands out there."""
    inside = np.asarray(cv2.calcHist([grey], [0], thin, [256], [0, 256]), np.float32).ravel()
    near = np.convolve(inside, np.ones(5, np.float32), "same")
    wide = np.convolve(_counts(grey), np.ones(25, np.float32), "same")
    return np.asarray(np.where(near < 12, 0, near / (wide - 0.9 * near + 20)), np.float32)


def make_palette(all_colours: Histogram, pixels: int) -> bytes:
    """Bits of (16, 16, 16) colours, packed: those that more than a few of the pixels have."""
    colours = all_colours[::2] + all_colours[1::2]
    colours = colours[:, ::2] + colours[:, 1::2]
    colours = colours[..., ::2] + colours[..., 1::2]
    return np.packbits(colours >= max(4.0, 1e-4 * pixels)).tobytes()
