"""Patches: places of a photo that have not gone through the compression that the rest has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.audit.photos.blocks import BINS, FREQUENCIES, SIDE_PX, Blocks, find_blocks
from engine.audit.photos.steps import compressed_evidence, lossless_evidence

LEAST_EVIDENCE = 8.0
"""Log odds of a patch that is worth remembering; `engine.audit.checks.retouched` asks for more."""

MOST_PATCHES = 6
LARGEST_SHARE = 0.35
"""Of the blocks that tell anything; a larger part is no patch on a photo but another photo."""

_FEWEST_BLOCKS = 60
_FOREIGN, _MOST_A_BLOCK = 1.0, 6.0


@dataclass(frozen=True, slots=True)
class Patch:
    """A connected place.

    Attributes:
        box_xywh: in px of the photo, in steps of 8.
        blocks: how many blocks of 8 x 8 px do not fit.
        evidence: log odds, summed over them.
    """

    box_xywh: tuple[int, int, int, int]
    blocks: int
    evidence: float


def find_patches(
    photo: NDArray[Any], last_steps: tuple[int, ...] | None = None
) -> tuple[Patch, ...]:
    """Places that were made after the photo had been compressed, likeliest first.

    Args:
        photo: (H, W) or (H, W, 3) RGB; nothing is found in 16 bits.
        last_steps: (64,) by which its own file, if a JPEG, keeps brightness; None for others.
    """
    if photo.dtype != np.uint8 or min(photo.shape[:2]) < 2 * SIDE_PX:
        return ()
    blocks = find_blocks(photo)
    telling = np.flatnonzero(blocks.telling)
    if len(telling) < _FEWEST_BLOCKS:
        return ()
    bins = blocks.bins[:, telling]
    offsets = np.arange(len(bins), dtype=np.int32)[:, None] * BINS
    flat = np.bincount((bins + offsets).ravel(), minlength=len(bins) * BINS)
    counts = np.asarray(flat.reshape(len(bins), BINS), np.float32)
    if last_steps is None:
        evidence = lossless_evidence(counts)
    else:
        evidence = compressed_evidence(counts, _low(last_steps))
    if not evidence:
        return ()
    odds = np.zeros(len(telling), np.float32)
    for frequency, of_size in evidence.items():
        odds += of_size[bins[frequency]]
    return _gathered(blocks, telling, odds)


def _low(steps: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(steps[8 * down + across] for down, across in np.ndindex(FREQUENCIES, FREQUENCIES))


def _gathered(
    blocks: Blocks, telling: NDArray[np.int64], odds: NDArray[np.float32]
) -> tuple[Patch, ...]:
    """Neighbouring blocks that do not fit, as patches."""
    foreign = telling[odds > _FOREIGN]
    hot = np.zeros(blocks.size_hw, np.uint8)
    hot.ravel()[foreign] = 1
    count, labels, stats, _ = cv2.connectedComponentsWithStats(hot, connectivity=8)
    weights = np.minimum(odds[odds > _FOREIGN], _MOST_A_BLOCK)
    sums = np.bincount(np.asarray(labels).ravel()[foreign], weights, count)
    found = []
    for number in np.argsort(-sums)[:MOST_PATCHES].tolist():
        x, y, width, height, area = (int(value) for value in stats[number])
        evidence = float(sums[number])
        if evidence >= LEAST_EVIDENCE and area <= LARGEST_SHARE * len(telling):
            box = (SIDE_PX * x, SIDE_PX * y, SIDE_PX * width, SIDE_PX * height)
            found.append(Patch(box, area, round(evidence, 1)))
    return tuple(found)
