"""The shared photos, and which of them show the same thing as far as anybody knows."""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from engine.data.images import IMAGE_SUFFIXES

SETS = ("magnetic_tile", "deeppcb", "msra_td500", "plates_us", "mvtec_reduced", "caps")
CAPS = Path(__file__).parents[2] / "examples" / "caps"


@dataclass(frozen=True, slots=True)
class Named:
    """A photo and the object that it shows."""

    path: Path
    object: str

    @property
    def half(self) -> str:
        """`fit` or `report`, by the object: thresholds are chosen on one half only."""
        return "fit" if hashlib.sha256(self.object.encode()).digest()[0] % 2 else "report"


def photos(name: str, root: Path) -> list[Named]:
    """All photos of a set, sorted by path."""
    return sorted(_READERS.get(name, _each_its_own)(root / name), key=lambda each: each.path)


def _magnetic_tile(folder: Path) -> Iterator[Named]:
    with (folder / "parts.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield Named(folder / row["image"], row["part"])


def _plates(folder: Path) -> Iterator[Named]:
    """Two photos of plates with one text may show one car."""
    with (folder / "labels.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            yield Named(folder / row["image"], row["text"])


def _caps(folder: Path) -> Iterator[Named]:
    del folder
    for path in _images(CAPS):
        found = re.search(r"cap\d+", path.name)
        if found and "mask" not in path.as_posix():
            yield Named(path, found[0])


def _each_its_own(folder: Path) -> Iterator[Named]:
    for path in _images(folder):
        if "ground_truth" not in path.parts:
            yield Named(path, path.relative_to(folder).as_posix())


def _images(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.suffix.lower() in IMAGE_SUFFIXES)


_READERS = {"magnetic_tile": _magnetic_tile, "plates_us": _plates, "caps": _caps}
