"""Generate the orange example: python -m examples.oranges.generate [--out FOLDER].

Seeded: the same number of a stretch gives the same pixels. Each stretch of the belt has its own
random stream, so that one can be made again without the others.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from examples.camera import photograph
from examples.oranges.belt import FINE, draw_belt
from examples.oranges.fruit import Fruit
from examples.oranges.heap import SIZE_HW, draw_heap
from examples.oranges.scene import draw_view, render

SEEDS = {"train": 41, "test": 93}
FIRST_NUMBER = {"train": 1, "test": 101}
STRETCHES = {"train": 27, "test": 15}
LEAST_SEEN = 0.5
"""An orange of which less is seen is neither counted nor background: `iscrowd` 1."""
LEAST_PX, LEAST_SIDE_PX = 12, 3.0
"""What is smaller (square px), or narrower (px), is not marked at all."""
OFF_PX = 0.5
"""Standard deviation of each side of a box, as a careful person draws it."""
JPEG_QUALITY = 90


@dataclass(frozen=True, slots=True)
class Box:
    """An orange: left, top, right and bottom of what is seen, px; `hidden` when mostly not."""

    sides: tuple[float, float, float, float]
    hidden: bool


@dataclass(frozen=True, slots=True)
class Photo:
    """One photo: `image` (480, 640, 3) uint8 RGB, and its boxes."""

    name: str
    image: npt.NDArray[np.uint8]
    boxes: tuple[Box, ...]


def make_stretch(part: str, number: int) -> tuple[Photo, ...]:
    """All photos of one stretch, drawn anew until each shows an orange; every third has two."""
    letters = "ab" if (number - FIRST_NUMBER[part]) % 3 == 1 else "a"
    for attempt in range(100):
        photos = _shoot(number, letters, np.random.default_rng([SEEDS[part], number, attempt]))
        if all(any(not box.hidden for box in photo.boxes) for photo in photos):
            return photos
    raise RuntimeError(f"stretch {number} of {part}: 100 attempts gave no orange in each photo")


def _shoot(number: int, letters: str, rng: np.random.Generator) -> tuple[Photo, ...]:
    fruits, belt = draw_heap(rng), draw_belt(rng)
    photos = []
    for letter in letters:
        view = draw_view(rng, moved=letter == "b")
        scene = render(belt, fruits, view)
        own = np.random.default_rng([view.seed, 1])
        image = photograph(scene.light, view.camera, SIZE_HW, own)
        photos.append(Photo(f"belt{number:03d}_{letter}", image, _boxes(fruits, scene.owner, own)))
    return tuple(photos)


def _boxes(
    fruits: Sequence[Fruit], owner: npt.NDArray[np.int16], rng: np.random.Generator
) -> tuple[Box, ...]:
    """The oranges that are seen, each box around what is seen of it, within the photo."""
    boxes = []
    for number, fruit in enumerate(fruits):
        rows, columns = np.nonzero(owner == number)
        if fruit.kind != "orange" or len(rows) < LEAST_PX * FINE**2:
            continue
        exact = np.array([columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]) / FINE
        drawn = exact + np.clip(rng.normal(0, OFF_PX, 4), -1.3, 1.3)
        left, top = np.maximum(drawn[:2], 0).round(1).tolist()
        right, bottom = np.minimum(drawn[2:], SIZE_HW[::-1]).round(1).tolist()
        if min(right - left, bottom - top) < LEAST_SIDE_PX:
            continue
        share = len(rows) / (np.pi * 0.97 * (fruit.radius * FINE) ** 2)
        boxes.append(Box((left, top, right, bottom), hidden=bool(share < LEAST_SEEN)))
    return tuple(boxes)


def make_part(part: str) -> Iterator[Photo]:
    """All photos of `train` or `test`."""
    for number in range(FIRST_NUMBER[part], FIRST_NUMBER[part] + STRETCHES[part]):
        yield from make_stretch(part, number)


def write_part(photos: Iterator[Photo], folder: Path) -> None:
    """Store the images as JPEG and all boxes in `annotations.json`, below `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    height, width = SIZE_HW
    images: list[dict[str, object]] = []
    annotations: list[dict[str, object]] = []
    for photo in photos:
        name, identity = f"{photo.name}.jpg", len(images) + 1
        bgr = cv2.cvtColor(photo.image, cv2.COLOR_RGB2BGR)
        if not cv2.imwrite(str(folder / name), bgr, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY]):
            raise OSError(f"{folder / name}: could not be written")
        images.append({"id": identity, "file_name": name, "width": width, "height": height})
        for box in photo.boxes:
            annotations.append(_entry(box, len(annotations) + 1, identity))
    stored = {
        "images": images,
        "annotations": annotations,
        "categories": [{"id": 1, "name": "orange"}],
    }
    lines = json.dumps(stored).replace("}, {", "},\n{").replace('], "', '],\n"')
    (folder / "annotations.json").write_text(lines + "\n")


def _entry(box: Box, identity: int, image: int) -> dict[str, object]:
    left, top, right, bottom = box.sides
    wide, high = round(right - left, 1), round(bottom - top, 1)
    return {
        "id": identity, "image_id": image, "category_id": 1, "bbox": [left, top, wide, high],
        "area": round(wide * high, 1), "iscrowd": int(box.hidden),
    }  # fmt: skip


def main() -> None:
    """Write both parts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent)
    folder: Path = parser.parse_args().out
    for part in SEEDS:
        write_part(make_part(part), folder / part)


if __name__ == "__main__":
    main()
