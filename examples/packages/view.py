"""One photo's circumstances: how the package lies below the camera, the lamps, the camera."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import cv2
import numpy as np

from examples.camera import Camera, draw_camera
from examples.packages.printing import FINE
from examples.relief import Array, single

SIZE_HW = (360, 480)
DISTANCE = 1100.0
"""Of the camera from the belt, px of the photo."""
Points = np.ndarray[tuple[int, int], np.dtype[np.float64]]
Matrix = np.ndarray[tuple[int, int], np.dtype[np.float64]]


@dataclass(frozen=True, slots=True)
class View:
    """One photo's circumstances.

    Attributes:
        angle_rad: the package turned clockwise as seen.
        belt_rad: the belt turned clockwise as seen.
        shift: of the package's middle from the photo's middle, px.
        scale: px of the photo a px of the package.
        tilt: of the camera, to the right and down, radians.
        lamp: its place, px of the photo from the photo's middle; z up.
        strength: of the lamp.
        ambient: light from everywhere.
        window: the way to a second, wide light.
        run_px: how far the belt runs while the shutter is open, px of the photo.
        camera: lens and sensor.
        seed: of the noise.
    """

    angle_rad: float
    belt_rad: float
    shift: tuple[float, float]
    scale: float
    tilt: tuple[float, float]
    lamp: tuple[float, float, float]
    strength: float
    ambient: float
    window: tuple[float, float, float]
    run_px: float
    camera: Camera
    seed: int


def draw_view(rng: np.random.Generator, angle_rad: float, unsharp: bool) -> View:
    """A random photo of a package that is turned so; `unsharp`: out of focus, or moved."""
    around, aside = float(rng.uniform(0, 2 * np.pi)), float(rng.uniform(200, 620))
    window, tilted = float(rng.uniform(0, 2 * np.pi)), float(rng.uniform(0, 2 * np.pi))
    tilt = math.radians(float(rng.uniform(0, 13)))
    camera, moves = draw_camera(rng), bool(rng.random() < 0.5)
    if unsharp and not moves:
        camera = replace(camera, blur_px=float(rng.uniform(1.3, 1.7)))
    return View(
        angle_rad=angle_rad,
        belt_rad=float(rng.normal(0, 0.05)) + float(rng.choice([0.0, math.pi / 2])),
        shift=(float(rng.uniform(-50, 50)), float(rng.uniform(-35, 35))),
        scale=float(rng.uniform(0.93, 1.05)),
        tilt=(tilt * math.cos(tilted), tilt * math.sin(tilted)),
        lamp=(aside * math.cos(around), aside * math.sin(around), float(rng.uniform(420, 760))),
        strength=float(rng.uniform(0.8, 1.25)),
        ambient=float(rng.uniform(0.16, 0.38)),
        window=(math.cos(window), math.sin(window), float(rng.uniform(0.6, 1.4))),
        run_px=float(rng.uniform(3.0, 4.5)) if unsharp and moves else float(rng.uniform(0, 1)),
        camera=camera,
        seed=int(rng.integers(2**31)),
    )


def projection(view: View, angle_rad: float, shift: tuple[float, float], lift: float) -> Matrix:
    """From a plane that lies `lift` above the belt to px of the photo: homography (3, 3)."""
    tilt, _ = cv2.Rodrigues(np.array([view.tilt[1], -view.tilt[0], 0.0]))
    turn, _ = cv2.Rodrigues(np.array([0.0, 0.0, angle_rad]))
    lies = np.asarray(tilt @ turn * view.scale)
    place = np.asarray(tilt @ np.array([*shift, lift]))
    in_space = np.column_stack([lies[:, 0], lies[:, 1], place])
    sees = np.array(
        [
            [1.0, 0.0, -SIZE_HW[1] / 2 / DISTANCE],
            [0.0, 1.0, -SIZE_HW[0] / 2 / DISTANCE],
            [0.0, 0.0, -1.0 / DISTANCE],
        ]
    )
    matrix = sees @ in_space
    matrix[:, 2] += np.array([SIZE_HW[1] / 2, SIZE_HW[0] / 2, 1.0])
    return np.asarray(matrix)


def through(matrix: Matrix, points: Points) -> Points:
    """Points (n, 2) through a homography."""
    mapped = np.column_stack([points, np.ones(len(points))]) @ matrix.T
    return np.asarray(mapped[:, :2] / mapped[:, 2:])


def bent(points: Points, radius: float | None) -> Points:
    """Points (n, 2) of a face as they lie in its plane: a jar's come nearer at its sides."""
    if radius is None:
        return points
    return np.column_stack([radius * np.sin(points[:, 0] / radius), points[:, 1]])


def unbent(x: Array, radius: float | None) -> Array:
    """Across a face, from places in its plane; far away where the face does not reach."""
    if radius is None:
        return x
    share = x / radius
    along = radius * np.arcsin(np.clip(share, -1, 1))
    return single(np.where(np.abs(share) < 0.998, along, 1e5))


def ran(scene: Array, view: View) -> Array:
    """A scene, smeared along the belt by as much as it runs while the shutter is open."""
    length = view.run_px * FINE
    side = 2 * math.ceil(length / 2) + 1
    kernel = np.zeros((side, side), np.uint8)
    half = np.array([math.cos(view.belt_rad), math.sin(view.belt_rad)]) * length / 2
    ends = np.round((np.array([-half, half]) + side // 2) * 16).astype(int).tolist()
    cv2.line(kernel, ends[0], ends[1], 255, 1, cv2.LINE_AA, shift=4)
    return single(cv2.filter2D(scene, -1, single(kernel / kernel.sum())))
