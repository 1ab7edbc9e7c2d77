"""The stretch of belt below the camera with its fruits, lit, and what is seen of each fruit."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from examples.camera import Camera, draw_camera
from examples.oranges.belt import BELT_HW, FINE, Belt
from examples.oranges.fruit import Fruit, relief
from examples.oranges.heap import BEYOND, SIZE_HW
from examples.relief import Array, cast_shadow, hollowness, single, unit


@dataclass(frozen=True, slots=True)
class View:
    """One photo's circumstances: how far the belt has run, px; lamps; camera; seed of the noise."""

    run: int
    lamps: tuple[tuple[float, float, float], ...]
    strength: float
    ambient: float
    camera: Camera
    seed: int


@dataclass(frozen=True, slots=True)
class Scene:
    """Linear `light` (h, w, 3), and `owner` (h, w): the number of the fruit that is seen, or -1."""

    light: Array
    owner: npt.NDArray[np.int16]


def draw_view(rng: np.random.Generator, moved: bool) -> View:
    """A random photo; `moved` when the belt ran on since the first one."""
    around = float(rng.uniform(0, 2 * np.pi))
    lamps = tuple(
        (math.cos(around + turn), math.sin(around + turn), float(rng.uniform(1.2, 2.4)))
        for turn in (0.0, float(rng.uniform(1.5, 4.0)))
    )
    return View(
        run=int(rng.integers(25, BEYOND)) * int(rng.choice([-1, 1])) if moved else 0,
        lamps=lamps,
        strength=float(rng.uniform(0.45, 0.85)),
        ambient=float(rng.uniform(0.30, 0.55)),
        camera=draw_camera(rng),
        seed=int(rng.integers(2**31)),
    )


def render(belt: Belt, fruits: Sequence[Fruit], view: View) -> Scene:
    """The photo's field of view, twice as large as the photo."""
    height, colour = belt.height.copy(), belt.albedo.copy()
    gloss = np.full(BELT_HW, belt.gloss, np.float32)
    owner = np.full(BELT_HW, -1, np.int16)
    for number, fruit in enumerate(fruits):
        _put(fruit, number, height, colour, gloss, owner)
    light = _lit(height, colour, gloss, view)
    start = (BEYOND + view.run) * FINE
    window = slice(start, start + SIZE_HW[1] * FINE)
    return Scene(light[:, window], owner[:, window])


def _put(
    fruit: Fruit, number: int, height: Array, colour: Array, gloss: Array,
    owner: npt.NDArray[np.int16],
) -> None:  # fmt: skip
    """Stamps a fruit where nothing lies higher."""
    reach = 1.5 * fruit.radius
    x, y = fruit.middle[0] + BEYOND, fruit.middle[1]
    rows = slice(max(int((y - reach) * FINE), 0), max(int((y + reach) * FINE), 0))
    columns = slice(max(int((x - reach) * FINE), 0), max(int((x + reach) * FINE), 0))
    here = (rows, columns)
    down, right = np.indices(height[here].shape, np.float32)
    if not down.size:
        return
    right = (right + columns.start + 0.5) / FINE - BEYOND
    seen = relief(fruit, single(right), single((down + rows.start + 0.5) / FINE))
    above = seen.height > height[here] - 0.5
    cover = single(np.clip(0.5 - seen.outside * FINE, 0, 1) * above)
    full = cover > 0.5
    height[here] = np.where(full, seen.height, height[here])
    colour[here] += (seen.colour - colour[here]) * cover[..., None]
    gloss[here] = np.where(full, 0.7 * fruit.gloss, gloss[here])
    owner[here][full] = number


def _lit(height: Array, colour: Array, gloss: Array, view: View) -> Array:
    """Two lamps, the room's light, wax, and the fruits' own colour on what lies beside them."""
    slope_y, slope_x = (single(slope * FINE) for slope in np.gradient(height))
    normal = unit(np.stack([-slope_x, -slope_y, np.ones_like(slope_x)], axis=-1))
    coarse = single(cv2.resize(height, (BELT_HW[1] // FINE, BELT_HW[0] // FINE)))
    hollow = _fine(hollowness(coarse, 9.0))
    plain = view.ambient * (1 - 0.7 * hollow) * (0.55 + 0.45 * normal[..., 2])
    shine = np.zeros_like(plain)
    for lamp, share in zip(view.lamps, (1.0, 0.55), strict=True):
        ray = unit(single(lamp))
        open_way = 1 - 0.85 * _fine(cast_shadow(coarse, lamp, 1.6))
        facing = normal @ ray
        plain += view.strength * share * open_way * np.clip((facing + 0.15) / 1.15, 0, 1)
        halfway = unit(ray + single([0, 0, 1]))
        closeness = np.clip(normal @ halfway, 0, 1)
        shine += share * open_way * (0.8 * closeness**60 + 0.25 * closeness**12)
    bounced = hollow * view.strength * 0.25
    warm = single([1.0, 0.42, 0.05]) * (colour[..., :1] > 0.3)
    light = colour * plain[..., None] + colour * warm * bounced[..., None]
    return single(light + (gloss * shine * view.strength)[..., None])


def _fine(layer: Array) -> Array:
    """A map at the photo's size as large as the belt's."""
    return single(cv2.resize(layer, BELT_HW[::-1], interpolation=cv2.INTER_LINEAR))
