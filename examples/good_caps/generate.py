"""Generate the good-caps example: python -m examples.good_caps.generate [--out FOLDER].

Seeded: the same number of cap gives the same pixels. Each cap has its own random stream, so that
one cap can be made again without the others.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from examples.caps.cap import Array
from examples.caps.generate import JPEG_QUALITY, LEAST_CONTRAST, LEAST_PX, stands_out
from examples.caps.photo import expose
from examples.caps.view import View
from examples.good_caps.defects import Defect, draw_kind
from examples.good_caps.product import PrintedCap, draw_printed_cap, inks_of
from examples.good_caps.scene import render
from examples.good_caps.station import draw_view

SEED = 6
Mask = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Lot:
    """Caps made alike, numbered from `first`, in `part/kind`; one in `twice` has two photos."""

    part: str
    kind: str
    first: int
    count: int
    twice: int


LOTS = (
    Lot("train", "good", 1, 40, 4),
    Lot("test", "good", 101, 30, 6),
    Lot("test", "scratch", 131, 10, 4),
    Lot("test", "chip", 141, 10, 4),
    Lot("test", "wrong_colour", 151, 10, 4),
    Lot("test", "missing_print", 161, 10, 4),
)
CONTRAST = LEAST_CONTRAST | {"wrong_colour": 45.0, "missing_print": 28.0}
"""Mean change in grey levels over its mask that a defect must make, so that a person sees it."""


@dataclass(frozen=True, slots=True)
class Photo:
    """One photo: `image` (256, 256, 3) uint8 RGB; `mask` (256, 256) uint8, 0 or 255, 0 if good."""

    name: str
    image: npt.NDArray[np.uint8]
    mask: Mask


def make_cap(lot: Lot, number: int) -> tuple[Photo, ...]:
    """All photos of one cap, drawn anew until every defect in every photo can be seen."""
    index = number - lot.first
    for attempt in range(100):
        rng = np.random.default_rng([SEED, number, attempt])
        item = draw_printed_cap(number, rng)
        defects = draw_kind(lot.kind, item.cap, inks_of(item), index, rng)
        views = [draw_view(rng) for _ in range(2 if index % lot.twice == 1 else 1)]
        shots = [_shoot(lot.kind, item, defects, view) for view in views]
        if all(shot is not None for shot in shots):
            named = zip("ab", shots, strict=False)
            return tuple(
                Photo(f"cap{number:03d}_{letter}", *shot) for letter, shot in named if shot
            )
    raise RuntimeError(f"cap {number} ({lot.kind}): 100 attempts gave no cap with visible defects")


def _shoot(
    kind: str, item: PrintedCap, defects: tuple[Defect, ...], view: View
) -> tuple[npt.NDArray[np.uint8], Mask] | None:
    """Image and mask of one photo, or None when a defect in it cannot be seen."""
    seen, masks = render(item, defects, view)
    flawless = render(item, (), view)[0] if defects else seen
    if not all(visible(kind, mask, seen, flawless) for mask in masks):
        return None
    whole = np.zeros(seen.shape[:2], np.uint8)
    for mask in masks:
        np.maximum(whole, mask, out=whole)
    return expose(seen, view), whole


def visible(kind: str, mask: Mask, seen: Array, flawless: Array) -> bool:
    """Whether a person sees what the mask marks; photos before noise, grey levels."""
    if kind in ("scratch", "chip"):
        return stands_out(mask, seen, flawless, CONTRAST[kind])
    covered = mask > 0
    change = np.abs(seen - flawless).mean(2)[covered]
    return bool(covered.sum() >= LEAST_PX and change.mean() >= CONTRAST[kind])


def make_all() -> Iterator[tuple[Lot, Photo]]:
    """All photos, lot by lot."""
    for lot in LOTS:
        for number in range(lot.first, lot.first + lot.count):
            for photo in make_cap(lot, number):
                yield lot, photo


def write_photo(lot: Lot, photo: Photo, folder: Path) -> None:
    """Store the image as JPEG, and the mask of a bad cap as PNG, in the layout of MVTec AD."""
    bgr = cv2.cvtColor(photo.image, cv2.COLOR_RGB2BGR)
    quality = [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY]
    files = [(folder / lot.part / lot.kind / f"{photo.name}.jpg", bgr, quality)]
    if photo.mask.any():
        path = folder / "ground_truth" / lot.kind / f"{photo.name}_mask.png"
        files.append((path, photo.mask, [cv2.IMWRITE_PNG_COMPRESSION, 9]))
    for path, data, options in files:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not cv2.imwrite(str(path), data, options):
            raise OSError(f"{path}: could not be written")


def main() -> None:
    """Write all photos and masks."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent)
    folder: Path = parser.parse_args().out
    for lot, photo in make_all():
        write_photo(lot, photo, folder)


if __name__ == "__main__":
    main()
