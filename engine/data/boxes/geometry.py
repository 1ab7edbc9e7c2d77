"""Boxes as four corners (x, y) in px: the first edge is the thing's top, then clockwise as seen."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Point = tuple[float, float]
Corners = tuple[Point, Point, Point, Point]

LEAST_SIDE_PX = 1.0
FARTHEST_PX = 1e6


def upright_box(left: float, top: float, right: float, bottom: float) -> Corners:
    """An upright box from two opposite corners."""
    return ((left, top), (right, top), (right, bottom), (left, bottom))


def turned_box(centre_xy: Point, size_wh: tuple[float, float], angle_rad: float) -> Corners:
    """A box turned about its centre, clockwise as seen; its top is up at 0."""
    cosine, sine = math.cos(angle_rad), math.sin(angle_rad)
    half_w, half_h = size_wh[0] / 2, size_wh[1] / 2

    def corner(x: float, y: float) -> Point:
        return (centre_xy[0] + x * cosine - y * sine, centre_xy[1] + x * sine + y * cosine)

    return (
        corner(-half_w, -half_h),
        corner(half_w, -half_h),
        corner(half_w, half_h),
        corner(-half_w, half_h),
    )


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong with a box, after "the box", and what to do about it."""

    said: str
    fix: str


IN_ORDER = "Put its corners in order: along the thing's top, then on clockwise as seen"
ON_PHOTO = "Correct its numbers, or choose the format that they belong to"
AGAIN = "Mark the thing again: a box has its four corners around it"
DELETE = "Delete it, or mark the thing again"


def flaw(corners: Sequence[Point], size_hw: tuple[int, int]) -> Flaw | None:
    """What is wrong with a box on a photo of that size; None where nothing is."""
    if not all(math.isfinite(value) for point in corners for value in point):
        return Flaw("has a coordinate that is no number", ON_PHOTO)
    if max(abs(value) for point in corners for value in point) > FARTHEST_PX:
        return Flaw(f"has a corner more than {FARTHEST_PX:.0f} px away", ON_PHOTO)
    turns = [_turn(corners[i - 2], corners[i - 1], corners[i]) for i in range(4)]
    sides = [math.dist(corners[i - 1], corners[i]) for i in range(4)]
    left_turns = sum(turn < 0 for turn in turns)
    crossing = Flaw("crosses itself: its corners are not in order", IN_ORDER)
    if min(sides) < LEAST_SIDE_PX or abs(sum(turns)) < LEAST_SIDE_PX * max(sides):
        if left_turns == 2 and min(sides) >= LEAST_SIDE_PX:
            return crossing
        sizes = f"{min(sides):.1f} and {max(sides):.1f} px long"
        return Flaw(f"has no area: its sides are {sizes}", DELETE)
    if left_turns == 4:
        return Flaw("is reversed: its corners go round anticlockwise", IN_ORDER)
    if left_turns == 2:
        return crossing
    if left_turns:
        return Flaw("is dented: one of its corners lies inside the triangle of the others", AGAIN)
    return _flaw_of_place(corners, size_hw)


def _flaw_of_place(corners: Sequence[Point], size_hw: tuple[int, int]) -> Flaw | None:
    """What is wrong with where a box lies."""
    overhang, size = overhang_px(corners, size_hw), f"{size_hw[1]} x {size_hw[0]} px"
    if overhang is None:
        return Flaw(f"lies outside of the photo, which has {size}", f"{DELETE}. {ON_PHOTO}")
    if overhang > max(size_hw):
        return Flaw(f"reaches {overhang:.0f} px out of the photo, which has {size}", ON_PHOTO)
    return None


def overhang_px(corners: Sequence[Point], size_hw: tuple[int, int]) -> float | None:
    """How far a box reaches out of the photo, 0 where it does not; None if it lies outside."""
    left, top, right, bottom = bounds(corners)
    height, width = size_hw
    if right <= 0 or bottom <= 0 or left >= width or top >= height:
        return None
    return max(0.0, -left, -top, right - width, bottom - height)


def bounds(corners: Sequence[Point]) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of the upright box around a box."""
    across, down = zip(*corners, strict=True)
    return min(across), min(down), max(across), max(down)


def bounds_xywh(corners: NDArray[np.float32]) -> tuple[int, int, int, int]:
    """The upright box around corners (4, 2), in whole px that hold it."""
    left, top = np.floor(corners.min(axis=0)).astype(int).tolist()
    right, bottom = np.ceil(corners.max(axis=0)).astype(int).tolist()
    return left, top, right - left, bottom - top


def as_lists(corners: NDArray[np.float32], digits: int = 1) -> list[Any]:
    """Corners (…, 2) in px for JSON, without the digits that a float32 does not have."""
    rounded: list[Any] = corners.astype(np.float64).round(digits).tolist()
    return rounded


def sizes_wh(corners: NDArray[np.float32]) -> NDArray[np.float32]:
    """Mean width (along the top) and height of boxes (n, 4, 2), as (n, 2) px."""
    edges = np.linalg.norm(np.roll(corners, -1, axis=1) - corners, axis=2)
    return np.stack([edges[:, ::2].mean(axis=1), edges[:, 1::2].mean(axis=1)], axis=1)


def areas(corners: NDArray[np.float32]) -> NDArray[np.float32]:
    """Areas of boxes (n, 4, 2), as (n,) square px."""
    x, y = corners[..., 0], corners[..., 1]
    following_x, following_y = np.roll(x, -1, axis=1), np.roll(y, -1, axis=1)
    return np.asarray(np.abs((x * following_y - following_x * y).sum(axis=1)) / 2, np.float32)


def _turn(before: Point, at: Point, after: Point) -> float:
    """Twice the area of three corners: positive where the way turns right, as seen."""
    return (at[0] - before[0]) * (after[1] - at[1]) - (at[1] - before[1]) * (after[0] - at[0])
