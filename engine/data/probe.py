"""What a reader wants to know of a file's pixels, and who may be asked for it.

Readers ask a `Probe`; the plain one decodes. The audit's (`engine.audit.photos.examiner`) looks
for everything else that it needs while the pixels are there, and remembers both.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from engine.data.images import IntegerArray, decode_image, decode_mask


@dataclass(frozen=True, slots=True)
class PhotoProbe:
    """Height and width in px after EXIF orientation, and bits a channel."""

    size_hw: tuple[int, int]
    bit_depth: int


@dataclass(frozen=True, slots=True)
class MaskProbe:
    """Height and width in px, largest value that its type stores, and pixels of each value."""

    size_hw: tuple[int, int]
    maximum: int
    counts: Mapping[int, int]


class Probe(Protocol):
    """Answers for the bytes of a file; both raise UnreadableImage, which `name` is for."""

    def photo(self, data: bytes, sha256: str, name: str) -> PhotoProbe:
        """What a photo is; `sha256` is the digest of `data`."""

    def mask(self, data: bytes, name: str) -> MaskProbe:
        """What a mask holds."""


class Decoding:
    """Decodes every file that it is asked for."""

    def photo(self, data: bytes, sha256: str, name: str) -> PhotoProbe:
        """What a photo is."""
        pixels = decode_image(data, name)
        return PhotoProbe((pixels.shape[0], pixels.shape[1]), 8 * pixels.dtype.itemsize)

    def mask(self, data: bytes, name: str) -> MaskProbe:
        """What a mask holds."""
        mask = decode_mask(data, name)
        maximum = int(np.iinfo(mask.dtype).max)
        return MaskProbe((mask.shape[0], mask.shape[1]), maximum, count_values(mask))


def count_values(mask: IntegerArray) -> dict[int, int]:
    """Pixels of each value that occurs in a mask (H, W)."""
    if mask.dtype == np.uint32:
        values, counts = np.unique(mask, return_counts=True)
        return {int(v): int(c) for v, c in zip(values, counts, strict=True)}
    if not mask.any():  # most masks of good parts; counting values takes ten times as long
        return {0: mask.size}
    histogram = np.bincount(mask.ravel())
    return {int(value): int(histogram[value]) for value in np.flatnonzero(histogram)}
