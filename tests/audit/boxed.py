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


def boxes(
    corners: Sequence[object], classes: Sequence[int] = (), texts: Sequence[str] | None = None
) -> BoxAnnotation:
    """Boxes of the first class, or of the classes given."""
    return BoxAnnotation(
        path=None,
        corners=np.array(corners, np.float32).reshape(-1, 4, 2),
        class_indices=np.array(classes or [0] * len(corners), np.uint8),
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


def worded(**texts: Sequence[str]) -> Dataset:
    """Photos of 24 x 32 px without files, in parts, each one text of the class `lot`."""
    parts = {
        part: [
            replace(
                sample(f"{part}/{at}.png", content=f"{part}/{at}"),
                annotation=boxes([upright_box(0, 0, 32, 24)], texts=[text]),
            )
            for at, text in enumerate(texts.get(part, ()))
        ]
        for part in ("train", "validation", "test")
    }
    return dataset(parts, class_names=("lot",))


KINDS = {
    "bolt": [(-6, -30, 6, 30), (-14, -30, 14, -14)],
    "bar": [(-6, -30, 6, 30), (-14, -30, 14, -14), (-14, 14, 14, 30)],
    "slab": [(-20, -30, 20, 30)],
    "chip": [(-30, -30, 30, 30)],
    "elbow": [(-30, -30, -18, 30), (-30, 18, 30, 30)],
}
"""Bright rectangles that a thing is made of, px from its middle."""

DOT = (-26, -26)
"""Of a dark dot in a chip's corner."""


def thing(
    kind: str, angle_deg: float, rng: np.random.Generator, *, dot: bool, dark: bool, mirrored: bool
) -> np.ndarray:
    """One of `KINDS`, its top at an angle; (160, 160)."""
    photo = np.zeros((SIDE, SIDE), np.uint8)
    middle = SIDE // 2
    for left, top, right, bottom in KINDS[kind]:
        corners = (middle + left, middle + top), (middle + right, middle + bottom)
        cv2.rectangle(photo, *corners, 200, -1)
    if dot:
        cv2.circle(photo, (middle + DOT[0], middle + DOT[1]), 3, 60, -1)
    if mirrored:
        photo = cv2.flip(photo, 1)
    matrix = cv2.getRotationMatrix2D((middle, middle), -angle_deg, 1.0)
    turned = cv2.warpAffine(photo, matrix, (SIDE, SIDE))
    grain = cv2.GaussianBlur(rng.normal(0, 20, photo.shape), (0, 0), 2)
    shown = 200 - turned * 0.8 if dark else turned * 0.8 + 50
    return np.clip(shown + grain, 0, 255).astype(np.uint8)


def things(
    kind: str = "bolt",
    *,
    upside_down: int = 0,
    upright: bool = False,
    aligned: bool = False,
    dot: bool = False,
    dark: int = 0,
    mirrored: int = 0,
) -> Callable[[Path], Dataset]:
    """Twelve photos of a thing at any angle, or all alike.

    The first few are marked upside down, dark on a bright ground, or mirrored.
    """
    reach = np.abs(np.array(KINDS[kind])).reshape(-1, 2).max(axis=0)

    def draw(folder: Path) -> Dataset:
        rng = np.random.default_rng(7)
        photos: list[Sample] = []
        for number in range(12):
            angle = float(rng.uniform(20, 70)) + 90 * (number % 4)
            angle = float(rng.normal(0, 2)) + 90 * (number % 2) if aligned else angle
            drawn = thing(kind, angle, rng, dot=dot, dark=number < dark, mirrored=number < mirrored)
            path = picture(folder / f"{number}.png", drawn)
            marked = angle + (180 if number < upside_down else 0)
            centre, size = (SIDE / 2 + 0.5, SIDE / 2 + 0.5), reach * 2.0 + 2
            corners = np.array(turned_box(centre, tuple(size.tolist()), np.deg2rad(marked)))
            if upright:
                low, high = corners.min(axis=0), corners.max(axis=0)
                corners = np.array(upright_box(*low, *high))
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            plain = replace(sample(path.name), image=path, size_hw=(SIDE, SIDE), sha256=digest)
            photos.append(replace(plain, annotation=boxes([corners])))
        return dataset({"train": photos, "validation": [], "test": []}, class_names=("bolt",))

    return draw
