"""What both sides of the segmentation benchmark are measured by: the truth, and pooled IoU.

numpy and OpenCV alone, so that it runs unchanged in the peer's environment and in dltrain's.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

MASK_THRESHOLD = 127  # the masks of magnetic_tile have soft edges


@dataclass(frozen=True, slots=True)
class Photo:
    """One photo of the split.

    Attributes:
        id: path relative to the root, with `/`; its first part is the class folder.
        image: the file; its mask is the `.png` of the same stem beside it.
        label: 1-based index of the folder's class, 0 for a folder of good parts.
    """

    id: str
    image: Path
    label: int


def read_split(
    table: Path, root: Path, split: str, classes: Sequence[str], good: Sequence[str]
) -> tuple[Photo, ...]:
    """The photos of one split, in the order of the table.

    Args:
        table: `split.csv` of a dltrain run (columns image, object, split, sha256).
        root: the folder that the image ids are relative to.
        split: train, validation or test.
        classes: class folders; the first is class 1.
        good: folders of defect-free photos, whose masks are not read.

    Raises:
        ValueError: no photo in the split, an unnamed folder, or a file that has changed.
    """
    labels = {**dict.fromkeys(good, 0), **{name: i for i, name in enumerate(classes, start=1)}}
    photos = []
    with table.open(newline="", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            if row["split"] != split:
                continue
            image, folder = root / row["image"], row["image"].split("/")[0]
            if folder not in labels:
                raise ValueError(
                    f"{table}: {row['image']} lies in '{folder}', which is neither a class nor a "
                    f"good folder ({', '.join(labels)}). Name it with --classes or --good."
                )
            if hashlib.sha256(image.read_bytes()).hexdigest() != row["sha256"]:
                raise ValueError(f"{image}: not the file that {table} lists (sha256 differs).")
            photos.append(Photo(row["image"], image, labels[folder]))
    if not photos:
        raise ValueError(f"{table}: no photo in the split '{split}'.")
    return tuple(photos)


def read_grey(path: Path) -> NDArray[np.uint8]:
    """A picture as uint8 (height, width).

    Raises:
        ValueError: it is missing or cannot be decoded.
    """
    grey = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
    if grey is None:
        raise ValueError(f"{path}: missing, or no picture that OpenCV can decode.")
    return np.asarray(grey, dtype=np.uint8)


def read_label_map(photo: Photo) -> NDArray[np.uint8]:
    """The truth of one photo, uint8 (height, width): 0 is background, k the k-th class."""
    if photo.label == 0:
        return np.zeros_like(read_grey(photo.image))
    defect = read_grey(photo.image.with_suffix(".png")) > MASK_THRESHOLD
    return (defect * photo.label).astype(np.uint8)


def prediction_path(folder: Path, image_id: str) -> Path:
    """Where the predicted label map of a photo is kept: `/` in its id becomes `__`."""
    return folder / "predictions" / (image_id.replace("/", "__") + ".png")


def count_pixels(
    truth: NDArray[np.uint8], predicted: NDArray[np.uint8], class_count: int
) -> NDArray[np.int64]:
    """Confusion matrix (class_count + 1)², truth in rows, of two label maps of one shape."""
    size = class_count + 1
    pairs = truth.astype(np.int64).ravel() * size + predicted.ravel()
    return np.bincount(pairs, minlength=size * size).reshape(size, size)


def class_ious(confusion: NDArray[np.int64]) -> NDArray[np.float64]:
    """Intersection over union of each class but the background; NaN where truth has none."""
    hits = np.diag(confusion)[1:]
    truth, predicted = confusion.sum(axis=1)[1:], confusion.sum(axis=0)[1:]
    union = np.where(truth > 0, truth + predicted - hits, 0)
    ious = np.full(len(hits), np.nan)
    np.divide(hits, union, out=ious, where=union > 0)
    return ious
