"""One photo's circumstances: how the tray lies below the camera, and the lamps."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from examples.camera import Camera, draw_camera
from examples.relief import single
from examples.tray.load import REACH, SIZE_HW, Part, part_shape
from examples.tray.shapes import KINDS

Points = np.ndarray[tuple[int, int], np.dtype[np.float64]]


@dataclass(frozen=True, slots=True)
class View:
    """One photo's circumstances.

    Attributes:
        angle_rad: the tray turned clockwise below the camera.
        shift: of the tray, px.
        scale: px of the photo a px of the tray: the camera's height.
        lamp: its place, px of the photo from the photo's middle; z up.
        strength: of the lamp.
        ambient: light from everywhere.
        window: the way to a second, wide light.
        camera: lens and sensor.
        seed: of the noise and the dust.
    """

    angle_rad: float
    shift: tuple[float, float]
    scale: float
    lamp: tuple[float, float, float]
    strength: float
    ambient: float
    window: tuple[float, float, float]
    camera: Camera
    seed: int


def draw_view(rng: np.random.Generator, turned: bool) -> View:
    """A random photo; `turned` when the tray was taken up and laid down again."""
    angle = float(rng.uniform(0, 2 * np.pi)) if turned else float(rng.normal(0, 0.03))
    reach = 45 if turned else 8
    around, aside = float(rng.uniform(0, 2 * np.pi)), float(rng.uniform(300, 620))
    window = float(rng.uniform(0, 2 * np.pi))
    return View(
        angle_rad=angle,
        shift=(float(rng.uniform(-reach, reach)), float(rng.uniform(-reach, reach))),
        scale=float(rng.uniform(0.95, 1.05)),
        lamp=(aside * math.cos(around), aside * math.sin(around), float(rng.uniform(420, 700))),
        strength=float(rng.uniform(0.6, 1.1)),
        ambient=float(rng.uniform(0.30, 0.55)),
        window=(math.cos(window), math.sin(window), 0.7),
        camera=draw_camera(rng),
        seed=int(rng.integers(2**31)),
    )


def to_photo(view: View, points: Points) -> Points:
    """Tray coordinates (n, 2) to px of the photo (n, 2)."""
    cosine, sine = math.cos(view.angle_rad), math.sin(view.angle_rad)
    turn = np.array([[cosine, sine], [-sine, cosine]]) * view.scale
    middle = np.array(view.shift) + np.array(SIZE_HW[::-1]) / 2
    return points @ turn + middle


def to_tray(view: View, points: Points) -> Points:
    """Px of the photo (n, 2) to tray coordinates (n, 2)."""
    cosine, sine = math.cos(view.angle_rad), math.sin(view.angle_rad)
    turn = np.array([[cosine, -sine], [sine, cosine]]) / view.scale
    return np.asarray((points - np.array(view.shift) - np.array(SIZE_HW[::-1]) / 2) @ turn)


def seen_share(view: View, part: Part) -> float:
    """How much of a part lies within the photo, 0 to 1; no part lies on another."""
    y, x = np.mgrid[-REACH:REACH, -REACH:REACH].astype(np.float32)
    on_tray = single(x + part.middle[0]), single(y + part.middle[1])
    points = np.stack(on_tray, axis=-1)[part_shape(part, *on_tray).outside < 0]
    photo = to_photo(view, points.astype(np.float64))
    inside = (photo > 0) & (photo < SIZE_HW[::-1])
    return float(inside.all(axis=1).mean())


def placed(view: View, part: Part) -> tuple[Points, tuple[float, float], float]:
    """A part's box in the photo: middle (1, 2), width and height, angle."""
    width, height = KINDS[part.kind].size_wh
    zoom = part.size * view.scale
    middle = to_photo(view, np.array([part.middle]))
    return middle, (width * zoom, height * zoom), part.angle_rad + view.angle_rad
