"""What metal and plastic send to the camera under a near lamp, a window and the room."""

from __future__ import annotations

import numpy as np

from examples.relief import Array, single, smooth_step, unit
from examples.tray.view import View

SAMPLES = ((-2.0, 0.06), (-1.0, 0.24), (0.0, 0.40), (1.0, 0.24), (2.0, 0.06))
"""Across the grain: deviation in roughnesses, and weight."""


def normals(slope_x: Array, slope_y: Array) -> Array:
    """Unit normals (..., 3) of a relief with these slopes."""
    return unit(np.stack([-slope_x, -slope_y, np.ones_like(slope_x)], axis=-1))


def to_lamp(view: View, x: Array, y: Array, height: Array) -> Array:
    """Unit vectors (..., 3) to the lamp from places in the photo, px from its middle."""
    lamp_x, lamp_y, lamp_z = view.lamp
    return unit(np.stack([lamp_x - x, lamp_y - y, lamp_z - height], axis=-1))


def falloff(view: View, x: Array, y: Array) -> Array:
    """What is left of the lamp's light at places in the photo; 1 in its middle."""
    lamp_x, lamp_y, lamp_z = view.lamp
    middle = lamp_x**2 + lamp_y**2 + lamp_z**2
    return single(middle / ((lamp_x - x) ** 2 + (lamp_y - y) ** 2 + lamp_z**2))


def diffuse(normal: Array, ray: Array) -> Array:
    """How squarely the lamp meets the surface, 0 to 1."""
    return single(np.clip((normal * ray).sum(axis=-1), 0, 1))


def mirrored(
    slope_xy: tuple[Array, Array],
    grain_xy: tuple[Array, Array],
    ray: Array,
    roughness: Array,
    view: View,
) -> tuple[Array, Array]:
    """What metal mirrors of the lamp, and of the room; spread across its grain.

    Args:
        slope_xy: slopes of the relief, any shape.
        grain_xy: way across the grain, its length the spread of slopes.
        ray: to the lamp (..., 3).
        roughness: 0 polished to 1 dull.
        view: for the room.
    """  # fmt: skip
    lamp, room = np.zeros_like(roughness), np.zeros_like(roughness)
    sharpness = 30 - 22 * roughness
    window = single(view.window) / np.linalg.norm(view.window)
    for deviation, weight in SAMPLES:
        across = (slope_xy[0] + deviation * grain_xy[0], slope_xy[1] + deviation * grain_xy[1])
        normal = normals(*across)
        seen = 2 * normal[..., 2:] * normal - single([0, 0, 1])
        lobe = np.exp(-sharpness * (1 - (seen * ray).sum(axis=-1)))
        lamp += weight * (1.1 + 0.03 * sharpness) * lobe
        pane = smooth_step((seen * window).sum(axis=-1), 0.80, 0.93)
        up = smooth_step(seen[..., 2], -0.3, 0.9)
        wall = 1 + 0.5 * (seen[..., 0] * window[1] - seen[..., 1] * window[0])
        room += weight * (0.12 + 0.55 * up * wall + 0.8 * pane)
    return single(lamp), single(room)
