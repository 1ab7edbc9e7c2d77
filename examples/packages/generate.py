"""Generate the package example: python -m examples.packages.generate [--out FOLDER].

Seeded: the same number of a package gives the same pixels. Each package has its own random stream,
so that one can be made again without the others.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from examples.camera import photograph
from examples.packages.codes import LETTERS, FieldName, draw_codes
from examples.packages.ground import Ground, draw_ground
from examples.packages.kinds import KINDS
from examples.packages.labels import UNREADABLE, Mark, line_of, marked
from examples.packages.package import Package, draw_package
from examples.packages.printing import draw_printer, poorer
from examples.packages.scene import render
from examples.packages.sheet import write_sheet
from examples.packages.sight import weakest_letter
from examples.packages.view import SIZE_HW, View, draw_view, ran

SEEDS = {"train": 53, "test": 97}
FIRST_NUMBER = {"train": 1, "test": 101}
PACKAGES = {"train": 60, "test": 36}
SPOILED: dict[int, FieldName] = {17: "expiry", 34: "lot", 121: "expiry"}
"""Packages with a field that nobody can read."""
LEAST_CHANGE = {False: 55.0, True: 30.0}
"""Grey levels that the ink of every letter changes; less where the print is meant to be poor."""
ROOM_PX = 15.0
"""Between fields and the photo's border; less in the photos that show them at the edge."""
EDGE_PX = (2.5, 9.0)
JPEG_QUALITY = 88


@dataclass(frozen=True, slots=True)
class Photo:
    """One photo: `image` (360, 480, 3) uint8 RGB, and its fields."""

    name: str
    image: npt.NDArray[np.uint8]
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What is settled before anything is drawn, so that every kind of thing comes up evenly."""

    kind: str
    dots: bool
    only: FieldName | None
    poor: bool
    unsharp: bool
    at_edge: bool
    twice: bool
    letter: str


def plan(part: str, number: int) -> Plan:
    """The plan of one package."""
    index = number - FIRST_NUMBER[part]
    turn = index + index // len(KINDS)
    plain = number not in SPOILED
    return Plan(
        kind=list(KINDS)[index % len(KINDS)],
        dots=turn % 2 == 0,
        only=_only(part, number),
        poor=plain and turn % 9 == 4,
        unsharp=plain and turn % 11 == 7,
        at_edge=turn % 13 == 6,
        twice=turn % 3 == 1,
        letter=_letter(part, number),
    )


def _only(part: str, number: int) -> FieldName | None:
    """The one field of a package, or None where it has both."""
    index = number - FIRST_NUMBER[part]
    alone: dict[int, FieldName] = {5: "lot", 10: "expiry"}
    return None if number in SPOILED else alone.get((index + index // len(KINDS)) % 12)


def _letter(part: str, number: int) -> str:
    """The letter of a package's lot code: each comes up as often as the others."""
    before = range(FIRST_NUMBER[part], number)
    lots = sum(_only(part, each) != "expiry" and SPOILED.get(each) != "lot" for each in before)
    return LETTERS[(11 * lots + lots // len(LETTERS)) % len(LETTERS)]


def make_package(part: str, number: int) -> tuple[Photo, ...]:
    """All photos of one package, drawn anew until every field in them can be read."""
    for attempt in range(300):
        photos = _try(part, number, np.random.default_rng([SEEDS[part], number, attempt]))
        if photos:
            return photos
    raise RuntimeError(f"package {number} of {part}: 300 attempts gave no fields that can be read")


def _try(part: str, number: int, rng: np.random.Generator) -> tuple[Photo, ...]:
    """All photos of one package, or none."""
    wanted = plan(part, number)
    codes = draw_codes(rng, wanted.only, SPOILED.get(number), wanted.letter, odd=part == "test")
    first = draw_printer(rng, "dots" if wanted.dots else "plain")
    second = draw_printer(rng, "plain" if wanted.dots else "dots")
    if wanted.poor:
        first, second = poorer(first, rng), poorer(second, rng)
    package = draw_package(wanted.kind, codes, (first, second), rng)
    if package is None:
        return ()
    ground = draw_ground(rng)
    photos: list[Photo] = []
    for letter in "ab" if wanted.twice else "a":
        angle = 2 * math.pi * (number * 0.618034 % 1) if letter == "a" else rng.uniform(0, 6.2832)
        view = _aimed(package, draw_view(rng, float(angle), wanted.unsharp), wanted.at_edge, rng)
        if view is None:
            return ()
        photo = _shoot(f"pkg{number:03d}_{letter}", package, ground, view, wanted.poor)
        if photo is None:
            return ()
        photos.append(photo)
    return tuple(photos)


def _aimed(package: Package, view: View, at_edge: bool, rng: np.random.Generator) -> View | None:
    """The view, shifted so that all fields are in the photo; None where they cannot be."""
    room = np.full(4, ROOM_PX)
    if at_edge:
        room[int(rng.integers(4))] = -float(rng.uniform(*EDGE_PX))  # that side, and no other
    for _ in range(4):
        corners = np.concatenate([mark.corners for mark in marked(package, view, view.seed)])
        least, most = corners.min(axis=0), np.array(SIZE_HW[::-1]) - corners.max(axis=0)
        free = np.concatenate([least, most])
        if (free >= np.abs(room)).all() and (free[room < 0] < 12).all():
            return view
        push = np.where(room < 0, -room - free, np.maximum(room - free, 0))
        if (push[:2] * push[2:] > 0).any():
            return None
        x, y = np.array(view.shift) + push[:2] - push[2:]
        view = replace(view, shift=(float(x), float(y)))
    return None


def _shoot(name: str, package: Package, ground: Ground, view: View, poor: bool) -> Photo | None:
    """One photo; None when one of its fields can hardly be read."""
    scene = render(package.face, ground, view)
    marks = marked(package, view, view.seed)
    for mark in marks:
        legible = mark.text != UNREADABLE
        if legible and weakest_letter(scene, mark, view.camera) < LEAST_CHANGE[poor]:
            return None
    rng = np.random.default_rng([view.seed, 1])
    image = photograph(ran(scene.printed, view), view.camera, SIZE_HW, rng)
    return Photo(name, image, marks)


def make_part(part: str) -> Iterator[Photo]:
    """All photos of `train` or `test`."""
    for number in range(FIRST_NUMBER[part], FIRST_NUMBER[part] + PACKAGES[part]):
        yield from make_package(part, number)


def write_part(photos: Iterable[Photo], folder: Path) -> None:
    """Store the images as JPEG in `images`, and all fields in `Label.txt`, below `folder`."""
    (folder / "images").mkdir(parents=True, exist_ok=True)
    lines = []
    for photo in photos:
        path = f"images/{photo.name}.jpg"
        bgr = cv2.cvtColor(photo.image, cv2.COLOR_RGB2BGR)
        if not cv2.imwrite(str(folder / path), bgr, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY]):
            raise OSError(f"{folder / path}: could not be written")
        lines.append(line_of(path, photo.marks))
    (folder / "Label.txt").write_text("".join(f"{line}\n" for line in lines))


def main() -> None:
    """Write both parts, and the picture for the README."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent)
    folder: Path = parser.parse_args().out
    for part in SEEDS:
        write_part(make_part(part), folder / part)
    write_sheet(folder)


if __name__ == "__main__":
    main()
