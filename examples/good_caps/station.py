"""The station: a dark belt below a fixed camera and a fixed lamp; photos differ little."""

from __future__ import annotations

import cv2
import numpy as np

from examples.caps.backgrounds import RENDER_PX, turned, weave
from examples.caps.cap import Array, single
from examples.caps.view import View

CAP_RADIUS_PX, REACH_PX = 200.0, 18.0
"""In px of the render: the cap's radius, and how far from the middle it may stop."""
LAMP = (-1.15, -0.95, 2.1)
"""Where the lamp hangs, from the middle of the photo, in cap radii; z up."""
BELT, BELT_BLUR_PX = (0.055, 0.060, 0.064), 2.5
"""Its colour; it lies below the cap's top, which the lens is focused on."""


def belt(rng: np.random.Generator) -> Array:
    """The belt's albedo (RENDER_PX, RENDER_PX, 3), at a random place of the belt."""
    shade = turned(weave(7.0, rng), 0.02 + rng.normal(0, 0.01))
    return single(np.array(BELT) * cv2.GaussianBlur(shade, (0, 0), BELT_BLUR_PX)[..., None])


def draw_view(rng: np.random.Generator) -> View:
    """One photo: the cap turned by any angle and some px off the middle."""
    radius = CAP_RADIUS_PX * float(rng.normal(1, 0.006))
    shift = rng.uniform(-REACH_PX, REACH_PX, 2)
    lamp = np.array(LAMP) + rng.normal(0, 0.04, 3) - [*(shift / radius), 0.0]
    red, blue = rng.normal(1, 0.01, 2).tolist()
    return View(
        centre=(float(RENDER_PX / 2 + shift[0]), float(RENDER_PX / 2 + shift[1])),
        radius=radius,
        angle=float(rng.uniform(0, 2 * np.pi)),
        squash=float(rng.uniform(0.985, 1.0)),
        light=(float(lamp[0]), float(lamp[1]), float(lamp[2])),
        ambient=float(rng.normal(0.46, 0.02)),
        strength=float(rng.normal(0.80, 0.03)),
        exposure=float(rng.uniform(1.02, 1.16)),
        tint=(red, 1.0, blue),
        vignette=0.16,
        blur=float(rng.uniform(0.40, 0.55)),
        noise=float(rng.uniform(0.6, 1.1)),
        background="belt",
        seed=int(rng.integers(2**31)),
    )
