"""Where codes and artwork find room on a face: nothing is printed onto a code's place."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np

from examples.packages.artwork import bar_code, brand, claim, picture, small_print, table
from examples.packages.blocks import Block
from examples.packages.face import Colour, Face, paint
from examples.packages.printing import FINE
from examples.relief import Array, single

Points = np.ndarray[tuple[int, int], np.dtype[np.float64]]


@dataclass(frozen=True, slots=True)
class Placed:
    """A block on a face: its middle there, and its angle, clockwise as seen."""

    block: Block
    middle: tuple[float, float]
    angle_rad: float


def on_face(placed: Placed, points: Points) -> Points:
    """A block's own coordinates (n, 2) as the face's."""
    cosine, sine = math.cos(placed.angle_rad), math.sin(placed.angle_rad)
    return np.asarray(points @ np.array([[cosine, sine], [-sine, cosine]]) + placed.middle)


def rectangle(size_wh: tuple[float, float], room: float = 0.0) -> Points:
    """Corners (4, 2) around (0, 0): left top, right top, right bottom, left bottom."""
    right, down = size_wh[0] / 2 + room, size_wh[1] / 2 + room
    return np.array([(-right, -down), (right, -down), (right, down), (-right, down)])


def free_map(face: Face) -> Array:
    """1 where a face has room, at the photo's size."""
    small = (round(face.size_wh[0]), round(face.size_wh[1]))
    return single(cv2.resize(face.usable, small, interpolation=cv2.INTER_AREA) > 0.99)


def place_block(block: Block, free: Array, rng: np.random.Generator, room: float) -> Placed | None:
    """A block somewhere free, most often along the face, with some `room` around it, px.

    Its place is no longer free then. None where there is none.
    """
    for _ in range(120):
        quarter = int(rng.choice(4, p=(0.5, 0.14, 0.22, 0.14)))
        angle = quarter * math.pi / 2 + math.radians(float(np.clip(rng.normal(0, 1.6), -5, 5)))
        middle = rng.uniform(-0.5, 0.5, 2) * free.shape[::-1]
        placed = Placed(block, (float(middle[0]), float(middle[1])), angle)
        if _take(free, on_face(placed, rectangle(block.size_wh, room))):
            return placed
    return None


def _take(free: Array, corners: Points) -> bool:
    """Whether a polygon, px of the face, is all free; if so it is taken."""
    wanted = np.zeros(free.shape, np.uint8)
    at = corners + np.array(free.shape[::-1]) / 2
    if at.min() < 0 or (at > free.shape[::-1]).any():
        return False
    cv2.fillConvexPoly(wanted, np.round(at).astype(np.int32), 1)
    if (wanted > free).any():
        return False
    free[wanted > 0] = 0
    return True


def decorate(
    face: Face, free: Array, inks: tuple[Colour, Colour], rng: np.random.Generator, plenty: float
) -> None:
    """Print artwork where there is room; `plenty`, 0 to 1, says how much."""
    width, height = face.size_wh
    side = min(width, height)
    turned = int(rng.choice([0, 0, 1, 2, 3]))
    wanted: list[tuple[Array, int]] = [(brand(rng, side * float(rng.uniform(0.13, 0.2))), 0)]
    if rng.random() < plenty:
        wanted.append((picture(rng, side * float(rng.uniform(0.25, 0.5))), 1))
    if rng.random() < 0.75 * plenty:
        wanted.append((bar_code(rng, float(rng.uniform(75, 110)), float(rng.uniform(26, 48))), 1))
    for _ in range(int(rng.integers(2, 5))):
        wanted.append((claim(rng, float(rng.uniform(9, 16))), int(rng.integers(2))))
    for _ in range(int(rng.binomial(3, 0.7 * plenty))):
        lines = int(rng.integers(2, 8))
        wanted.append((small_print(rng, float(rng.uniform(70, 180)), lines), int(rng.integers(2))))
    if rng.random() < 0.5 * plenty:
        wanted.append((table(rng, float(rng.uniform(90, 130)), int(rng.integers(4, 7))), 1))
    if rng.random() < plenty:
        wanted.append((picture(rng, side * float(rng.uniform(0.12, 0.25))), 0))
    for mask, ink in wanted:
        _put(face, np.ascontiguousarray(np.rot90(mask, turned)), free, inks[ink], rng)


def _put(face: Face, mask: Array, free: Array, colour: Colour, rng: np.random.Generator) -> None:
    """Print a mask where it has room; not at all where there is none."""
    size = (mask.shape[1] / FINE, mask.shape[0] / FINE)
    for _ in range(150):
        x, y = (rng.uniform(-0.5, 0.5, 2) * free.shape[::-1]).tolist()
        if _take(free, rectangle(size, 5.0) + np.array([x, y])):
            paint(face, single(mask * float(rng.uniform(0.88, 1.0))), (x, y), colour)
            return
