"""What a reader wants to know of a file's pixels, and who may be asked for it.

Readers ask a `Probe`; the plain one decodes. The audit's (`engine.audit.photos.examiner`) looks
for everything else that it needs while the pixels are there, and remembers both.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import cv2
import numpy as np

from engine.data.images import IntegerArray, decode_image, decode_mask
from engine.records import Sample


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
    """Answers for the bytes of a file; `photo` and `mask` raise UnreadableImage.

    What is asked of one photo is asked in one thread, one after the other.
    """

    def photo(self, data: bytes, sha256: str, name: str) -> PhotoProbe:
        """What a photo is; `sha256` is the digest of `data`, `name` is for messages."""

    def mask(self, data: bytes, path: Path) -> MaskProbe:
        """What a mask holds; `data` is what was read from `path`."""

    def understood(self, sample: Sample) -> None:
        """Told of a photo once its annotation is understood, while its pixels are at hand."""


class Decoding:
    """Decodes every file that it is asked for."""

    def photo(self, data: bytes, sha256: str, name: str) -> PhotoProbe:
        """What a photo is."""
        pixels = decode_image(data, name)
        return PhotoProbe((pixels.shape[0], pixels.shape[1]), 8 * pixels.dtype.itemsize)

    def mask(self, data: bytes, path: Path) -> MaskProbe:
        """What a mask holds."""
        return probe_mask(decode_mask(data, path.name))

    def understood(self, sample: Sample) -> None:
        """Nothing more is wanted."""


def probe_mask(mask: IntegerArray) -> MaskProbe:
    """What a decoded mask (H, W) holds."""
    maximum = int(np.iinfo(mask.dtype).max)
    return MaskProbe((mask.shape[0], mask.shape[1]), maximum, count_values(mask))


def count_values(mask: IntegerArray) -> dict[int, int]:
    """Pixels of each value that occurs in a mask (H, W)."""
    if mask.dtype == np.uint32:
        values, counts = np.unique(mask, return_counts=True)
        return {int(v): int(c) for v, c in zip(values, counts, strict=True)}
    if not mask.any():  # most masks of good parts; counting values takes ten times as long
        return {0: mask.size}
    if mask.dtype == np.uint8:
        histogram = cv2.calcHist([mask], [0], None, [256], [0, 256]).ravel()
    else:
        histogram = np.bincount(mask.ravel())
    return {int(value): int(histogram[value]) for value in np.flatnonzero(histogram)}
