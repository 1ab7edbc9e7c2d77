"""Augmentation of a patch: one geometric draw for image and labels alike, then light.

Geometry is a single inverse-mapped resampling, so nothing is interpolated twice. What lies
outside the photo is mirrored in the image and `IGNORE` in the labels: an edge that
augmentation made never counts as training signal.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.records import IGNORE

FloatImage = NDArray[np.float32]
LabelMap = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Augmentation:
    """Strengths of the random changes; zero or False is off.

    Attributes:
        flip_horizontal, flip_vertical: mirror with probability 1/2.
        rotate_deg: largest turn to either side.
        scale: largest relative change of size, 0.1 = ±10 %.
        shift: largest extra displacement of the patch, as a share of its side.
        brightness, contrast: largest change, as a share of the full range, or of the contrast.
        blur_px: largest standard deviation of a Gaussian blur.
        noise: largest standard deviation of Gaussian noise, as a share of the full range.
        elastic_px: root-mean-square displacement of a smooth random distortion.
    """

    flip_horizontal: bool = False
    flip_vertical: bool = False
    rotate_deg: float = 0.0
    scale: float = 0.0
    shift: float = 0.0
    brightness: float = 0.0
    contrast: float = 0.0
    blur_px: float = 0.0
    noise: float = 0.0
    elastic_px: float = 0.0


def sampling_matrix(
    center_xy: tuple[float, float],
    patch_hw: tuple[int, int],
    augmentation: Augmentation,
    rng: np.random.Generator,
) -> NDArray[np.float64]:
    """A random affine map from patch pixels to photo pixels, shape (2, 3).

    Args:
        center_xy: the photo pixel that the middle of the patch shows before shifting.
        patch_hw: size of the patch in px.
    """
    turn = np.deg2rad(rng.uniform(-augmentation.rotate_deg, augmentation.rotate_deg))
    zoom = np.exp(rng.uniform(-1.0, 1.0) * np.log1p(augmentation.scale))
    mirror = np.array(
        [
            -1.0 if augmentation.flip_horizontal and rng.random() < 0.5 else 1.0,
            -1.0 if augmentation.flip_vertical and rng.random() < 0.5 else 1.0,
        ]
    )
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    linear = rotation * mirror / zoom
    size_wh = np.array(patch_hw[::-1], dtype=np.float64)
    shift = rng.uniform(-1.0, 1.0, 2) * augmentation.shift * size_wh
    offset = np.asarray(center_xy) + shift - linear @ ((size_wh - 1) / 2)
    if augmentation.rotate_deg == 0 and augmentation.scale == 0:
        offset = np.rint(offset)  # whole pixels: nothing that is off may blur
    return np.column_stack([linear, offset])


def resample(
    image: NDArray[Any],
    labels: LabelMap,
    matrix: NDArray[np.float64],
    patch_hw: tuple[int, int],
    displacement: FloatImage | None = None,
) -> tuple[NDArray[Any], LabelMap]:
    """Cut the patch that `matrix` (and a displacement field) describes out of photo and labels.

    Args:
        image: (H, W) or (H, W, 3), uint8, uint16 or float32.
        labels: (H, W) label map.
        matrix: (2, 3), patch pixels to photo pixels.
        displacement: (height, width, 2) in px, added to the patch pixels, or None.

    Returns:
        The image patch (mirrored where the photo ends) and its labels (`IGNORE` there).
    """
    if displacement is None:
        size = (patch_hw[1], patch_hw[0])
        linear, nearest = (
            cv2.WARP_INVERSE_MAP | how for how in (cv2.INTER_LINEAR, cv2.INTER_NEAREST)
        )
        cut = cv2.warpAffine(image, matrix, size, flags=linear, borderMode=cv2.BORDER_REFLECT_101)
        truth = cv2.warpAffine(
            labels,
            matrix,
            size,
            flags=nearest,
            borderMode=cv2.BORDER_CONSTANT,
            borderValue=IGNORE,
        )
    else:
        rows, columns = np.mgrid[0 : patch_hw[0], 0 : patch_hw[1]].astype(np.float32)
        points = np.stack([columns, rows], axis=-1) + displacement
        where = points @ matrix[:, :2].T + matrix[:, 2]
        x, y = (np.ascontiguousarray(where[..., axis], np.float32) for axis in (0, 1))
        cut = cv2.remap(image, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)
        truth = cv2.remap(
            labels,
            x,
            y,
            cv2.INTER_NEAREST,
            borderMode=cv2.BORDER_CONSTANT,
            borderValue=IGNORE,
        )
    return np.asarray(cut), np.asarray(truth, dtype=np.uint8)


def elastic_displacement(
    patch_hw: tuple[int, int], strength_px: float, rng: np.random.Generator
) -> NDArray[np.float32]:
    """A smooth random field of displacements (height, width, 2) in px (Simard et al., 2003)."""
    coarse = rng.standard_normal((6, 6, 2)).astype(np.float32)
    field = cv2.resize(coarse, patch_hw[::-1], interpolation=cv2.INTER_CUBIC)
    rms = float(np.sqrt(np.mean(field**2))) or 1.0
    return np.asarray(field * (strength_px / rms), dtype=np.float32)


def relight(image: FloatImage, augmentation: Augmentation, rng: np.random.Generator) -> FloatImage:
    """Change brightness, contrast, sharpness and noise of a patch in 0…1, shape (H, W, 3)."""
    gain = 1.0 + rng.uniform(-1.0, 1.0) * augmentation.contrast
    offset = rng.uniform(-1.0, 1.0) * augmentation.brightness
    mean = float(image.mean())
    result = (image - mean) * np.float32(gain) + np.float32(mean + offset)
    if augmentation.blur_px > 0:
        sigma = rng.uniform(0.0, augmentation.blur_px)
        if sigma > 0.2:
            result = np.asarray(cv2.GaussianBlur(result, (0, 0), sigma), dtype=np.float32)
    if augmentation.noise > 0:
        spread = rng.uniform(0.0, augmentation.noise)
        result = result + rng.standard_normal(result.shape, dtype=np.float32) * np.float32(spread)
    return np.asarray(np.clip(result, 0.0, 1.0), dtype=np.float32)
