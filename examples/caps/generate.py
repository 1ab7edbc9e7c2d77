"""Generate the bottle-cap example: python -m examples.caps.generate [--out FOLDER].

Seeded: the same numbers of cap give the same pixels. Each cap has its own random stream, so that
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

from examples.caps.backgrounds import SIDE_PX
from examples.caps.cap import Array, Cap, draw_cap
from examples.caps.defects import Defect, draw_defects, index_mask
from examples.caps.photo import expose, render
from examples.caps.view import View, draw_view

SEEDS = {"train": 20, "test": 77}
FIRST_NUMBER = {"train": 1, "test": 101}
CAPS = 60
LEAST_PX = 20
LEAST_CONTRAST = {"scratch": 28.0, "chip": 34.0}
"""Mean change in grey levels that a defect must make, so that a person can see what is marked."""
LEAST_PROMINENCE = 0.9
"""The same change against the standard deviation of the flawless surface around it."""
JPEG_QUALITY = 95


@dataclass(frozen=True, slots=True)
class Photo:
    """One photo: `image` (256, 256, 3) uint8 RGB, `mask` (256, 256) uint8: 0, 1 scratch, 2 chip."""

    name: str
    image: npt.NDArray[np.uint8]
    mask: npt.NDArray[np.uint8]


def make_cap(part: str, number: int) -> tuple[Photo, ...]:
    """All photos of one cap, drawn anew until every defect in every photo can be seen."""
    index = number - FIRST_NUMBER[part]
    for attempt in range(100):
        rng = np.random.default_rng([SEEDS[part], number, attempt])
        cap = draw_cap(number, rng)
        defects = draw_defects(cap, *_defect_counts(index, rng), at_rim=_at_edge(index), rng=rng)
        views = _draw_views(index, defects, rng)
        shots = [_shoot(cap, defects, view) for view in views]
        if all(shot is not None for shot in shots):
            named = zip("ab", shots, strict=False)
            return tuple(
                Photo(f"cap{number:03d}_{letter}", *shot) for letter, shot in named if shot
            )
    raise RuntimeError(f"cap {number} of {part}: 100 attempts gave no cap with visible defects")


def _defect_counts(index: int, rng: np.random.Generator) -> tuple[int, int]:
    """Scratches and chips of the cap: in every 15 caps 5 good, 4 scratched, 3 chipped, 3 both."""
    kind = (index * 4) % 15
    scratches = int(rng.integers(2, 5)) if 5 <= kind < 12 else 0
    chips = int(rng.integers(2, 4)) if kind >= 9 else 0
    return scratches, chips


def _at_edge(index: int) -> bool:
    """Whether the cap touches the edge of its photo; where it is chipped, with the chip there."""
    return index % 15 in (0, 3, 6)


def _draw_views(
    index: int, defects: tuple[Defect, ...], rng: np.random.Generator
) -> tuple[View, ...]:
    """One view, or two for every third cap."""
    count = 2 if index % 3 == 1 else 1
    middles = [defect.line.mean(0) for defect in defects] or [rng.uniform(-1, 1, 2)]
    outermost = max(middles, key=lambda middle: float(np.hypot(*middle)))
    towards = outermost if _at_edge(index) else None
    return tuple(draw_view(rng, towards) for _ in range(count))


def _shoot(
    cap: Cap, defects: tuple[Defect, ...], view: View
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]] | None:
    """Image and mask of one photo, or None when a defect in it cannot be seen."""
    damaged, footprints = render(cap, defects, view)
    flawless, _ = render(cap, (), view)
    if not all(_visible(d, f, damaged, flawless) for d, f in zip(defects, footprints, strict=True)):
        return None
    return expose(damaged, view), index_mask(defects, footprints, SIDE_PX)


def _visible(defect: Defect, footprint: Array, damaged: Array, flawless: Array) -> bool:
    """Whether a defect covers enough pixels, and changes them enough, to be seen."""
    mask = index_mask((defect,), (footprint,), SIDE_PX)
    return stands_out(mask, damaged, flawless, LEAST_CONTRAST[defect.kind])


def stands_out(
    mask: npt.NDArray[np.uint8], damaged: Array, flawless: Array, least_contrast: float
) -> bool:
    """Whether what a mask marks differs enough from the flawless photo, given its own unrest.

    Args:
        mask: (SIDE_PX, SIDE_PX), the defect above 0.
        damaged: the photo before noise, (SIDE_PX, SIDE_PX, 3), grey levels.
        flawless: the same photo without the defect.
        least_contrast: mean change, grey levels.
    """
    covered, around = mask > 0, cv2.dilate(mask, np.ones((9, 9), np.uint8)) > 0
    if covered.sum() < LEAST_PX:
        return False
    change = float(np.abs(damaged - flawless).mean(2)[covered].mean())
    unrest = float(flawless.mean(2)[around].std())
    return change >= max(least_contrast, LEAST_PROMINENCE * unrest)


def make_part(part: str) -> Iterator[Photo]:
    """All photos of `train` or `test`."""
    for number in range(FIRST_NUMBER[part], FIRST_NUMBER[part] + CAPS):
        yield from make_cap(part, number)


def write_photo(photo: Photo, folder: Path) -> None:
    """Store the image as JPEG and the mask as PNG, in `images` and `masks` below `folder`."""
    bgr = cv2.cvtColor(photo.image, cv2.COLOR_RGB2BGR)
    quality = [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY]
    for path, data, options in (
        (folder / "images" / f"{photo.name}.jpg", bgr, quality),
        (folder / "masks" / f"{photo.name}.png", photo.mask, [cv2.IMWRITE_PNG_COMPRESSION, 9]),
    ):
        path.parent.mkdir(parents=True, exist_ok=True)
        if not cv2.imwrite(str(path), data, options):
            raise OSError(f"{path}: could not be written")


def main() -> None:
    """Write both parts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent)
    folder: Path = parser.parse_args().out
    for part in SEEDS:
        for photo in make_part(part):
            write_photo(photo, folder / part)


if __name__ == "__main__":
    main()
