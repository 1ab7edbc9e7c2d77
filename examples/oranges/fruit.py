"""What lies on the belt: oranges, now and then a lemon or a leaf; each as a relief with a skin.

Lengths are px of a photo, z up from the belt.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np

from examples.relief import Array, cloud, single, smooth_step

Kind = Literal["orange", "lemon", "leaf"]

RIPENESS = (
    (0.26, 0.30, 0.03),
    (0.62, 0.40, 0.02),
    (0.80, 0.33, 0.012),
    (0.76, 0.22, 0.010),
)
"""Linear RGB from green over yellow to deep orange, at 0, 1/3, 2/3 and 1."""
LEMON, LEAF = (0.80, 0.62, 0.05), (0.06, 0.14, 0.025)
CALYX, CORK = (0.10, 0.12, 0.03), (0.36, 0.19, 0.04)
TEXTURE = 160


@dataclass(frozen=True, slots=True)
class Fruit:
    """One fruit, or leaf.

    Attributes:
        kind: what it is; only oranges are annotated.
        middle: seen from above, px of the belt.
        base: height of its lowest point.
        radius: half of its width; of a leaf, half of its length.
        flatness: its height against its width.
        angle_rad: of a long thing, clockwise as seen.
        ripeness: 0 green to 1 deep orange.
        gloss: how much its wax mirrors, 0 to 1.
        seed: of its skin and of which side is up.
    """

    kind: Kind
    middle: tuple[float, float]
    base: float
    radius: float
    flatness: float
    angle_rad: float
    ripeness: float
    gloss: float
    seed: int


@dataclass(frozen=True, slots=True)
class Relief:
    """A fruit over a grid: `outside` distance to its outline, px; `height`; linear `colour`."""

    outside: Array
    height: Array
    colour: Array


def relief(fruit: Fruit, x: Array, y: Array) -> Relief:
    """The fruit over a grid of belt coordinates."""
    cosine, sine = math.cos(fruit.angle_rad), math.sin(fruit.angle_rad)
    right, down = x - fruit.middle[0], y - fruit.middle[1]
    along, across = right * cosine + down * sine, down * cosine - right * sine
    draw = {"orange": _orange, "lemon": _lemon, "leaf": _leaf}[fruit.kind]
    return draw(fruit, single(along / fruit.radius), single(across / fruit.radius))


def _orange(fruit: Fruit, u: Array, v: Array) -> Relief:
    distance = np.hypot(u, v / 0.97)
    up = np.sqrt(np.clip(1 - distance**2, 0, 1))
    rng = np.random.default_rng(fruit.seed)
    facing = np.stack([u, v, up], axis=-1) @ _random_turn(rng)
    rough, colour = _peel(fruit, facing, u, v, rng)
    crown = np.arccos(np.clip(facing[..., 2], -1, 1))
    dent = 0.05 * np.exp(-((crown / 0.22) ** 2))
    arms = 0.10 + 0.035 * np.cos(5 * np.arctan2(facing[..., 1], facing[..., 0]))
    star = smooth_step(arms - crown, -0.03, 0.03)[..., None]
    colour = colour + (single(CALYX) - colour) * star
    navel = smooth_step(0.06 - np.arccos(np.clip(-facing[..., 2], -1, 1)), -0.02, 0.02)
    colour = colour * (1 - 0.6 * navel[..., None])
    high = 1 + up * (1 - dent) + 0.02 * star[..., 0] + rough * up
    height = fruit.base + fruit.radius * fruit.flatness * high
    return Relief(single((distance - 1) * fruit.radius), single(height), single(colour))


def _peel(
    fruit: Fruit, facing: Array, u: Array, v: Array, rng: np.random.Generator
) -> tuple[Array, Array]:
    """Pores of the peel (share of the radius) and its colour, with patches and blemishes."""
    cells = TEXTURE // 3
    fine = cloud(rng, (cells, cells), (TEXTURE, TEXTURE))
    pores = fine - 0.6 * cloud(rng, (cells // 2, cells // 2), (TEXTURE, TEXTURE))
    at = [
        single((np.arcsin(np.clip(each, -1, 1)) / np.pi + 0.5) * (TEXTURE - 1)) for each in (u, v)
    ]
    pitted = cv2.remap(pores, at[0], at[1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
    patches = _patches(facing, rng, 2.2)
    ripe = np.clip(fruit.ripeness + 0.10 * patches, 0, 1)
    stages = np.linspace(0, 1, len(RIPENESS))
    bands = [np.interp(ripe, stages, [stage[band] for stage in RIPENESS]) for band in range(3)]
    colour = np.stack(bands, axis=-1) * (1 + 0.05 * pitted)[..., None]
    if rng.random() < 0.3:
        scar = smooth_step(_patches(facing, rng, 5.0), 1.3, 1.9)[..., None]
        colour = colour + (single(CORK) - colour) * 0.7 * scar
    return single(0.0045 * pitted), single(colour)


def _patches(facing: Array, rng: np.random.Generator, frequency: float) -> Array:
    """Waves over a ball, about ±1."""
    total = np.zeros(facing.shape[:-1], np.float32)
    for _ in range(5):
        way = rng.normal(0, frequency, 3)
        total += np.sin(facing @ single(way) + rng.uniform(0, 2 * np.pi))
    return single(total / 1.6)


def _random_turn(rng: np.random.Generator) -> Array:
    """A rotation (3, 3): which side of a fruit is up."""
    turn, _ = np.linalg.qr(rng.standard_normal((3, 3)))
    return single(turn)


def _lemon(fruit: Fruit, u: Array, v: Array) -> Relief:
    """Longer than wide, a nipple at its ends."""
    half = np.sqrt(np.clip(1 - (u / 1.28) ** 2, 0, 1))
    nipple = 0.24 * np.sqrt(np.clip(1 - ((np.abs(u) - 1.22) / 0.2) ** 2, 0, 1))
    half = np.maximum(half, nipple)
    rng = np.random.default_rng(fruit.seed)
    pores = cloud(rng, (TEXTURE // 3, TEXTURE // 3), (TEXTURE, TEXTURE))
    at = [single((each / 3 + 0.5) * (TEXTURE - 1)) for each in (u, v)]
    pitted = cv2.remap(pores, at[0], at[1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
    up = np.sqrt(np.clip(half**2 - v**2, 0, 1))
    tone = 1 + 0.04 * pitted + 0.05 * np.sin(3 * u + fruit.seed % 7)
    colour = single(LEMON) * tone[..., None]
    height = fruit.base + fruit.radius * (1 + up + 0.005 * pitted * up)
    return Relief(single((np.abs(v) - half) * fruit.radius), single(height), single(colour))


def _leaf(fruit: Fruit, u: Array, v: Array) -> Relief:
    """Pointed, a little curled, its ribs paler."""
    half = np.where(np.abs(u) < 1, 0.40 * (1 - u**2) * (1 - 0.25 * u), -0.05)
    rib = smooth_step(0.018 - np.abs(v), -0.012, 0.0)
    side = smooth_step(np.cos(24 * (u - 0.7 * np.abs(v))), 0.93, 1.0) * 0.5
    rng = np.random.default_rng(fruit.seed)
    colour = (
        single(LEAF) * single(rng.uniform(0.7, 1.5)) * (1 + 0.9 * np.maximum(rib, side))[..., None]
    )
    curl = 3 + 5 * u**2 + 10 * np.abs(v) * float(rng.uniform(0, 1))
    height = fruit.base + curl + 0.4 * rib
    return Relief(single((np.abs(v) - half) * fruit.radius), single(height), single(colour))
