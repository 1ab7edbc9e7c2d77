"""Light on board, film, plastic and metal: a near lamp, a window, the room, and ink on it all."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np

from examples.packages.printing import FINE
from examples.packages.view import DISTANCE, View
from examples.relief import Array, cast_shadow, hollowness, single, smooth_step, unit


@dataclass(frozen=True, slots=True)
class Light:
    """Linear: `all` (h, w, 3) that leaves the surface; `plain` and `shine` (h, w) that meet it."""

    all: Array
    plain: Array
    shine: Array


def lit(albedo: Array, height: Array, gloss: Array, metal: Array, view: View) -> Light:
    """What a relief sends to the camera; maps are `FINE` times the photo's size."""
    slope_y, slope_x = (single(slope * FINE) for slope in np.gradient(height))
    normal = unit(np.stack([-slope_x, -slope_y, np.ones_like(slope_x)], axis=-1))
    y, x = np.mgrid[0 : height.shape[0], 0 : height.shape[1]].astype(np.float32)
    x, y = x / FINE - height.shape[1] / FINE / 2, y / FINE - height.shape[0] / FINE / 2
    away = single(np.stack([view.lamp[0] - x, view.lamp[1] - y, view.lamp[2] - height], axis=-1))
    square = (away * away).sum(axis=-1)
    ray = single(away / np.sqrt(square)[..., None])
    falls = sum(each * each for each in view.lamp) / square
    size = (height.shape[1] // FINE, height.shape[0] // FINE)
    coarse = single(np.maximum(cv2.resize(height, size, interpolation=cv2.INTER_AREA), 0))
    open_way = 1 - 0.9 * _fine(cast_shadow(coarse, _level(view.lamp), 2.2))
    sky = 1 - 0.7 * _fine(hollowness(coarse, 8.0))
    lamp = view.strength * open_way * falls
    facing = np.clip((normal * ray).sum(axis=-1), 0, 1)
    plain = single(view.ambient * sky * (0.55 + 0.45 * normal[..., 2]) + lamp * facing)
    to_camera = unit(np.stack([-x, -y, np.full_like(x, DISTANCE)], axis=-1))
    seen = 2 * (normal * to_camera).sum(axis=-1, keepdims=True) * normal - to_camera
    closeness = np.clip((seen * ray).sum(axis=-1), 0, 1)
    shine = single(lamp * (0.9 * closeness**60 + 0.22 * closeness**9) + 0.5 * _room(seen, view))
    mirrored = 0.75 * view.ambient * sky + 1.1 * _room(seen, view)
    mirrored = mirrored + lamp * (0.25 * facing + 0.6 * closeness**12 + 0.9 * closeness**50)
    scattered = albedo * plain[..., None] + (0.55 * gloss * shine)[..., None]
    polished = albedo * single(mirrored)[..., None]
    share = metal[..., None]
    return Light(single(scattered * (1 - share) + polished * share), plain, shine)


def printed_light(bare: Array, ink: Array, plain: Array, shine: Array) -> Array:
    """The same surface with dull ink on it; `ink` is colour times share, and share."""
    share = ink[..., 3:]
    dull = ink[..., :3] * plain[..., None] + share * (0.03 * shine)[..., None]
    return single(bare * (1 - share) + dull)


def _level(lamp: tuple[float, float, float]) -> tuple[float, float, float]:
    """The way to the lamp; never quite overhead, where no shadow would have a direction."""
    aside = math.hypot(lamp[0], lamp[1])
    return lamp[0], lamp[1], min(lamp[2], 4 * aside)


def _room(seen: Array, view: View) -> Array:
    """What a mirror sees of the room: a window, a bright ceiling, the dark camera in it."""
    window = single(view.window) / math.sqrt(sum(each * each for each in view.window))
    pane = smooth_step(seen @ window, 0.86, 0.95)
    ceiling = smooth_step(seen[..., 2], 0.2, 1.0)
    camera = np.exp(-(1 - seen[..., 2]) / 0.004)
    return single(view.ambient * (0.15 + 0.5 * ceiling + 0.7 * pane - 0.2 * camera))


def _fine(layer: Array) -> Array:
    """A map of the photo's size, `FINE` times as large."""
    size = (layer.shape[1] * FINE, layer.shape[0] * FINE)
    return single(cv2.resize(layer, size, interpolation=cv2.INTER_LINEAR))
