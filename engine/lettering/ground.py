"""Grounds to draw on: patches of training photos that show no annotated text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.data.intensity import WHITE_16_BIT, in_8_bits, to_unit

Rgb = NDArray[np.uint8]
"""(h, w, 3)."""

_TRIES, _TO_COMPARE = 12, 3


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """A surface to mark.

    Attributes:
        pixels: (h, w, 3) uint8.
        place: left, top, right, bottom in px of the text that was on it; None: all of it is for
            the text.
        colour: (3,) 0…255, of the marks that were on it; None: not known.
    """

    pixels: Rgb
    place: tuple[int, int, int, int] | None = None
    colour: NDArray[np.float32] | None = None


def ground_from_photo(
    photo: NDArray[np.generic],
    boxes: NDArray[np.float32],
    size_hw: tuple[int, int],
    rng: np.random.Generator,
    white_16_bit: float = WHITE_16_BIT,
) -> Ground | None:
    """A patch of a photo that no annotated field reaches into, as large as one and turned as one.

    Of a few patches the calmest is taken: text that nobody annotated is busy.

    Args:
        photo: (H, W, 3) or (H, W), uint8 or uint16.
        boxes: (n, 4, 2) corners of all annotated fields, those to ignore included; the first edge
            is the top of the text.
        size_hw: of the patch, px.
        white_16_bit: white level of 16-bit photos.

    Returns:
        None where no free patch was found in a few tries.
    """
    best, least = None, np.inf
    found = 0
    for _ in range(_TRIES):
        window = _window(photo.shape[:2], boxes, size_hw, rng)
        if _any_overlap(window, boxes):
            continue
        patch = _cut(photo, window, size_hw, white_16_bit)
        busy = float(cv2.Laplacian(patch, cv2.CV_32F).std())
        if busy < least:
            best, least = patch, busy
        found += 1
        if found == _TO_COMPARE:
            break
    return None if best is None else Ground(best)


def _window(
    photo_hw: tuple[int, ...],
    boxes: NDArray[np.float32],
    size_hw: tuple[int, int],
    rng: np.random.Generator,
) -> NDArray[np.float64]:
    """Corners (4, 2) of a window with the shape of the patch, mostly near a field."""
    aspect = size_hw[1] / size_hw[0]
    extent = np.array(photo_hw[1::-1], np.float64)
    height = float(rng.uniform(0.1, 0.3)) * photo_hw[0]
    angle = float(rng.uniform(0.0, 2 * np.pi))
    middle = rng.uniform(0.0, 1.0, 2) * extent
    if len(boxes):
        box = boxes[int(rng.integers(len(boxes)))].astype(np.float64)
        top, side = box[1] - box[0], box[3] - box[0]
        height = max(4.0, float(np.hypot(*side))) * float(rng.uniform(0.7, 1.3))
        angle = float(np.arctan2(top[1], top[0])) + float(rng.normal(0.0, 0.15))
        if rng.random() < 0.6:
            middle = box.mean(axis=0) + rng.uniform(-1.0, 1.0) * top + rng.normal(0.0, 2.0) * side
    if rng.random() < 0.5:
        angle += np.pi
    cosine, sine = np.cos(angle), np.sin(angle)
    right = np.array([cosine, sine]) * height * aspect / 2
    down = np.array([-sine, cosine]) * height / 2
    reach = np.abs(right) + np.abs(down)
    fit = min(1.0, float((0.5 * (extent - 1) / reach).min()))  # a window never leaves the photo
    middle = np.clip(middle, fit * reach, extent - 1 - fit * reach)
    return np.stack([middle + fit * (i * right + j * down) for i, j in _SIGNS])


_SIGNS = ((-1, -1), (1, -1), (1, 1), (-1, 1))


def _any_overlap(window: NDArray[np.float64], boxes: NDArray[np.float32]) -> bool:
    """Whether a window touches a box: no side of either keeps them apart (all are convex)."""
    if not len(boxes):
        return False
    box_corners = boxes.astype(np.float64)
    apart = np.zeros(len(boxes), bool)
    own = np.broadcast_to(window, box_corners.shape)
    for shape in (own, box_corners):
        edges = np.roll(shape, -1, axis=1) - shape
        normals = np.stack([-edges[..., 1], edges[..., 0]], axis=-1)
        first = np.einsum("nkd,npd->nkp", normals, own)
        second = np.einsum("nkd,npd->nkp", normals, box_corners)
        gap = (first.min(axis=-1) > second.max(axis=-1)) | (
            second.min(axis=-1) > first.max(axis=-1)
        )
        apart |= gap.any(axis=1)
    return not bool(apart.all())


def _cut(
    photo: NDArray[np.generic],
    window: NDArray[np.float64],
    size_hw: tuple[int, int],
    white_16_bit: float,
) -> Rgb:
    height, width = size_hw
    ends = np.array([[0, 0], [width, 0], [width, height]], np.float32) - 0.5
    matrix = cv2.getAffineTransform(ends, window[:3].astype(np.float32))
    size, how = (width, height), cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    pixels: Any = photo
    patch = cv2.warpAffine(pixels, matrix, size, flags=how, borderMode=cv2.BORDER_REFLECT_101)
    return in_8_bits(to_unit(np.asarray(patch), white_16_bit))
