"""Defects transplanted onto other photos: what they change is added to another surface.

With twenty parts a network learns the parts by heart. A transplant shows the same defect on many
surfaces, and each surface with and without it (cf. Ghiasi et al., Simple Copy-Paste, 2021). Not
the pixels are copied but their difference from the surface around the defect, so that colour and
light of the new place remain.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.records import BACKGROUND
from engine.tasks.augment import (
    Augmentation,
    FloatImage,
    LabelMap,
    sampling_matrix,
)

SURROUND_PX = 6
"""Width of the surface around a defect from which its own surface is guessed."""

FEATHER_PX = 2

LEAST_PROMINENCE = 1.5
"""How much more a defect must change its surface than that surface varies by itself, to be moved.

A piece broken off an edge, or a dent in a busy print, shows little elsewhere but what was around.
"""


@dataclass(frozen=True, slots=True)
class Graft:
    """A defect cut out: `change` (h, w) float32 of brightness, and its `mask` (h, w)."""

    change: NDArray[np.float32]
    mask: NDArray[np.bool_]


def cut_graft(
    image: FloatImage, labels: LabelMap, seed_xy: tuple[int, int], value: int
) -> Graft | None:
    """The connected region of label `value` around a pixel, as a graft.

    Args:
        image: (H, W, 3) in 0…1, a cut of a photo that shows the whole region.
        labels: (H, W).
        seed_xy: a pixel of the region.
        value: its label.

    Returns:
        None where there is no surface around it to compare with, or one too varied for it.
    """
    count, components = cv2.connectedComponents((labels == value).astype(np.uint8), connectivity=8)
    own = components[seed_xy[1], seed_xy[0]]
    if count < 2 or own == 0:
        return None
    mask = components == own
    kernel = np.ones((2 * FEATHER_PX + 1,) * 2, np.uint8)
    wide = cv2.dilate(mask.astype(np.uint8), kernel) > 0
    surface = (labels == 0) & ~wide
    if surface.sum() < 16:
        return None
    spread = (0, 0), SURROUND_PX
    weight = cv2.GaussianBlur(surface.astype(np.float32), *spread) + 1e-4
    around = cv2.GaussianBlur(image * surface[..., None], *spread) / weight[..., None]
    alpha = np.maximum(cv2.GaussianBlur(mask.astype(np.float32), (0, 0), FEATHER_PX / 2), mask)
    # The change of brightness alone: that of colour depends on the colour that was there.
    difference = (image - around).mean(axis=2)
    near = surface & (cv2.dilate(mask.astype(np.uint8), kernel, iterations=SURROUND_PX // 2) > 0)
    if near.any() and np.abs(difference[mask]).mean() < LEAST_PROMINENCE * difference[near].std():
        return None
    change = difference * alpha * wide
    return Graft(np.asarray(change, dtype=np.float32), mask)


def vary_graft(graft: Graft, augmentation: Augmentation, rng: np.random.Generator) -> Graft:
    """The graft turned, mirrored, resized, weakened or strengthened as the recipe lets photos be.

    Only what may happen to a photo may happen to a defect: where directions mean something, the
    recipe says so with `augment.rotate` and `augment.flip`.
    """
    height, width = graft.mask.shape
    side = int(np.ceil((1.0 + augmentation.scale) * np.hypot(height, width)))
    middle = (width - 1) / 2, (height - 1) / 2
    matrix = sampling_matrix(middle, (side, side), replace(augmentation, shift=0.0), rng)
    how = cv2.WARP_INVERSE_MAP
    change = cv2.warpAffine(graft.change, matrix, (side, side), flags=cv2.INTER_LINEAR | how)
    mask = cv2.warpAffine(
        graft.mask.astype(np.uint8), matrix, (side, side), flags=cv2.INTER_NEAREST | how
    )
    strength = 1.0 + rng.uniform(-1.0, 1.0) * augmentation.contrast
    return Graft(np.asarray(change * strength, dtype=np.float32), mask > 0)


def transplant(
    image: FloatImage, labels: LabelMap, graft: Graft, value: int, rng: np.random.Generator
) -> None:
    """Adds a graft to a patch at a random place, in place: whole, and on good surface alone.

    Where a defect or ignored pixels are in its way it is left out: a part of a defect, cut
    straight, would be learnt as one.

    Args:
        image: (H, W, 3) in 0…1, changed.
        labels: (H, W), changed.
        value: label of the graft.
    """
    rows, columns = np.nonzero(graft.mask)
    if not len(rows):
        return
    top, left = rows.min(), columns.min()
    height, width = rows.max() - top + 1, columns.max() - left + 1
    if height >= labels.shape[0] or width >= labels.shape[1]:
        return
    y = int(rng.integers(labels.shape[0] - height)) - int(top)
    x = int(rng.integers(labels.shape[1] - width)) - int(left)
    to_rows, from_rows = _overlap(y, graft.mask.shape[0], labels.shape[0])
    to_columns, from_columns = _overlap(x, graft.mask.shape[1], labels.shape[1])
    target = labels[to_rows, to_columns]
    mask = graft.mask[from_rows, from_columns]
    if ((target != BACKGROUND) & mask).any():
        return
    free = (target == BACKGROUND)[..., None]
    place = image[to_rows, to_columns]
    place += graft.change[from_rows, from_columns, None] * free
    np.clip(place, 0.0, 1.0, out=place)
    target[mask] = value


def _overlap(start: int, extent: int, length: int) -> tuple[slice, slice]:
    """Where a piece that begins at `start` lies in a length: slices of the length and the piece."""
    first, last = max(start, 0), min(start + extent, length)
    return slice(first, last), slice(first - start, last - start)
