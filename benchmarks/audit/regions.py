"""The annotated regions of the shared sets: which photo, which object, which class, where."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.audit.sets import photos
from engine.data.images import read_image, read_mask

MARKED = ("magnetic_tile", "deeppcb", "caps")
PCB_CLASSES = ("open", "short", "mousebite", "spur", "copper", "pin-hole")
CAPS_CLASSES = ("scratch", "chip")

Grey = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Marked:
    """One photo with its annotated boxes; a label map (0 is none, k + 1 class k) where it has one.

    Attributes:
        board: what halves are drawn by: the object, or DeepPCB's folder.
        boxes: pairs (class index, upright box) as annotated; empty where there is a label map.
    """

    path: Path
    object: str
    board: str
    labels: Path | None = None
    label_class: int | None = None
    boxes: tuple[tuple[int, tuple[int, int, int, int]], ...] = field(default=())

    @property
    def half(self) -> str:
        """`fit` or `report`; see `benchmarks.audit.sets.Named.half`."""
        return "fit" if hashlib.sha256(self.board.encode()).digest()[0] % 2 else "report"

    def grey(self) -> Grey:
        """The photo, 8-bit grey."""
        photo = read_image(self.path)
        grey = np.asarray(cv2.cvtColor(photo, cv2.COLOR_RGB2GRAY)) if photo.ndim == 3 else photo
        return np.asarray(grey, np.uint8)

    def label_map(self, size_hw: tuple[int, int]) -> Grey:
        """(H, W): 0 where nothing is annotated, k + 1 for class k."""
        if self.labels is None:
            return np.zeros(size_hw, np.uint8)
        mask = read_mask(self.labels)
        if self.label_class is None:
            return np.asarray(mask, np.uint8)
        return np.where(mask > 127, self.label_class + 1, 0).astype(np.uint8)


def class_names(name: str) -> tuple[str, ...]:
    """The classes of a set, in the order of their indices."""
    if name == "deeppcb":
        return PCB_CLASSES
    return CAPS_CLASSES if name == "caps" else ("blowhole", "break", "crack", "fray", "uneven")


def marked(name: str, root: Path) -> list[Marked]:
    """All photos of a set with what is annotated on them, sorted by path."""
    return sorted(_READERS[name](root / name), key=lambda each: each.path)


def _magnetic_tile(folder: Path) -> Iterator[Marked]:
    names = class_names("magnetic_tile")
    for each in photos("magnetic_tile", folder.parent):
        kind = each.path.parts[-3].removeprefix("MT_").lower()
        labels = each.path.with_suffix(".png") if kind in names else None
        index = names.index(kind) if kind in names else None
        yield Marked(each.path, each.object, each.object, labels, index)


def _deeppcb(folder: Path) -> Iterator[Marked]:
    for line in sorted({x for f in ("trainval.txt", "test.txt") for x in _lines(folder / f)}):
        image, annotation = line.split()
        rows = [[int(x) for x in row.split()] for row in _lines(folder / annotation)]
        boxes = tuple((kind - 1, (x, y, x2 - x, y2 - y)) for x, y, x2, y2, kind in rows)
        listed = folder / image
        path = listed if listed.exists() else listed.with_name(f"{listed.stem}_test.jpg")
        yield Marked(path, image, image.split("/")[0], boxes=boxes)


def _caps(folder: Path) -> Iterator[Marked]:
    for each in photos("caps", folder.parent):
        labels = each.path.parents[1] / "masks" / f"{each.path.stem}.png"
        yield Marked(each.path, each.object, each.object, labels if labels.exists() else None)


def _lines(path: Path) -> list[str]:
    return [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


_READERS = {"magnetic_tile": _magnetic_tile, "deeppcb": _deeppcb, "caps": _caps}
