"""What lies on one tray: parts of mixed kinds, some touching.

The tray's coordinates are px of a photo, (0, 0) the middle of the field of view.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from examples.relief import Array, single
from examples.tray.shapes import KINDS, KindName, Shape

SIZE_HW = (480, 640)
SIDE = 1000
"""Side of the tray that is drawn, px of a photo."""
REACH = 70
"""No part reaches farther than this from its middle."""
MATERIALS: dict[str, tuple[float, float, float]] = {
    "zinc": (0.70, 0.72, 0.74),
    "steel": (0.58, 0.57, 0.55),
    "yellow": (0.66, 0.55, 0.34),
    "black": (0.13, 0.13, 0.14),
}
SHARES = (0.45, 0.25, 0.18, 0.12)


@dataclass(frozen=True, slots=True)
class Part:
    """One part as it lies on the tray.

    Attributes:
        kind: what it is.
        middle: of its box, in the tray's coordinates.
        angle_rad: turned clockwise as seen.
        size: against nominal.
        proportion: what varies in its shape, 0 to 1.
        colour: of its metal, linear RGB.
        roughness: of the metal, 0 polished to 1 dull.
        tilt: slope of the part, right and down: it lies on grit, or is bent.
        seed: of its marks.
    """

    kind: KindName
    middle: tuple[float, float]
    angle_rad: float
    size: float
    proportion: float
    colour: tuple[float, float, float]
    roughness: float
    tilt: tuple[float, float]
    seed: int


def draw_load(rng: np.random.Generator) -> tuple[Part, ...]:
    """A random load of 5 to 15 parts."""
    taken = np.zeros((SIDE, SIDE), np.float32)
    parts: list[Part] = []
    crowding = float(rng.uniform(0.1, 0.7))
    for _ in range(int(rng.integers(5, 16))):
        part = _draw_part(rng)
        close = bool(parts) and rng.random() < crowding
        placed = _beside(part, parts, taken, rng) if close else _apart(part, taken, rng)
        if placed is not None:
            parts.append(placed)
            _stamp(placed, taken)
    return tuple(parts)


def on_part(part: Part, x: Array, y: Array) -> tuple[Array, Array]:
    """Tray coordinates as the part's own, at nominal size."""
    cosine, sine = math.cos(part.angle_rad), math.sin(part.angle_rad)
    right, down = x - part.middle[0], y - part.middle[1]
    across = (right * cosine + down * sine) / part.size
    return single(across), single((down * cosine - right * sine) / part.size)


def part_shape(part: Part, x: Array, y: Array) -> Shape:
    """The part's relief over a grid of tray coordinates, in px of the photo."""
    cosine, sine = math.cos(part.angle_rad), math.sin(part.angle_rad)
    across, along = on_part(part, x, y)
    shape = KINDS[part.kind].draw(across, along, part.proportion)
    return Shape(
        outside=single(shape.outside * part.size),
        height=single(shape.height * part.size),
        grain_x=single(shape.grain_x * cosine - shape.grain_y * sine),
        grain_y=single(shape.grain_x * sine + shape.grain_y * cosine),
    )


def _draw_part(rng: np.random.Generator) -> Part:
    names = list(KINDS)
    kind = names[int(rng.choice(len(names), p=(0.3, 0.24, 0.23, 0.23)))]
    colour = np.array(list(MATERIALS.values())[int(rng.choice(len(SHARES), p=SHARES))])
    red, green, blue = (colour * rng.uniform(0.85, 1.1) * rng.uniform(0.97, 1.03, 3)).tolist()
    return Part(
        kind=kind,
        middle=(0.0, 0.0),
        angle_rad=float(rng.uniform(0, 2 * np.pi)),
        size=float(rng.uniform(*KINDS[kind].sizes)),
        proportion=float(rng.random()),
        colour=(red, green, blue),
        roughness=float(rng.uniform(0.1, 1.0)),
        tilt=(float(rng.normal(0, 0.05)), float(rng.normal(0, 0.05))),
        seed=int(rng.integers(2**31)),
    )


def _at(part: Part, middle: tuple[float, float]) -> Part:
    return replace(part, middle=middle)


def _window(part: Part) -> tuple[slice, slice, Array, Array]:
    """The part's surroundings on the tray: rows, columns, and their coordinates."""
    left, top = (round(each + SIDE / 2) - REACH for each in part.middle)
    rows, columns = slice(top, top + 2 * REACH), slice(left, left + 2 * REACH)
    y, x = np.mgrid[rows, columns].astype(np.float32) - (SIDE - 1) / 2
    return rows, columns, single(x), single(y)


def _cover(part: Part) -> tuple[slice, slice, Array]:
    rows, columns, x, y = _window(part)
    filled = part_shape(part, x, y).outside
    return rows, columns, single(np.clip(0.5 - filled, 0, 1))


def _stamp(part: Part, taken: Array) -> None:
    rows, columns, cover = _cover(part)
    taken[rows, columns] = np.maximum(taken[rows, columns], cover)


def _clash(part: Part, taken: Array) -> float:
    """Square px that the part shares with what lies there."""
    rows, columns, cover = _cover(part)
    return float((taken[rows, columns] * cover).sum())


def _apart(part: Part, taken: Array, rng: np.random.Generator) -> Part | None:
    half_h, half_w = SIZE_HW[0] / 2 + 10, SIZE_HW[1] / 2 + 10
    for _ in range(40):
        middle = (float(rng.uniform(-half_w, half_w)), float(rng.uniform(-half_h, half_h)))
        placed = _at(part, middle)
        if _clash(placed, taken) == 0:
            return placed
    return None


def _beside(part: Part, parts: list[Part], taken: Array, rng: np.random.Generator) -> Part | None:
    """Pushed towards another part until they touch."""
    neighbour = parts[int(rng.integers(len(parts)))]
    way = float(rng.uniform(0, 2 * np.pi))
    last: Part | None = None
    reach = (math.hypot(*KINDS[each.kind].size_wh) / 2 * each.size for each in (part, neighbour))
    for distance in range(math.ceil(sum(reach)), 0, -1):
        x = neighbour.middle[0] + distance * math.cos(way)
        y = neighbour.middle[1] + distance * math.sin(way)
        if abs(x) > SIZE_HW[1] / 2 + 20 or abs(y) > SIZE_HW[0] / 2 + 20:
            continue
        placed = _at(part, (x, y))
        if _clash(placed, taken) > 1:
            return last
        last = placed
    return None
