"""One photo's circumstances: where the cap lies, the light on it, and the camera's settings."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from examples.caps.backgrounds import BACKGROUNDS, RENDER_PX
from examples.caps.cap import Array, single
from examples.caps.defects import Points


@dataclass(frozen=True, slots=True)
class View:
    """One photo's circumstances; lengths in px of the render."""

    centre: tuple[float, float]
    radius: float
    angle: float
    squash: float
    light: tuple[float, float, float]
    ambient: float
    strength: float
    exposure: float
    tint: tuple[float, float, float]
    vignette: float
    blur: float
    noise: float
    background: str
    seed: int


def draw_view(rng: np.random.Generator, towards: Points | None = None) -> View:
    """A random photo; with `towards` (a point on the cap) that side lies at the photo's edge."""
    angle, radius = float(rng.uniform(0, 2 * np.pi)), float(rng.uniform(84, 106)) * 2
    shift = rng.uniform(-13, 13, 2) * 2
    if towards is not None:
        push = RENDER_PX / 2 - radius + rng.uniform(-4, 8)
        bearing = np.arctan2(towards[1], towards[0]) + angle
        way = np.array([np.cos(bearing), np.sin(bearing)])
        shift = way / np.abs(way).max() * push
    around, height = rng.uniform(0, 2 * np.pi), rng.uniform(0.9, 2.0)
    return View(
        centre=(float(RENDER_PX / 2 + shift[0]), float(RENDER_PX / 2 + shift[1])),
        radius=radius,
        angle=angle,
        squash=float(rng.uniform(0.95, 1.0)),
        light=(float(1.6 * np.cos(around)), float(1.6 * np.sin(around)), float(height)),
        ambient=float(rng.uniform(0.28, 0.55)),
        strength=float(rng.uniform(0.6, 1.0)),
        exposure=float(rng.uniform(0.9, 1.25)),
        tint=(float(rng.uniform(0.94, 1.07)), 1.0, float(rng.uniform(0.90, 1.08))),
        vignette=float(rng.uniform(0.05, 0.35)),
        blur=float(rng.uniform(0.35, 0.75)),
        noise=float(rng.uniform(1.2, 3.0)),
        background=str(rng.choice(sorted(BACKGROUNDS))),
        seed=int(rng.integers(2**31)),
    )


def to_photo(view: View, points: Points) -> Points:
    """Cap coordinates (n, 2) to px of the render (n, 2)."""
    return points @ pose(view)[:, :2].T + pose(view)[:, 2]


def pose(view: View) -> Points:
    """The affine map (2, 3) from cap coordinates to px of the render."""
    cos, sin = np.cos(view.angle), np.sin(view.angle)
    squash = np.array([[1.0, 0.0], [0.0, view.squash]])
    linear = view.radius * squash @ np.array([[cos, -sin], [sin, cos]])
    return np.column_stack([linear, np.array(view.centre)])


def cap_coordinates(view: View) -> tuple[Array, Array]:
    """Cap coordinates (u, v) of every px of the render."""
    inverse = np.linalg.inv(pose(view)[:, :2])
    y, x = np.mgrid[0:RENDER_PX, 0:RENDER_PX]
    dx, dy = x - view.centre[0], y - view.centre[1]
    u, v = inverse[0, 0] * dx + inverse[0, 1] * dy, inverse[1, 0] * dx + inverse[1, 1] * dy
    return single(u), single(v)
