"""Generate the tray example: python -m examples.tray.generate [--out FOLDER].

Seeded: the same number of a tray gives the same pixels. Each tray has its own random stream, so
that one can be made again without the others.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from examples.camera import photograph
from examples.tray.boxes import Box, line_of, marked
from examples.tray.clutter import scatter
from examples.tray.ground import Ground, draw_ground
from examples.tray.load import SIZE_HW, Part, draw_load
from examples.tray.scene import lay, lit
from examples.tray.shapes import KINDS
from examples.tray.view import View, draw_view, seen_share

SEEDS = {"train": 31, "test": 88}
FIRST_NUMBER = {"train": 1, "test": 101}
TRAYS = {"train": 30, "test": 18}
LEAST_SEEN = 0.55
"""A part of which less is seen is not in the photo at all."""
COUNTS = (4, 14)
JPEG_QUALITY = 92


@dataclass(frozen=True, slots=True)
class Photo:
    """One photo: `image` (480, 640, 3) uint8 RGB, and the boxes as a person drew them."""

    name: str
    image: npt.NDArray[np.uint8]
    boxes: tuple[Box, ...]


def make_tray(part: str, number: int) -> tuple[Photo, ...]:
    """All photos of one load, drawn anew until every part in them can be seen."""
    twice = (number - FIRST_NUMBER[part]) % 3 == 1
    for attempt in range(200):
        rng = np.random.default_rng([SEEDS[part], number, attempt])
        load = draw_load(rng)
        views = [draw_view(rng, turned=turned) for turned in ((False, True) if twice else (False,))]
        seen = [_seen(load, view) for view in views]
        if all(seen):
            ground = draw_ground(rng)
            return tuple(
                _shoot(f"tray{number:03d}_{letter}", ground, view, parts)
                for letter, view, parts in zip("ab", views, seen, strict=False)
            )
    raise RuntimeError(f"tray {number} of {part}: 200 attempts gave no load that can be seen")


def _seen(load: tuple[Part, ...], view: View) -> tuple[Part, ...]:
    """The parts in the photo; none when one of them is hardly seen, or the photo too full."""
    shares = [seen_share(view, part) for part in load]
    if any(0 < share < LEAST_SEEN for share in shares):
        return ()
    seen = tuple(part for part, share in zip(load, shares, strict=True) if share > 0)
    return seen if COUNTS[0] <= len(seen) <= COUNTS[1] else ()


def _shoot(name: str, ground: Ground, view: View, seen: tuple[Part, ...]) -> Photo:
    rng = np.random.default_rng([view.seed, 1])
    layers = lay(ground, seen, view)
    scatter(layers, rng)
    image = photograph(lit(layers, ground, view), view.camera, SIZE_HW, rng)
    return Photo(name, image, tuple(marked(part, view, rng) for part in seen))


def make_part(part: str) -> Iterator[Photo]:
    """All photos of `train` or `test`."""
    for number in range(FIRST_NUMBER[part], FIRST_NUMBER[part] + TRAYS[part]):
        yield from make_tray(part, number)


def write_photo(photo: Photo, folder: Path) -> None:
    """Store the image as JPEG and its boxes as text, in `images` and `labels` below `folder`."""
    image = folder / "images" / f"{photo.name}.jpg"
    labels = folder / "labels" / f"{photo.name}.txt"
    image.parent.mkdir(parents=True, exist_ok=True)
    labels.parent.mkdir(parents=True, exist_ok=True)
    bgr = cv2.cvtColor(photo.image, cv2.COLOR_RGB2BGR)
    if not cv2.imwrite(str(image), bgr, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY]):
        raise OSError(f"{image}: could not be written")
    labels.write_text("".join(line_of(box, SIZE_HW) + "\n" for box in photo.boxes))


def main() -> None:
    """Write both parts and the list of the classes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent)
    folder: Path = parser.parse_args().out
    for part in SEEDS:
        for photo in make_part(part):
            write_photo(photo, folder / part)
    (folder / "classes.txt").write_text("".join(f"{name}\n" for name in KINDS))


if __name__ == "__main__":
    main()
