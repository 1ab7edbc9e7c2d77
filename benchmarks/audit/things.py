"""Things on a tray, drawn: what ANN304 is measured on, as no shared set has oriented parts.

Each kind has a symmetry of its own, a grain and a brightness of each part, uneven light from one
side, a shadow, a camera's blur and noise. Boxes are drawn as a person would: a little off.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.audit.drawn_kinds import Image, Kind

SIDE_PX = 420
CELLS = 3
FINE = 8
"""Things are drawn so many times larger than they are, then reduced."""


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
        aligned: whether all things lie alike, within some degrees, instead of at any angle.
        inverse: share of the things that are dark, and light where the others are dark.
        mirrored: share of the things that are mirrored.
    """

    length_px: tuple[float, float] = (40.0, 90.0)
    noise: float = 6.0
    off_px: float = 1.5
    off_deg: float = 3.0
    upside_down: float = 0.0
    upright: bool = False
    aligned: bool = False
    inverse: float = 0.0
    mirrored: float = 0.0


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
        length = rng.uniform(*scene.length_px)
        degrees = rng.normal(0, 3) if scene.aligned else rng.uniform(0, 360)
        mark, dark = _placed(kind, length, degrees, middle, _chance(rng, scene.mirrored))
        shadow = cv2.warpAffine(mark, np.float32([[1, 0, 3], [0, 1, 3]]), (SIDE_PX, SIDE_PX))
        own = cv2.GaussianBlur(rng.normal(0, 12, photo.shape), (0, 0), 1.5)
        tone = 20 + dark if _chance(rng, scene.inverse) else brightness - dark
        tone = tone + rng.uniform(-10, 10) + own
        photo = photo * (1 - 0.4 * shadow) * (1 - mark) + mark * tone
        if scene.upright:
            boxes.append(_upright(mark, rng, scene))
        else:
            boxes.append(_marked(kind, length, degrees, middle, rng, scene))
    photo = cv2.GaussianBlur(photo, (0, 0), 0.8) + rng.normal(0, scene.noise, photo.shape)
    return np.clip(photo, 0, 255).astype(np.uint8), np.array(boxes, np.float32)


def _chance(rng: np.random.Generator, share: float) -> bool:
    """Draws no number where nothing hangs on it, so that other scenes stay as they were."""
    return share > 0 and rng.random() < share


def _placed(
    kind: Kind, length: float, degrees: float, middle: NDArray[np.float64], mirrored: bool
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    side = int(1.2 * length * FINE)
    mark, dark = np.zeros((side, side), np.uint8), np.zeros((side, side), np.uint8)
    kind.draw(mark, dark, length * FINE, (side // 2, side // 2))
    small = [
        cv2.resize(layer, None, fx=1 / FINE, fy=1 / FINE, interpolation=cv2.INTER_AREA)
        for layer in (mark, dark)
    ]
    if mirrored:
        small = [cv2.flip(layer, 1) for layer in small]
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
