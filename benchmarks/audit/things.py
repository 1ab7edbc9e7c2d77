"""Things on a tray, drawn: what ANN304 is measured on, as no shared set has oriented parts.

Each kind has a symmetry of its own, a grain and a brightness of each part, uneven light from one
side, a shadow, a camera's blur and noise. Boxes are drawn as a person would: a little off.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]
SIDE_PX = 420
CELLS = 3
FINE = 8
"""Things are drawn so many times larger than they are, then reduced."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of thing: its symmetry, the box's width and height by the longer side, its outline.

    `draw` marks the thing (255) and what is darker on it, on canvases where a unit is one px.
    """

    symmetry: str | int
    size_wh: tuple[float, float]
    draw: Callable[[Image, Image, float, tuple[int, int]], None]


def _polygon(canvas: Image, points: NDArray[np.float64], unit: float, at: tuple[int, int]) -> None:
    cv2.fillPoly(canvas, [np.round(points * unit + at).astype(np.int32)], 255)


def _regular(corners: int, start_deg: float = -90.0) -> NDArray[np.float64]:
    angles = np.deg2rad(start_deg + 360 / corners * np.arange(corners))
    return np.stack([np.cos(angles), np.sin(angles)], axis=1) / 2


def _hole(canvas: Image, unit: float, at: tuple[int, int], radius: float) -> None:
    cv2.circle(canvas, at, round(radius * unit), 0, -1)


def _washer(mark: Image, dark: Image, unit: float, at: tuple[int, int]) -> None:
    cv2.circle(mark, at, round(unit / 2), 255, -1)
    _hole(mark, unit, at, 0.25)


def _cap(mark: Image, dark: Image, unit: float, at: tuple[int, int]) -> None:
    cv2.circle(mark, at, round(unit / 2), 255, -1)
    cv2.circle(dark, at, round(0.36 * unit), 90, round(0.05 * unit))


def _nut(mark: Image, dark: Image, unit: float, at: tuple[int, int]) -> None:
    _polygon(mark, _regular(6), unit, at)
    _hole(mark, unit, at, 0.2)


def _square(mark: Image, dark: Image, unit: float, at: tuple[int, int]) -> None:
    _polygon(mark, _regular(4, -45.0) * np.sqrt(2), unit, at)
    _hole(mark, unit, at, 0.2)


def _triangle(mark: Image, dark: Image, unit: float, at: tuple[int, int]) -> None:
    _polygon(mark, _regular(3), unit, at)
    _hole(mark, unit, at, 0.12)


def _slotted(mark: Image, dark: Image, unit: float, at: tuple[int, int]) -> None:
    cv2.circle(mark, at, round(unit / 2), 255, -1)
    _bar(dark, unit, at, (-0.06, -0.5, 0.06, 0.5), 90)


def _bar(
    canvas: Image, unit: float, at: tuple[int, int], sides: tuple[float, ...], value: int = 255
) -> None:
    left, top, right, bottom = (round(side * unit) for side in sides)
    cv2.rectangle(canvas, (at[0] + left, at[1] + top), (at[0] + right, at[1] + bottom), value, -1)


def _pin(mark: Image, dark: Image, unit: float, at: tuple[int, int]) -> None:
    _bar(mark, unit, at, (-0.125, -0.5, 0.125, 0.5))
    _bar(dark, unit, at, (-0.125, -0.08, 0.125, 0.08), 70)


def _fuse(mark: Image, dark: Image, unit: float, at: tuple[int, int]) -> None:
    _bar(mark, unit, at, (-0.15, -0.5, 0.15, 0.5))
    for top, bottom in ((-0.5, -0.3), (0.3, 0.5)):
        _bar(dark, unit, at, (-0.15, top, 0.15, bottom), 60)


def _bolt(mark: Image, dark: Image, unit: float, at: tuple[int, int]) -> None:
    _bar(mark, unit, at, (-0.25, -0.5, 0.25, -0.3))
    _bar(mark, unit, at, (-0.1, -0.3, 0.1, 0.5))


def _bracket(mark: Image, dark: Image, unit: float, at: tuple[int, int]) -> None:
    corners = [(-0.35, -0.5), (-0.1, -0.5), (-0.1, 0.25), (0.35, 0.25), (0.35, 0.5), (-0.35, 0.5)]
    _polygon(mark, np.array(corners), unit, at)
    cv2.circle(
        dark, (at[0] - round(0.22 * unit), at[1] - round(0.35 * unit)), round(0.06 * unit), 120, -1
    )


def _banana(mark: Image, dark: Image, unit: float, at: tuple[int, int]) -> None:
    for share in np.linspace(0, 1, 60):
        x, y = -0.25 + 0.4 * np.sin(np.pi * share), (share - 0.5) * 0.85
        radius = 0.11 * np.sin(np.pi * (0.12 + 0.8 * share)) + 0.01
        cv2.circle(
            mark, (at[0] + round(x * unit), at[1] + round(y * unit)), round(radius * unit), 255, -1
        )
    cv2.circle(
        dark, (at[0] - round(0.25 * unit), at[1] - round(0.42 * unit)), round(0.06 * unit), 100, -1
    )


def _clip(mark: Image, dark: Image, unit: float, at: tuple[int, int]) -> None:
    _bar(mark, unit, at, (-0.3, -0.5, 0.3, 0.5))
    _bar(dark, unit, at, (-0.3, -0.5, 0.3, -0.35), 80)
    _hole(mark, unit, (at[0], at[1] + round(0.3 * unit)), 0.1)


def _penta(mark: Image, dark: Image, unit: float, at: tuple[int, int]) -> None:
    _polygon(mark, _regular(5), unit, at)
    _hole(mark, unit, at, 0.15)


def _plus(mark: Image, dark: Image, unit: float, at: tuple[int, int]) -> None:
    _bar(mark, unit, at, (-0.5, -0.15, 0.5, 0.15))
    _bar(mark, unit, at, (-0.15, -0.5, 0.15, 0.5))


def _rod(mark: Image, dark: Image, unit: float, at: tuple[int, int]) -> None:
    _bar(mark, unit, at, (-0.08, -0.44, 0.08, 0.44))
    for sign in (-1, 1):
        cv2.circle(mark, (at[0], at[1] + round(sign * 0.4 * unit)), round(0.1 * unit), 255, -1)


def _key(mark: Image, dark: Image, unit: float, at: tuple[int, int]) -> None:
    head = (at[0], at[1] - round(0.3 * unit))
    cv2.circle(mark, head, round(0.2 * unit), 255, -1)
    _hole(mark, unit, head, 0.1)
    _bar(mark, unit, at, (-0.05, -0.15, 0.05, 0.5))
    _bar(mark, unit, at, (0.05, 0.3, 0.2, 0.36))
    _bar(mark, unit, at, (0.05, 0.42, 0.15, 0.5))


def _hook(mark: Image, dark: Image, unit: float, at: tuple[int, int]) -> None:
    _bar(mark, unit, at, (-0.3, -0.5, -0.16, 0.3))
    middle, axes = (at[0], at[1] + round(0.27 * unit)), (round(0.23 * unit), round(0.2 * unit))
    cv2.ellipse(mark, middle, axes, 0, 0, 180, 255, round(0.14 * unit))


def _tee(mark: Image, dark: Image, unit: float, at: tuple[int, int]) -> None:
    _bar(mark, unit, at, (-0.4, -0.5, 0.4, -0.25))
    _bar(mark, unit, at, (-0.12, -0.25, 0.12, 0.5))


KINDS: dict[str, Kind] = {
    "washer": Kind("round", (1.0, 1.0), _washer),
    "cap": Kind("round", (1.0, 1.0), _cap),
    "nut": Kind(6, (1.0, 1.0), _nut),
    "square": Kind(4, (1.0, 1.0), _square),
    "triangle": Kind(3, (1.0, 1.0), _triangle),
    "slotted": Kind(2, (1.0, 1.0), _slotted),
    "pin": Kind(2, (0.25, 1.0), _pin),
    "fuse": Kind(2, (0.3, 1.0), _fuse),
    "bolt": Kind("none", (0.5, 1.0), _bolt),
    "bracket": Kind("none", (0.7, 1.0), _bracket),
    "banana": Kind("none", (0.5, 1.0), _banana),
    "clip": Kind("none", (0.6, 1.0), _clip),
    "penta": Kind(5, (1.0, 1.0), _penta),
    "plus": Kind(4, (1.0, 1.0), _plus),
    "rod": Kind(2, (0.2, 1.0), _rod),
    "key": Kind("none", (0.4, 1.0), _key),
    "hook": Kind("none", (0.65, 1.0), _hook),
    "tee": Kind("none", (0.8, 1.0), _tee),
}


@dataclass(frozen=True, slots=True)
class Scene:
    """How a tray is photographed and marked.

    Attributes:
        length_px: longer side of a thing, from and to.
        noise: standard deviation, grey levels.
        off_px: standard deviation of a box's middle and sides.
        off_deg: standard deviation of its angle.
        upright: whether boxes are upright, around what the thing shows, instead of oriented.
        upside_down: share of the boxes that are marked turned by 180 degrees.
    """

    length_px: tuple[float, float] = (40.0, 90.0)
    noise: float = 6.0
    off_px: float = 1.5
    off_deg: float = 3.0
    upside_down: float = 0.0
    upright: bool = False


def tray(
    kind: Kind, rng: np.random.Generator, scene: Scene, count: int
) -> tuple[Image, NDArray[np.float32]]:
    """A photo (420, 420) of up to nine things, and their boxes (count, 4, 2) in px."""
    grain = cv2.GaussianBlur(rng.normal(0, 25, (SIDE_PX, SIDE_PX)), (0, 0), 3)
    across = np.linspace(-1, 1, SIDE_PX)
    way = rng.uniform(0, 2 * np.pi)
    light = 1 + 0.15 * (np.cos(way) * across[None] + np.sin(way) * across[:, None])
    photo = (rng.uniform(60, 110) + grain) * light
    brightness = rng.uniform(150, 220)
    boxes = []
    for cell in rng.permutation(CELLS * CELLS)[:count]:
        middle = (np.array([cell % CELLS, cell // CELLS]) + 0.5) * SIDE_PX / CELLS
        middle = middle + rng.uniform(-10, 10, 2)
        length, degrees = rng.uniform(*scene.length_px), rng.uniform(0, 360)
        mark, dark = _placed(kind, length, degrees, middle)
        shadow = cv2.warpAffine(mark, np.float32([[1, 0, 3], [0, 1, 3]]), (SIDE_PX, SIDE_PX))
        own = cv2.GaussianBlur(rng.normal(0, 12, photo.shape), (0, 0), 1.5)
        tone = brightness + rng.uniform(-10, 10) - dark + own
        photo = photo * (1 - 0.4 * shadow) * (1 - mark) + mark * tone
        if scene.upright:
            boxes.append(_upright(mark, rng, scene))
        else:
            boxes.append(_marked(kind, length, degrees, middle, rng, scene))
    photo = cv2.GaussianBlur(photo, (0, 0), 0.8) + rng.normal(0, scene.noise, photo.shape)
    return np.clip(photo, 0, 255).astype(np.uint8), np.array(boxes, np.float32)


def _placed(
    kind: Kind, length: float, degrees: float, middle: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    side = int(1.2 * length * FINE)
    mark, dark = np.zeros((side, side), np.uint8), np.zeros((side, side), np.uint8)
    kind.draw(mark, dark, length * FINE, (side // 2, side // 2))
    small = [
        cv2.resize(layer, None, fx=1 / FINE, fy=1 / FINE, interpolation=cv2.INTER_AREA)
        for layer in (mark, dark)
    ]
    centre = side / FINE / 2 - 0.5
    matrix = cv2.getRotationMatrix2D((centre, centre), -degrees, 1.0)
    matrix[:, 2] += middle - 0.5 - centre
    placed = [cv2.warpAffine(layer, matrix, (SIDE_PX, SIDE_PX)) for layer in small]
    return placed[0].astype(np.float64) / 255, placed[1].astype(np.float64)


def _upright(
    mark: NDArray[np.float64], rng: np.random.Generator, scene: Scene
) -> NDArray[np.float64]:
    """The upright box around a thing, as an annotator draws it."""
    left, top, width, height = cv2.boundingRect((mark > 0.5).astype(np.uint8))
    around = np.array([left - 1, top - 1, left + width + 1, top + height + 1])
    left, top, right, bottom = around + rng.normal(0, scene.off_px, 4)
    return np.array([(left, top), (right, top), (right, bottom), (left, bottom)])


def _marked(
    kind: Kind,
    length: float,
    degrees: float,
    middle: NDArray[np.float64],
    rng: np.random.Generator,
    scene: Scene,
) -> NDArray[np.float64]:
    """The box as an annotator draws it; of headings that look the same, any."""
    marked = degrees + rng.normal(0, scene.off_deg)
    if kind.symmetry == "round":
        marked = rng.uniform(0, 360)
    elif kind.symmetry != "none":
        marked += 360 / int(kind.symmetry) * rng.integers(int(kind.symmetry))
    elif rng.random() < scene.upside_down:
        marked += 180
    angle = np.deg2rad(marked)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    half = (np.array(kind.size_wh) * length + 2 + rng.normal(0, scene.off_px, 2)) / 2
    corners = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]) * half
    return np.asarray(corners @ turn + middle + rng.normal(0, scene.off_px, 2))
