"""The side of a package that lies up, before it lies anywhere.

Lengths are px of the photo; (0, 0) is the middle. Maps are `FINE` times as large as the face.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np

from examples.packages.printing import FINE
from examples.relief import Array, single

Colour = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Face:
    """What the light falls on; maps are (h, w) float32.

    Attributes:
        albedo: (h, w, 3) linear RGB.
        height: relief above the face's plane, px of the photo.
        gloss: how much of a lamp it mirrors, 0 to 1.
        metal: how much of the room it mirrors instead of scattering light, 0 to 1.
        cover: where the package is, 0 to 1.
        usable: where artwork and codes may be, 0 or 1.
        ink: (h, w, 4) colour times share, and share, of the codes.
        lift: of the plane above the belt, px of the photo.
        side: colour of the package's sides, linear RGB.
        bend: radius of the cylinder that the face is wrapped around, or None for a flat one.
    """

    albedo: Array
    height: Array
    gloss: Array
    metal: Array
    cover: Array
    usable: Array
    ink: Array
    lift: float
    side: Colour
    bend: float | None = None

    @property
    def size_wh(self) -> tuple[float, float]:
        """Of the face, px of the photo."""
        return self.height.shape[1] / FINE, self.height.shape[0] / FINE


def grid(size_wh: tuple[float, float]) -> tuple[Array, Array]:
    """Coordinates (x, y) of the middles of a face's px."""
    width, height = (round(side * FINE) for side in size_wh)
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    return single((x + 0.5 - width / 2) / FINE), single((y + 0.5 - height / 2) / FINE)


def rounded(x: Array, y: Array, size_wh: tuple[float, float], radius: float) -> Array:
    """Distance to the border of a rectangle with round corners; below 0 inside."""
    right, down = np.abs(x) - size_wh[0] / 2 + radius, np.abs(y) - size_wh[1] / 2 + radius
    beyond = np.hypot(np.maximum(right, 0), np.maximum(down, 0))
    return single(beyond + np.minimum(np.maximum(right, down), 0) - radius)


def solid(distance: Array) -> Array:
    """Cover, 0 to 1, of what lies inside a border."""
    return single(np.clip(0.5 - distance * FINE, 0, 1))


def blank(
    cover: Array,
    albedo: Array,
    height: Array,
    gloss: float,
    metal: float,
    lift: float,
    side: Colour,
) -> Face:
    """A face without codes, usable where it covers, with one gloss all over."""
    return Face(
        albedo=albedo,
        height=height,
        gloss=np.full_like(height, gloss),
        metal=np.full_like(height, metal),
        cover=cover,
        usable=single(cover > 0.5),
        ink=np.zeros((*height.shape, 4), np.float32),
        lift=lift,
        side=side,
    )


def within(face: Face, distance: Array) -> Face:
    """The face, usable only where a distance is below 0."""
    return replace(face, usable=single(face.usable * (distance < 0)))


def paint(face: Face, mask: Array, at: tuple[float, float], colour: Colour) -> None:
    """Print artwork onto a face: `mask` (0 to 1), its middle `at`, as it is turned already."""
    rows, columns, cut = _window(face.height.shape, mask, at)
    if not cut.size:
        return
    share = (cut * (face.cover[rows, columns] > 0.5))[..., None]
    here = face.albedo[rows, columns]
    here += (single(colour) - here) * share
    face.metal[rows, columns] *= 1 - 0.75 * share[..., 0]


def emboss(face: Face, mask: Array, at: tuple[float, float], by: float) -> None:
    """Press a mask into the relief, `by` px up."""
    rows, columns, cut = _window(face.height.shape, mask, at)
    face.height[rows, columns] += by * cut


def _window(
    shape: tuple[int, ...], mask: Array, at: tuple[float, float]
) -> tuple[slice, slice, Array]:
    """Where a mask lies on a map: rows, columns, and what of the mask is on it."""
    left = round(at[0] * FINE + shape[1] / 2 - mask.shape[1] / 2)
    top = round(at[1] * FINE + shape[0] / 2 - mask.shape[0] / 2)
    first_row, first_column = min(max(top, 0), shape[0]), min(max(left, 0), shape[1])
    rows = slice(first_row, max(min(top + mask.shape[0], shape[0]), first_row))
    columns = slice(first_column, max(min(left + mask.shape[1], shape[1]), first_column))
    cut = mask[rows.start - top : rows.stop - top, columns.start - left : columns.stop - left]
    return rows, columns, single(cut)


def apply_ink(
    face: Face, mask: Array, at: tuple[float, float], angle_rad: float, colour: Colour
) -> None:
    """Print a code onto a face: `mask` (0 to 1), its middle `at`, turned clockwise as seen."""
    height, width = face.height.shape
    matrix = cv2.getRotationMatrix2D(
        ((mask.shape[1] - 1) / 2, (mask.shape[0] - 1) / 2), -np.degrees(angle_rad), 1.0
    )
    matrix[0, 2] += at[0] * FINE + (width - mask.shape[1]) / 2
    matrix[1, 2] += at[1] * FINE + (height - mask.shape[0]) / 2
    share = cv2.warpAffine(mask, matrix, (width, height), flags=cv2.INTER_LINEAR)
    share = single(share)[..., None]
    layer = np.concatenate([np.broadcast_to(single(colour), (height, width, 3)) * share, share], 2)
    face.ink[:] = face.ink * (1 - share) + layer
