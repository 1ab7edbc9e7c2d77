"""Kinds of thing that ANN304 is measured on: outlines and what is darker on them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]


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
    dot = (at[0] - round(0.22 * unit), at[1] - round(0.35 * unit))
    cv2.circle(dark, dot, round(0.06 * unit), 120, -1)


def _banana(mark: Image, dark: Image, unit: float, at: tuple[int, int]) -> None:
    for share in np.linspace(0, 1, 60):
        x, y = -0.25 + 0.4 * np.sin(np.pi * share), (share - 0.5) * 0.85
        radius = 0.11 * np.sin(np.pi * (0.12 + 0.8 * share)) + 0.01
        centre = (at[0] + round(x * unit), at[1] + round(y * unit))
        cv2.circle(mark, centre, round(radius * unit), 255, -1)
    dot = (at[0] - round(0.25 * unit), at[1] - round(0.42 * unit))
    cv2.circle(dark, dot, round(0.06 * unit), 100, -1)


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


def _chip(mark: Image, dark: Image, unit: float, at: tuple[int, int]) -> None:
    _bar(mark, unit, at, (-0.5, -0.5, 0.5, 0.5))
    dot = (at[0] - round(0.42 * unit), at[1] - round(0.42 * unit))
    cv2.circle(dark, dot, round(0.045 * unit), 90, -1)


def _chamfered(mark: Image, dark: Image, unit: float, at: tuple[int, int]) -> None:
    corners = [(-0.34, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5), (-0.5, -0.34)]
    _polygon(mark, np.array(corners), unit, at)


def _elbow(mark: Image, dark: Image, unit: float, at: tuple[int, int]) -> None:
    _bar(mark, unit, at, (-0.5, -0.5, -0.3, 0.5))
    _bar(mark, unit, at, (-0.5, 0.3, 0.5, 0.5))


def _module(mark: Image, dark: Image, unit: float, at: tuple[int, int]) -> None:
    _bar(mark, unit, at, (-0.5, -0.5, 0.5, 0.5))
    _bar(dark, unit, at, (0.15, -0.48, 0.42, -0.4), 80)


def _gusset(mark: Image, dark: Image, unit: float, at: tuple[int, int]) -> None:
    _polygon(mark, np.array([(-0.5, -0.5), (-0.5, 0.5), (0.5, 0.5)]), unit, at)


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
    "chip": Kind("none", (1.0, 1.0), _chip),
    "chamfered": Kind("none", (1.0, 1.0), _chamfered),
    "elbow": Kind("none", (1.0, 1.0), _elbow),
    "penta": Kind(5, (1.0, 1.0), _penta),
    "plus": Kind(4, (1.0, 1.0), _plus),
    "rod": Kind(2, (0.2, 1.0), _rod),
    "key": Kind("none", (0.4, 1.0), _key),
    "hook": Kind("none", (0.65, 1.0), _hook),
    "tee": Kind("none", (0.8, 1.0), _tee),
    "module": Kind("none", (1.0, 1.0), _module),
    "gusset": Kind("none", (1.0, 1.0), _gusset),
}
