"""Patches: places of a photo that do not fit the rest of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.audit.photos.blocks import BINS, FREQUENCIES, SIDE_PX, Blocks, find_blocks
from engine.audit.photos.copies import copied_areas
from engine.audit.photos.greys import grey_areas
from engine.audit.photos.steps import compressed_evidence, lossless_evidence

Reason = Literal["compression", "grey", "copy"]

LEAST_EVIDENCE: dict[Reason, float] = {"compression": 6.0, "grey": 8.0, "copy": 5.0}
"""Of a patch that is worth remembering; `engine.audit.checks.retouched` asks for more."""

MOST_PATCHES = 4
LARGEST_SHARE = 0.35
"""Of the blocks that tell anything; a larger part is no patch on a photo but another photo."""

_FEWEST_BLOCKS = 60
_FOREIGN, _LEAST_A_BLOCK, _MOST_A_BLOCK = 1.0, 3.0, 6.0
_SIDES_BLOCKS = (2, 3, 4, 6, 8, 11)


@dataclass(frozen=True, slots=True)
class Patch:
    """A connected place.

    Attributes:
        box_xywh: in px of the photo.
        reason: `compression`, it has not gone through what the rest has; `grey`, on a photo of two
            tones; or `copy`, it is there twice.
        evidence: log odds, or px that are grey, in the square of it that has most; or how many runs
            of 8 px were seen twice.
    """

    box_xywh: tuple[int, int, int, int]
    reason: Reason
    evidence: float


def find_patches(
    photo: NDArray[Any], last_steps: tuple[int, ...] | None = None
) -> tuple[Patch, ...]:
    """Places that were made after the photo had been taken, likeliest first.

    Args:
        photo: (H, W) or (H, W, 3) RGB; nothing is found in 16 bits.
        last_steps: (64,) by which its own file, if a JPEG, keeps brightness; None for others.
    """
    if photo.dtype != np.uint8 or min(photo.shape[:2]) < 2 * SIDE_PX:
        return ()
    grey = grey_areas(photo, round(LEAST_EVIDENCE["grey"]), MOST_PATCHES)
    patches = tuple(Patch(box, "grey", float(count)) for box, count in grey)
    if patches:
        return patches
    foreign = _foreign_blocks(photo, last_steps)
    if foreign is not None or last_steps is not None:
        return foreign or ()
    twice = copied_areas(photo, round(LEAST_EVIDENCE["copy"]))
    return tuple(Patch(box, "copy", float(count)) for box, count in twice)


def _foreign_blocks(
    photo: NDArray[np.uint8], last_steps: tuple[int, ...] | None
) -> tuple[Patch, ...] | None:
    """Places that were made after an earlier compression; None where nothing shows one."""
    blocks = find_blocks(photo)
    telling = np.flatnonzero(blocks.telling)
    if len(telling) < _FEWEST_BLOCKS:
        return None
    bins = blocks.bins[:, telling]
    offsets = np.arange(len(bins), dtype=np.int32)[:, None] * BINS
    flat = np.bincount((bins + offsets).ravel(), minlength=len(bins) * BINS)
    counts = np.asarray(flat.reshape(len(bins), BINS), np.float32)
    if last_steps is None:
        evidence = lossless_evidence(counts)
    else:
        evidence = compressed_evidence(counts, _low(last_steps))
    if not evidence:
        return None
    odds = np.zeros(len(telling), np.float32)
    for frequency, of_size in evidence.items():
        odds += of_size[bins[frequency]]
    return _gathered(blocks, telling, odds)


def _low(steps: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(steps[8 * down + across] for down, across in np.ndindex(FREQUENCIES, FREQUENCIES))


def _gathered(
    blocks: Blocks, telling: NDArray[np.int64], odds: NDArray[np.float32]
) -> tuple[Patch, ...]:
    """Places whose blocks together do not fit, each without those before it."""
    fits = np.zeros(blocks.size_hw, np.float32)
    fits.ravel()[telling] = np.clip(odds, -_LEAST_A_BLOCK, _MOST_A_BLOCK)
    foreign = (fits > _FOREIGN).astype(np.uint8)
    labels = np.asarray(cv2.connectedComponents(foreign, connectivity=8)[1])
    found = []
    for _ in range(MOST_PATCHES):
        evidence, window = _strongest(fits)
        if evidence < LEAST_EVIDENCE["compression"]:
            break
        numbers = np.unique(labels[window])
        inside = np.isin(labels, numbers[numbers > 0])
        if not inside.any():
            inside[window] = True
        fits[inside] = 0
        fits[window] = 0
        if inside.sum() > LARGEST_SHARE * len(telling):
            break
        left, top, width, height = cv2.boundingRect(inside.astype(np.uint8))
        box = (SIDE_PX * left, SIDE_PX * top, SIDE_PX * width, SIDE_PX * height)
        found.append(Patch(box, "compression", round(evidence, 1)))
    return tuple(found)


def _strongest(fits: NDArray[np.float32]) -> tuple[float, tuple[slice, slice]]:
    """The most evidence in any square of blocks, and that square."""
    best, window = 0.0, (slice(0), slice(0))
    for side in _SIDES_BLOCKS:
        if side >= min(fits.shape):
            break
        sums = cv2.boxFilter(
            fits, -1, (side, side), anchor=(0, 0), normalize=False, borderType=cv2.BORDER_CONSTANT
        )
        _, most, _, (x, y) = cv2.minMaxLoc(sums)
        if most > best:
            best, window = most, (slice(y, y + side), slice(x, x + side))
    return best, window
