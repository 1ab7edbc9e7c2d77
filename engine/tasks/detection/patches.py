"""Which patches training sees: around things, balanced over classes and objects.

Two thirds of the patches show a thing: the class is drawn first, then one of the objects that
show it, then one of the things, so that rare classes and parts photographed once weigh as much as
others. The rest are any places of the photos, so that the background is learnt as it is.

Boxes are turned with the patch as they are: a box of four sides stays one, and none grows. What the
patch's border cuts, what lies in the margin and what is to be ignored is unknown there: neither
thing nor background.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.data.intensity import to_unit
from engine.records import IGNORE
from engine.tasks.augment import Augmentation, FloatImage, relight, sampling_matrix
from engine.tasks.detection.boxes import from_corners
from engine.tasks.detection.detections import Things
from engine.tasks.detection.grid import Grid
from engine.tasks.detection.photos import inside_margin
from engine.tasks.detection.targets import draw_targets

THING_SHARE = 2 / 3
"""Share of the patches that are drawn around a thing; it is whole there if it fits."""

CUT_SHARE = 0.25
"""Things of which the patch's border cuts off more than this share are unknown."""

FEW_DEG = 20.0
"""Turned by no more than this, an upright box hardly reaches out of its own sides."""

MOST_SHIFT = 0.4
"""What a patch is to show lies within this share of its side from the middle."""

OUT_PX = 8
"""A patch leaves the photo by at most this."""


@dataclass(frozen=True, slots=True)
class ThingIndex:
    """Where things are: `classes[class][object]` lists (photo, thing); `objects` lists photos."""

    classes: tuple[tuple[tuple[tuple[int, int], ...], ...], ...]
    objects: tuple[tuple[int, ...], ...]


def index_things(things: Sequence[Things], objects: Sequence[str], class_count: int) -> ThingIndex:
    """Index the things of all training photos; those to be ignored count for nothing."""
    names = {name: number for number, name in enumerate(dict.fromkeys(objects))}
    photos: list[list[int]] = [[] for _ in names]
    found: list[dict[int, list[tuple[int, int]]]] = [{} for _ in range(class_count)]
    for photo, (own, name) in enumerate(zip(things, objects, strict=True)):
        photos[names[name]].append(photo)
        for thing, label in enumerate(own.classes.tolist()):
            if label != IGNORE:
                found[label].setdefault(names[name], []).append((photo, thing))
    return ThingIndex(
        tuple(tuple(tuple(own) for own in by.values()) for by in found if by),
        tuple(tuple(own) for own in photos),
    )


@dataclass(frozen=True, slots=True)
class PatchSampler:
    """Draws training patches; every patch is a pure function of (seed, step, position).

    Attributes:
        images: gives photo `i`, (H, W) or (H, W, 3), uint8 or uint16.
        things: of each photo, those in the margin set to `IGNORE` already.
        margins_px: width of the edge band of each photo.
        orders: the symmetry of each class.
        oriented: whether boxes have angles; else they stay upright.
        white_16_bit: white level of 16-bit photos.
        grid: of a patch.
    """

    images: Callable[[int], NDArray[Any]]
    things: Sequence[Things]
    margins_px: Sequence[float]
    index: ThingIndex
    orders: tuple[int, ...]
    oriented: bool
    augmentation: Augmentation
    white_16_bit: float
    grid: Grid
    seed: int

    def draw(self, step: int, position: int) -> tuple[NDArray[np.generic], ...]:
        """Patch `position` of the global batch of `step`: image (H, W, 3) in 0…1, and targets."""
        pixels, things, unknown = self.patch(step, position)
        return pixels, *draw_targets(things, unknown, self.orders, self.grid).arrays()

    def patch(self, step: int, position: int) -> tuple[FloatImage, Things, NDArray[np.bool_]]:
        """The patch, its things, and the pixels (H, W) of which nothing is known."""
        rng = np.random.default_rng([self.seed, step, position])
        photo, anchor, extent = self._choose(rng)
        image = self.images(photo)
        size_hw = self.grid.size_hw
        center = _keep_inside(anchor, extent, image.shape[:2], size_hw, rng)
        matrix = sampling_matrix(center, size_hw, self.augmentation, rng)
        cut = cv2.warpAffine(
            image,
            matrix,
            size_hw[::-1],
            flags=cv2.WARP_INVERSE_MAP | cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REFLECT_101,
        )
        things = move(self.things[photo], matrix, oriented=self.oriented)
        unknown = _outside(matrix, image.shape[:2], size_hw, self.margins_px[photo])
        pixels = np.ascontiguousarray(to_unit(cut, self.white_16_bit))
        return relight(pixels, self.augmentation, rng), cut_off(things, size_hw), unknown

    def _choose(self, rng: np.random.Generator) -> tuple[int, NDArray[np.floating], float]:
        """A photo, the place (x, y) of it that the patch is to show, and how much around it, px."""
        if self.index.classes and rng.random() < THING_SHARE:
            by_object = self.index.classes[rng.integers(len(self.index.classes))]
            own = by_object[rng.integers(len(by_object))]
            photo, thing = own[rng.integers(len(own))]
            box = self.things[photo].boxes[thing]
            turns = self.augmentation.rotate_deg > FEW_DEG or self.oriented
            extent = np.hypot(box[2], box[3]) if turns else box[2:4].max()
            return photo, box[:2], float(extent) * (1 + self.augmentation.scale)
        photos = self.index.objects[rng.integers(len(self.index.objects))]
        photo = photos[rng.integers(len(photos))]
        return photo, rng.uniform((0, 0), self.images(photo).shape[1::-1]), 0.0


def move(things: Things, matrix: NDArray[np.float64], *, oriented: bool) -> Things:
    """Things as a patch shows them that `matrix` (2, 3) cuts out of their photo.

    A mirrored thing keeps its top; its left and right change places. An upright box that is turned
    is the box around the turned ellipse that it holds: it does not grow, and round things keep
    their exact boxes.
    """
    if not len(things):
        return things
    linear = np.linalg.inv(matrix[:, :2])
    # Pixel indices of images are half a pixel off the coordinates of boxes.
    middle = (things.boxes[:, :2] - 0.5 - matrix[:, 2]) @ linear.T + 0.5
    if not oriented:
        half = np.sqrt((things.boxes[:, 2:4] ** 2) @ (linear**2).T)
        boxes = np.concatenate([middle, half, np.zeros((len(middle), 1))], axis=1)
        return Things(boxes.astype(np.float32), things.classes)
    corners = (things.corners - 0.5 - matrix[:, 2]) @ linear.T + 0.5
    if np.linalg.det(linear) < 0:
        corners = corners[:, [1, 0, 3, 2]]
    boxes = from_corners(corners)
    return Things(boxes, things.classes)


def cut_off(things: Things, size_hw: tuple[int, int]) -> Things:
    """The things that a patch shows; those that its border cuts are to be ignored."""
    if not len(things):
        return things
    corners = things.corners
    low, high = corners.min(axis=1), corners.max(axis=1)
    end = np.array(size_hw[::-1], np.float32)
    seen = np.minimum(high, end) - np.maximum(low, 0)
    shown = (seen > 0).all(axis=1)
    share = np.prod(np.maximum(seen, 0), axis=1) / np.maximum(np.prod(high - low, axis=1), 1e-6)
    middle = things.boxes[:, :2]
    outside = ((middle < 0) | (middle >= end)).any(axis=1)
    classes = np.where((share < 1 - CUT_SHARE) | outside, IGNORE, things.classes)
    return Things(things.boxes, classes.astype(np.uint8)).take(shown)


def shown_at_most(things: Things, size_hw: tuple[int, int]) -> NDArray[np.float32]:
    """(n,): the share of each thing, as it lies, that a patch around its middle shows."""
    sides = np.ptp(things.corners, axis=1)
    end = np.array(size_hw[::-1], np.float32)
    return np.asarray(np.prod(np.minimum(sides, end) / np.maximum(sides, 1e-6), axis=1))


def ignore_margin(things: Things, size_hw: tuple[int, int], margin_px: float) -> Things:
    """The things of a picture; those whose middle lies in the margin are to be ignored."""
    inner = inside_margin(things.boxes, size_hw, margin_px)
    classes = np.where(inner, things.classes, IGNORE)
    return Things(things.boxes, classes.astype(np.uint8))


def _outside(
    matrix: NDArray[np.float64],
    photo_hw: tuple[int, ...],
    patch_hw: tuple[int, int],
    margin_px: float,
) -> NDArray[np.bool_]:
    """The pixels (H, W) of a patch that show the photo's margin, or no photo at all."""
    rows, columns = np.mgrid[0 : patch_hw[0], 0 : patch_hw[1]]
    x, y = (matrix[axis, 0] * columns + matrix[axis, 1] * rows + matrix[axis, 2] for axis in (0, 1))
    height, width = photo_hw[:2]
    inner = (x >= margin_px) & (x <= width - 1 - margin_px)
    return np.asarray(~(inner & (y >= margin_px) & (y <= height - 1 - margin_px)))


def _keep_inside(
    anchor: NDArray[np.floating],
    extent_px: float,
    size_hw: tuple[int, ...],
    patch_hw: tuple[int, int],
    rng: np.random.Generator,
) -> tuple[float, float]:
    """Middle of a patch that shows the anchor, whole if it can, and hardly leaves the photo."""
    center: list[float] = []
    for axis, (length, patch) in enumerate(zip(size_hw[1::-1], patch_hw[::-1], strict=True)):
        low = (patch - 1) / 2 - OUT_PX
        high = length - 1 - low
        if low >= high:
            center.append((length - 1) / 2)
        else:
            reach = min(MOST_SHIFT * patch, max(0.0, (patch - extent_px) / 2))
            wanted = float(anchor[axis]) + rng.uniform(-reach, reach)
            center.append(float(np.clip(wanted, low, high)))
    return center[0], center[1]
