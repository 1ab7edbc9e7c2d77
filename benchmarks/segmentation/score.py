"""Scores the predictions of either side of the segmentation benchmark on the test photos.

    python -m benchmarks.segmentation.score --root $DLTRAIN_DATA/magnetic_tile \
        --split split.csv --predictions .bench/peer/1200

The folder holds `predictions/<id, / as __>.png` (label maps at the photo's own size) and
`scores.csv` (image, score: higher is more likely defective). Pixels are pooled over the test
set. A photo in a class folder whose mask is empty counts for IoU, but neither as defective nor
as good for AUROC: what it shows is not known.
"""

from __future__ import annotations

import argparse
import csv
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score  # type: ignore[import-untyped]

from benchmarks.segmentation.metrics import (
    Photo,
    class_ious,
    count_pixels,
    prediction_path,
    read_grey,
    read_label_map,
    read_split,
)

MAGNETIC_TILE_CLASSES = ("MT_Blowhole", "MT_Break", "MT_Crack", "MT_Fray", "MT_Uneven")


def read_scores(folder: Path) -> dict[str, float]:
    """Image score by image id, from `scores.csv`."""
    with (folder / "scores.csv").open(newline="", encoding="utf-8") as lines:
        return {row["image"]: float(row["score"]) for row in csv.DictReader(lines)}


def read_prediction(
    folder: Path, image_id: str, size_hw: tuple[int, ...], class_count: int
) -> NDArray[np.uint8]:
    """A predicted label map, uint8 (height, width).

    Raises:
        ValueError: it is missing, of another size than the photo, or holds an unknown class.
    """
    path = prediction_path(folder, image_id)
    predicted = read_grey(path)
    if predicted.shape != size_hw:
        raise ValueError(f"{path}: size {predicted.shape}; the photo's is {size_hw}.")
    if predicted.max() > class_count:
        raise ValueError(f"{path}: class {predicted.max()}; the highest is {class_count}.")
    return predicted


def interior(label_map: NDArray[np.uint8], edge_px: int) -> NDArray[np.uint8]:
    """The label map without a band of `edge_px` at each side."""
    height, width = label_map.shape
    return label_map[edge_px : height - edge_px, edge_px : width - edge_px]


def score(
    photos: Sequence[Photo], folder: Path, classes: Sequence[str], edge_px: int = 0
) -> dict[str, object]:
    """IoU per class and image AUROC of the predictions in `folder`.

    `edge_px` takes a band off what IoU counts; AUROC is over whole photos always.

    Raises:
        ValueError: a prediction or a score is missing or malformed.
    """
    scores = read_scores(folder)
    missing = [photo.id for photo in photos if photo.id not in scores]
    if missing:
        raise ValueError(f"{folder}/scores.csv: no score for {len(missing)}, as {missing[0]}.")
    confusion = np.zeros((len(classes) + 1, len(classes) + 1), np.int64)
    known: list[tuple[bool, float]] = []
    for photo in photos:
        truth = read_label_map(photo)
        predicted = read_prediction(folder, photo.id, truth.shape, len(classes))
        confusion += count_pixels(
            interior(truth, edge_px), interior(predicted, edge_px), len(classes)
        )
        if truth.any() or photo.label == 0:
            known.append((bool(truth.any()), scores[photo.id]))
    defective, values = zip(*known, strict=True)
    if len(set(defective)) < 2:
        raise ValueError("AUROC needs good and defective test photos; the split has one kind only.")
    ious = class_ious(confusion)
    return {
        "images": len(photos),
        "defective_images": sum(defective),
        "images_without_verdict": len(photos) - len(known),
        "edge_px": edge_px,
        "iou": {
            name: None if np.isnan(iou) else round(float(iou), 4)
            for name, iou in zip(classes, ious, strict=True)
        },
        "mean_iou": round(float(np.nanmean(ious)), 4),
        "image_auroc": round(float(roc_auc_score(defective, values)), 4),
    }


def main() -> None:
    """Prints the scores as JSON."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--root", type=Path, required=True)
    parser.add_argument("--split", type=Path, required=True)
    parser.add_argument("--predictions", type=Path, required=True)
    parser.add_argument("--classes", nargs="+", default=MAGNETIC_TILE_CLASSES)
    parser.add_argument("--good", nargs="+", default=("MT_Free",))
    parser.add_argument("--edge", type=int, default=0, metavar="PX")
    given = parser.parse_args()
    photos = read_split(given.split, given.root, "test", given.classes, given.good)
    print(json.dumps(score(photos, given.predictions, given.classes, given.edge), indent=2))


if __name__ == "__main__":
    main()
