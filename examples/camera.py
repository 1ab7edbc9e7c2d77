"""The camera of the drawn examples: lens, tone curve, sensor."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from examples.relief import Array, single


@dataclass(frozen=True, slots=True)
class Camera:
    """Settings of one photo.

    Attributes:
        exposure: factor on the light.
        tint: white balance, red, green, blue.
        vignette: loss of light in the corners, a share.
        blur_px: standard deviation of the lens' blur.
        noise: of the sensor in mid grey, grey levels.
    """

    exposure: float
    tint: tuple[float, float, float]
    vignette: float
    blur_px: float
    noise: float


def draw_camera(rng: np.random.Generator) -> Camera:
    """Random settings."""
    return Camera(
        exposure=float(rng.uniform(0.85, 1.2)),
        tint=(float(rng.uniform(0.94, 1.08)), 1.0, float(rng.uniform(0.90, 1.08))),
        vignette=float(rng.uniform(0.10, 0.35)),
        blur_px=float(rng.uniform(0.45, 0.8)),
        noise=float(rng.uniform(1.0, 2.2)),
    )


def photograph(
    scene: Array, camera: Camera, size_hw: tuple[int, int], rng: np.random.Generator
) -> npt.NDArray[np.uint8]:
    """What the sensor stores of a scene.

    Args:
        scene: linear light (h, w, 3), RGB, about 0 to 1; larger than the photo.
        camera: its settings.
        size_hw: of the photo.
        rng: for the noise.

    Returns:
        The photo, uint8 RGB of that size.
    """
    height, width = size_hw
    small = cv2.resize(scene, (width, height), interpolation=cv2.INTER_AREA)
    small = cv2.GaussianBlur(small, (0, 0), camera.blur_px)
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    small = small * (1.0 - camera.vignette * (x**2 + y**2) / 2)[..., None]
    seen = np.clip(small * (camera.exposure * np.array(camera.tint)), 0, None) ** 0.5
    rolled = np.where(seen < 0.75, seen, 0.75 + 0.25 * np.tanh((seen - 0.75) / 0.25))
    levels = single(255 * rolled)
    sigma = camera.noise * np.sqrt(0.5 + levels / 220)
    fine = rng.standard_normal(levels.shape).astype(np.float32)
    coarse = cv2.GaussianBlur(rng.standard_normal(levels.shape).astype(np.float32), (0, 0), 0.8)
    return np.clip(levels + sigma * (0.6 * fine + 1.2 * coarse) + 0.5, 0, 255).astype(np.uint8)
