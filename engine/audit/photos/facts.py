"""Everything that the audit knows of one photo, from its pixels alone."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.audit.photos.keypoints import Keypoints, find_keypoints
from engine.audit.photos.patches import Patch, find_patches
from engine.audit.photos.preview import flatten, make_preview, pack
from engine.audit.photos.strokes import Strokes, find_strokes
from engine.audit.photos.tints import make_tints
from engine.data.probe import PhotoProbe


@dataclass(frozen=True, slots=True)
class Light:
    """Brightness and sharpness, all as shares of the file's full range.

    Attributes:
        mean, spread: of all pixels, grey.
        border: mean of a frame of 1/16 of the shorter side.
        saturation: mean difference of a pixel's largest and smallest channel.
        sharpness: root mean square of the Laplacian, as a share of `spread`.
    """

    mean: float
    spread: float
    border: float
    saturation: float
    sharpness: float


@dataclass(frozen=True, slots=True)
class Format:
    """How pixels are stored.

    Attributes:
        channels: 1 (grey) or 3 (RGB).
        bit_depth: bits a channel that the file stores.
        used_bits: position of the highest bit that any value sets.
        idle_low_bits: low bits that are equal in all values.
        orientation: that EXIF states, 1 to 8; 1 is upright.
    """

    channels: int
    bit_depth: int
    used_bits: int
    idle_low_bits: int
    orientation: int = 1


@dataclass(frozen=True, slots=True)
class PhotoFacts:
    """What a photo is and shows.

    Attributes:
        size_hw: height and width in px, upright.
        pixels: digest of the decoded values: equal for a photo stored again without loss.
        preview: JPEG of the small grey picture; see `engine.audit.photos.preview`.
        strokes: thin things of one colour, and which colours there are.
        patches: places that do not fit how the rest was compressed.
        tints: JPEG of its colours, small, empty for a grey photo; see `engine.audit.photos.tints`.
    """

    size_hw: tuple[int, int]
    pixels: str
    format: Format
    light: Light
    preview: bytes
    keypoints: Keypoints
    strokes: Strokes
    patches: tuple[Patch, ...]
    tints: bytes = b""

    @property
    def probe(self) -> PhotoProbe:
        """What readers want to know."""
        return PhotoProbe(self.size_hw, self.format.bit_depth)


def examine(
    photo: NDArray[Any], orientation: int = 1, jpeg_steps: tuple[int, ...] | None = None
) -> PhotoFacts:
    """The facts of a photo.

    Args:
        photo: (H, W) or (H, W, 3), uint8 or uint16, upright, as `read_image` gives it.
        orientation: that its file stated.
        jpeg_steps: of its file, as `engine.data.images.jpeg_steps` gives them.
    """
    preview = make_preview(photo)
    return PhotoFacts(
        size_hw=(photo.shape[0], photo.shape[1]),
        pixels=_digest(photo),
        format=_format(photo, orientation),
        light=_light(photo),
        preview=pack(preview),
        keypoints=find_keypoints(flatten(preview)),
        strokes=find_strokes(photo),
        patches=find_patches(photo, jpeg_steps) if orientation == 1 else (),
        tints=make_tints(photo),
    )


def _digest(photo: NDArray[Any]) -> str:
    """Of shape and values; colours that are all grey count as grey."""
    shape = f"{photo.shape[0]}x{photo.shape[1]}:{photo.dtype.str}:".encode()
    if photo.ndim == 3 and _is_grey(photo):
        photo = photo[..., 0]
    digest = hashlib.sha256(shape)  # processors have instructions for it
    digest.update(np.ascontiguousarray(photo).data)
    return digest.hexdigest()


def _is_grey(photo: NDArray[Any]) -> bool:
    """Whether all channels are equal; most coloured photos differ in the first rows already."""
    return all((part[..., :1] == part[..., 1:]).all() for part in (photo[:16], photo))


def _format(photo: NDArray[Any], orientation: int) -> Format:
    union = int(np.bitwise_or.reduce(photo, axis=None))
    common = int(np.bitwise_and.reduce(photo, axis=None))
    varying = union & ~common
    return Format(
        channels=1 if photo.ndim == 2 else 3,
        bit_depth=8 * photo.dtype.itemsize,
        used_bits=union.bit_length(),
        idle_low_bits=(varying & -varying).bit_length() - 1 if varying else 0,
        orientation=orientation,
    )


def _light(photo: NDArray[Any]) -> Light:
    """From a grid of pixels, at least 320 a side where there are: no figure here needs more."""
    step = max(1, min(photo.shape[:2]) // 320)
    sampled = np.ascontiguousarray(photo[::step, ::step])
    full = float(np.iinfo(photo.dtype).max)
    saturation = 0.0
    if sampled.ndim == 3:
        red, green, blue = cv2.split(sampled)
        highest, lowest = cv2.max(cv2.max(red, green), blue), cv2.min(cv2.min(red, green), blue)
        saturation = cv2.mean(cv2.subtract(highest, lowest))[0] / full
        sampled = np.asarray(cv2.cvtColor(sampled, cv2.COLOR_RGB2GRAY))
    mean, spread = (float(value[0, 0]) for value in cv2.meanStdDev(sampled))
    edges = cv2.norm(cv2.Laplacian(sampled, cv2.CV_32F)) / np.sqrt(sampled.size)
    return Light(
        mean=mean / full,
        spread=spread / full,
        border=_border_mean(sampled, mean) / full,
        saturation=saturation,
        sharpness=float(edges) / max(spread, 1e-4 * full),
    )


def _border_mean(grey: NDArray[Any], mean: float) -> float:
    width = max(1, min(grey.shape) // 16)
    inner = grey[width:-width, width:-width]
    count = grey.size - inner.size
    if count == 0 or inner.size == 0:
        return mean
    return float((mean * grey.size - cv2.mean(inner)[0] * inner.size) / count)
