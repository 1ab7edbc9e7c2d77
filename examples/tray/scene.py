"""A loaded tray as it lies below the camera: one relief, lit as a whole."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from examples.relief import Array, cast_shadow, cloud, hollowness, single, unit
from examples.tray.ground import Ground
from examples.tray.light import diffuse, falloff, mirrored, normals, to_lamp
from examples.tray.load import REACH, SIDE, SIZE_HW, Part, on_part, part_shape
from examples.tray.view import View, to_photo, to_tray

FINE = 2
"""Everything is drawn so many times larger than in the photo."""
PAD = 30
"""Px around the photo that are drawn for the shadows that fall into it."""
CANVAS_HW = ((SIZE_HW[0] + 2 * PAD) * FINE, (SIZE_HW[1] + 2 * PAD) * FINE)


@dataclass(frozen=True, slots=True)
class Layers:
    """Maps over the canvas that parts are stamped onto, float32; `colour` has three channels."""

    height: Array
    colour: Array
    metal: Array
    roughness: Array
    tilt: Array
    grain: Array
    owner: np.ndarray[tuple[int, int], np.dtype[np.int16]]


def lay(ground: Ground, parts: Sequence[Part], view: View) -> Layers:
    """The tray with its parts, before any light falls on it."""
    layers = Layers(
        height=_below_camera(ground.height, view),
        colour=_below_camera(ground.albedo, view),
        metal=np.zeros(CANVAS_HW, np.float32),
        roughness=np.ones(CANVAS_HW, np.float32),
        tilt=np.zeros((*CANVAS_HW, 2), np.float32),
        grain=np.zeros((*CANVAS_HW, 2), np.float32),
        owner=np.full(CANVAS_HW, -1, np.int16),
    )
    for number, part in enumerate(parts):
        _put(part, number, layers, view)
    return layers


def lit(layers: Layers, ground: Ground, view: View) -> Array:
    """Linear light (h, w, 3) of the canvas, its padding cut off."""
    slope_y, slope_x = (single(slope * FINE) for slope in np.gradient(layers.height))
    y, x = _places(slice(0, CANVAS_HW[0]), slice(0, CANVAS_HW[1]))
    x, y = single(x - SIZE_HW[1] / 2), single(y - SIZE_HW[0] / 2)
    ray = to_lamp(view, x, y, layers.height)
    towards = unit_of(view.lamp)
    open_sky = 1 - 0.75 * hollowness(layers.height, 5.0 * FINE)
    lamp = (1 - 0.92 * cast_shadow(single(layers.height * FINE), towards, 1.6)) * falloff(
        view, x, y
    )
    normal = normals(slope_x, slope_y)
    plain = view.ambient * open_sky + view.strength * lamp * diffuse(normal, ray)
    halfway = diffuse(normal, unit(ray + single([0, 0, 1])))
    sheen = ground.gloss * lamp * view.strength * halfway**25
    light = layers.colour * plain[..., None] + sheen[..., None]
    on = layers.metal > 0
    slopes = (slope_x[on] + layers.tilt[on, 0], slope_y[on] + layers.tilt[on, 1])
    grain = (layers.grain[on, 0], layers.grain[on, 1])
    spot, room = mirrored(slopes, grain, ray[on], layers.roughness[on], view)
    shine = view.strength * lamp[on] * spot + view.ambient * open_sky[on] * room * 1.3
    shine = shine + 0.25 * plain[on]
    metal = layers.metal[on][:, None]
    light[on] = light[on] * (1 - metal) + metal * layers.colour[on] * shine[:, None]
    inner = slice(PAD * FINE, -PAD * FINE)
    return single(light[inner, inner])


def unit_of(vector: tuple[float, float, float]) -> tuple[float, float, float]:
    """The vector at length one."""
    length = math.sqrt(sum(each * each for each in vector))
    x, y, z = (each / length for each in vector)
    return x, y, z


def _places(rows: slice, columns: slice) -> tuple[Array, Array]:
    """Photo coordinates (y, x) of the middles of the canvas' px."""
    y, x = np.mgrid[rows, columns].astype(np.float32)
    return single((y + 0.5) / FINE - PAD), single((x + 0.5) / FINE - PAD)


def _below_camera(layer: Array, view: View) -> Array:
    """A map of the tray as the canvas sees it."""
    corners = np.array([(0.0, 0.0), (1000.0, 0.0), (0.0, 1000.0)])
    on_tray = to_tray(view, (corners + 0.5) / FINE - PAD) + SIDE / 2 - 0.5
    matrix = cv2.getAffineTransform(single(corners), single(on_tray))
    size = (CANVAS_HW[1], CANVAS_HW[0])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return single(cv2.warpAffine(layer, matrix, size, flags=flags, borderMode=cv2.BORDER_REFLECT))


def _put(part: Part, number: int, layers: Layers, view: View) -> None:
    """Stamps a part onto the layers."""
    middle = (to_photo(view, np.array([part.middle]))[0] + PAD) * FINE
    left, top = (int(each) - REACH * FINE for each in middle)
    rows = slice(max(top, 0), min(top + 2 * REACH * FINE, CANVAS_HW[0]))
    columns = slice(max(left, 0), min(left + 2 * REACH * FINE, CANVAS_HW[1]))
    if rows.start >= rows.stop or columns.start >= columns.stop:
        return
    y, x = _places(rows, columns)
    tray = to_tray(view, np.stack([x.ravel(), y.ravel()], axis=1).astype(np.float64))
    tray_x, tray_y = single(tray[:, 0].reshape(x.shape)), single(tray[:, 1].reshape(x.shape))
    shape = part_shape(part, tray_x, tray_y)
    cover = single(np.clip(0.5 - shape.outside * view.scale * FINE, 0, 1))
    here = (rows, columns)
    marks, streaks = _marks(part, *on_part(part, tray_x, tray_y))
    layers.height[here] += cover * (shape.height - layers.height[here])
    layers.metal[here] = np.maximum(layers.metal[here], cover)
    on = cover > 0
    share = cover[on][:, None]
    colour = single(part.colour) * marks[on][:, None]
    layers.colour[here][on] = np.where(share > 0.5, colour, layers.colour[here][on])
    layers.roughness[here][on] = part.roughness
    turn = _turn(view.angle_rad)
    spread = 0.5 + part.roughness
    grain = np.stack([shape.grain_x, shape.grain_y], axis=2) @ turn * spread
    layers.grain[here][on] = single(grain)[on]
    tilt = single(np.array(part.tilt) @ turn)
    layers.tilt[here][on] = tilt + single(grain)[on] * streaks[on][:, None]
    layers.owner[here][cover > 0.5] = number


def _turn(angle: float) -> Array:
    return single([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])


def _marks(part: Part, across: Array, along: Array) -> tuple[Array, Array]:
    """How a part is stained (about 1), and how its grain wavers (about 0)."""
    rng = np.random.default_rng(part.seed)
    side = 2 * REACH * FINE
    stain = 1 + 0.07 * cloud(rng, (7, 7), (side, side)) + 0.05 * cloud(rng, (70, 70), (side, side))
    streaks = cloud(rng, (side, 5), (side, side)) + 0.6 * cloud(rng, (side // 2, 30), (side, side))
    lines = np.zeros((side, side), np.uint8)
    for _ in range(int(rng.integers(0, 9))):
        start, end = rng.uniform(0.15, 0.85, 2) * side, rng.normal(0, 26, 2)
        first, last = (
            np.round(start).astype(int).tolist(),
            np.round(start + end).astype(int).tolist(),
        )
        cv2.line(lines, first, last, int(rng.integers(40, 200)), 1, cv2.LINE_AA)
    stain = stain + single(lines) / 255 * float(rng.uniform(-0.25, 0.5))
    at = (single((across + REACH) * FINE), single((along + REACH) * FINE))
    drawn = [cv2.remap(each, *at, cv2.INTER_LINEAR) for each in (single(stain), single(streaks))]
    return single(drawn[0]), single(0.9 * drawn[1])
