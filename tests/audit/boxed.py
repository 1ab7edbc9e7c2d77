"""Data sets with boxes, for the checks that look at these."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np

from engine.data.boxes.geometry import turned_box, upright_box
from engine.records import BoxAnnotation, Dataset, Sample
from tests.builders import dataset, picture, sample

SIDE = 160
LONG, WIDE = 60, 28


def boxes(
    corners: Sequence[object], classes: Sequence[int] = (), texts: Sequence[str] | None = None
) -> BoxAnnotation:
    """Boxes of the first class, or of the classes given."""
    return BoxAnnotation(
        path=None,
        corners=np.array(corners, np.float32).reshape(-1, 4, 2),
        class_indices=np.array(classes or [0] * len(corners), np.uint8),
        oriented=True,
        texts=None if texts is None else tuple(texts),
    )


def boxed(*each: BoxAnnotation, class_names: Sequence[str] = ("bolt", "nut")) -> Dataset:
    """Photos of 24 x 32 px without files, with these boxes."""
    photos = [replace(sample(f"{n}.png"), annotation=own) for n, own in enumerate(each)]
    return dataset({"train": photos, "validation": [], "test": []}, class_names=class_names)


def word(*texts: str) -> BoxAnnotation:
    """Texts, one below the other."""
    corners = [upright_box(2, 2 + 5 * row, 30, 6 + 5 * row) for row in range(len(texts))]
    return boxes(corners, texts=texts)


def thing(angle_deg: float, headed: bool, rng: np.random.Generator) -> np.ndarray:
    """A bright bolt (headed), or a bar with two equal ends, its top at an angle; (160, 160)."""
    photo = np.zeros((SIDE, SIDE), np.uint8)
    middle, half = SIDE // 2, LONG // 2
    ends = ((-half, 16),) if headed else ((-half, 16), (half - 16, 16))
    cv2.rectangle(photo, (middle - 6, middle - half), (middle + 6, middle + half), 200, -1)
    for top, height in ends:
        corner = (middle - WIDE // 2, middle + top)
        cv2.rectangle(photo, corner, (middle + WIDE // 2, corner[1] + height), 200, -1)
    matrix = cv2.getRotationMatrix2D((middle, middle), -angle_deg, 1.0)
    turned = cv2.warpAffine(photo, matrix, (SIDE, SIDE))
    grain = cv2.GaussianBlur(rng.normal(0, 20, photo.shape), (0, 0), 2)
    return np.clip(turned * 0.8 + 50 + grain, 0, 255).astype(np.uint8)


def things(headed: bool, upside_down: int = 0, upright: bool = False) -> Callable[[Path], Dataset]:
    """Twelve photos of a thing at any angle, the first few marked upside down."""

    def draw(folder: Path) -> Dataset:
        rng = np.random.default_rng(7)
        photos: list[Sample] = []
        for number in range(12):
            angle = float(rng.uniform(20, 70)) + 90 * (number % 4)
            path = picture(folder / f"{number}.png", thing(angle, headed, rng))
            marked = angle + (180 if number < upside_down else 0)
            centre, size = (SIDE / 2 + 0.5, SIDE / 2 + 0.5), (WIDE + 2.0, LONG + 2.0)
            corners = np.array(turned_box(centre, size, np.deg2rad(marked)))
            if upright:
                low, high = corners.min(axis=0), corners.max(axis=0)
                corners = np.array(upright_box(*low, *high))
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            plain = replace(sample(path.name), image=path, size_hw=(SIDE, SIDE), sha256=digest)
            photos.append(replace(plain, annotation=boxes([corners])))
        return dataset({"train": photos, "validation": [], "test": []}, class_names=("bolt",))

    return draw
