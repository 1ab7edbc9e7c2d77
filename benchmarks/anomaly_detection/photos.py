"""The photos that both sides are given, and what the judge knows of them.

Either a folder laid out as MVTec AD (`train/good`, `test/<kind>`,
`ground_truth/<kind>/<stem>_mask.png`) or a JSON file:

    {"train": ["good/1.png"], "test": [{"image": "good/9.png"},
     {"image": "dent/2.png", "kind": "dent", "mask": "dent/2_mask.png"}]}

Paths are relative to the file; a photo without a kind is good, one of a defect may lack a mask.
numpy and Pillow alone, so that it runs unchanged in the peer's environment and in dltrain's.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

MASK_THRESHOLD = 127
GOOD = "good"
SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff"})


@dataclass(frozen=True, slots=True)
class JudgedPhoto:
    """A photo to be judged.

    Attributes:
        id: path relative to the data, with `/`.
        kind: of defect; None: good.
        mask: where it lies; None: good, or nobody marked it.
    """

    id: str
    image: Path
    kind: str | None
    mask: Path | None


@dataclass(frozen=True, slots=True)
class Photos:
    """Good photos to learn from, and photos to judge; no photo is both."""

    train: tuple[Path, ...]
    test: tuple[JudgedPhoto, ...]


def read_photos(data: Path) -> Photos:
    """The photos of a folder or of a JSON file.

    Raises:
        ValueError: a part is empty, a file is missing, or a photo is in both parts.
    """
    found = _of_list(data) if data.suffix == ".json" else _of_folder(data)
    if not found.train or not found.test:
        raise ValueError(f"{data}: {len(found.train)} training, {len(found.test)} test photos.")
    files = [*found.train, *(photo.image for photo in found.test)]
    files += [photo.mask for photo in found.test if photo.mask is not None]
    for file in files:
        if not file.is_file():
            raise ValueError(f"{file}: no such file; {data} asks for it.")
    both = {file.resolve() for file in found.train} & {p.image.resolve() for p in found.test}
    if both:
        raise ValueError(f"{data}: {min(both)} is for training and for testing.")
    return found


def read_mask(photo: JudgedPhoto, size_hw: tuple[int, int]) -> NDArray[np.bool_] | None:
    """Where a photo of the given size is anomalous, (H, W); None: nobody marked it.

    Raises:
        ValueError: the mask has another size.
    """
    if photo.kind is None:
        return np.zeros(size_hw, bool)
    if photo.mask is None:
        return None
    with Image.open(photo.mask) as file:
        mask = np.asarray(file.convert("L")) > MASK_THRESHOLD
    if mask.shape != size_hw:
        raise ValueError(f"{photo.mask}: {mask.shape} (height, width), its map {size_hw}.")
    return mask


def _of_list(file: Path) -> Photos:
    stored, root = json.loads(file.read_text(encoding="utf-8")), file.parent
    test = tuple(
        JudgedPhoto(
            one["image"],
            root / one["image"],
            one.get("kind"),
            root / one["mask"] if one.get("mask") else None,
        )
        for one in stored["test"]
    )
    return Photos(tuple(root / image for image in stored["train"]), test)


def _of_folder(root: Path) -> Photos:
    test = []
    for image in _images(root / "test"):
        kind = None if image.parent.name == GOOD else image.parent.name
        mask = root / "ground_truth" / image.parent.name / f"{image.stem}_mask.png"
        marked = kind is not None and mask.is_file()
        test.append(
            JudgedPhoto(image.relative_to(root).as_posix(), image, kind, mask if marked else None)
        )
    return Photos(tuple(_images(root / "train" / GOOD)), tuple(test))


def _images(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES)
