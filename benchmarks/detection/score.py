"""Scores either side's detections on the test photos.

    python -m benchmarks.detection.score --truth .bench/detection/msra_td500.json \
        --detections .bench/detection/peer/msra_td500-600/detections.json

Upright boxes are judged by pycocotools, oriented ones by `benchmarks.detection.oriented`; nothing
of `engine` takes part. At most 1,000 detections a photo count.

Angles are of detections that found their thing at an overlap of 0.5, whatever their score.
`angle_error_deg` is modulo the class's symmetry, and `flip_rate` the share of those of a class
with heading that are off by more than 90 degrees; both need detections with a heading.
`axis_error_deg` is that of the longer side modulo a half turn, in classes with a heading or
symmetry 2: all that can be asked of a detector whose boxes have no heading, such as YOLO11n-obb.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import numpy as np
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from benchmarks.detection.exchange import (
    HEADING,
    IGNORE,
    NO_ANGLE,
    Detections,
    Floats,
    Found,
    Photo,
    Truth,
    read_detections,
    read_truth,
)
from benchmarks.detection.oriented import Judged, average_precision, direction, judge

MOST_FOUND = 1000


def surest(detections: Detections, photos: Sequence[Photo]) -> dict[str, Found]:
    """The surest detections on each photo.

    Raises:
        ValueError: a photo has no entry.
    """
    kept = {}
    for photo in photos:
        if photo.id not in detections.photos:
            raise ValueError(f"no detections are stored for {photo.id}; none are an empty list.")
        found = detections.photos[photo.id]
        first = np.argsort(-found.scores, kind="stable")[:MOST_FOUND]
        kept[photo.id] = Found(found.corners[first], found.classes[first], found.scores[first])
    return kept


def upright_precisions(photos: Sequence[Photo], found: Mapping[str, Found], classes: int) -> Floats:
    """Average precision (T, classes) as pycocotools has it; NaN for a class without boxes."""
    truth = [
        {"image_id": number, "category_id": k, "bbox": box, "area": box[2] * box[3],
         "iscrowd": int(index == IGNORE)}
        for number, photo in enumerate(photos)
        for box, index in zip(_bounds_xywh(photo.corners), photo.classes.tolist(), strict=True)
        for k in (range(classes) if index == IGNORE else (index,))
    ]  # fmt: skip
    results = [
        {"image_id": number, "category_id": index, "bbox": box, "score": score}
        for number, photo in enumerate(photos)
        for box, index, score in zip(
            _bounds_xywh(found[photo.id].corners),
            found[photo.id].classes.tolist(),
            found[photo.id].scores.tolist(),
            strict=True,
        )
    ]
    if not results:
        return np.zeros((10, classes))
    with redirect_stdout(StringIO()):
        coco = COCO()
        coco.dataset = {
            "images": [{"id": number} for number in range(len(photos))],
            "categories": [{"id": k} for k in range(classes)],
            "annotations": [{"id": k, **each} for k, each in enumerate(truth, start=1)],
        }
        coco.createIndex()
        judged = COCOeval(coco, _results(coco, results), "bbox")
        judged.params.maxDets = [MOST_FOUND]
        judged.params.areaRng, judged.params.areaRngLbl = [[0, 1e10]], ["all"]
        judged.evaluate()
        judged.accumulate()
    precision = judged.eval["precision"][:, :, :, 0, 0]
    return np.asarray(np.where(precision < 0, np.nan, precision).mean(axis=1))


def _results(coco: COCO, results: list[dict[str, object]]) -> COCO:
    """What `COCO.loadRes` makes of detections, which reads a file for it."""
    loaded = COCO()
    numbered = [
        {**each, "id": k, "iscrowd": 0, "area": each["bbox"][2] * each["bbox"][3]}  # type: ignore[index]
        for k, each in enumerate(results, start=1)
    ]
    loaded.dataset = {**coco.dataset, "annotations": numbered}
    loaded.createIndex()
    return loaded


def _bounds_xywh(corners: Floats) -> list[list[float]]:
    low, high = corners.min(axis=1), corners.max(axis=1)
    return [[float(value) for value in row] for row in np.concatenate([low, high - low], axis=1)]


def judged_photos(
    photos: Sequence[Photo], found: Mapping[str, Found], index: int, symmetry: int
) -> list[Judged]:
    """Each photo's detections of one class."""
    return [judge(photo, found[photo.id], index, symmetry) for photo in photos]


def pairs(
    photos: Sequence[Photo], found: Mapping[str, Found], judged: Sequence[Judged], index: int
) -> tuple[Floats, Floats]:
    """Corners of detections and of the boxes that they found at an overlap of 0.5."""
    own, theirs = [np.zeros((0, 4, 2))], [np.zeros((0, 4, 2))]
    for photo, each in zip(photos, judged, strict=True):
        of_class = np.flatnonzero(found[photo.id].classes == index)
        turns = of_class[np.argsort(-found[photo.id].scores[of_class], kind="stable")]
        hits = each.taken[0] >= 0
        own.append(found[photo.id].corners[turns[hits]])
        theirs.append(photo.corners[each.taken[0][hits]])
    return np.concatenate(own), np.concatenate(theirs)


def angle_between(first: Floats, second: Floats, symmetry: int) -> Floats:
    """How far two angles lie apart modulo a symmetry, in degrees."""
    period = 2 * np.pi / symmetry
    apart = np.remainder(first - second, period)
    return np.asarray(np.degrees(np.minimum(apart, period - apart)))


def axis(corners: Floats) -> Floats:
    """The angles (n,) of the longer sides of boxes (n, 4, 2)."""
    sides = np.linalg.norm(np.roll(corners, -1, axis=1) - corners, axis=2)
    wide = sides[:, ::2].sum(axis=1) >= sides[:, 1::2].sum(axis=1)
    return np.asarray(direction(corners) + np.where(wide, 0.0, np.pi / 2))


def score(truth: Truth, detections: Detections) -> dict[str, object]:
    """mAP50 and mAP50:95 over the test photos, per class and in the mean, and angles.

    Raises:
        ValueError: a test photo has no entry.
    """
    photos = truth.part("test")
    found = surest(detections, photos)
    report: dict[str, object] = {"recipe": truth.recipe, "photos": len(photos)}
    if not truth.oriented:
        precisions = upright_precisions(photos, found, len(truth.things))
        return {**report, **_precisions(truth, precisions)}
    columns, exact, flips, axes = [], [], [], []
    for index, thing in enumerate(truth.things):
        judged = judged_photos(photos, found, index, thing.symmetry)
        columns.append(average_precision(judged))
        own, theirs = pairs(photos, found, judged, index)
        if detections.heading and thing.symmetry != NO_ANGLE:
            exact.append(angle_between(direction(own), direction(theirs), thing.symmetry))
            if thing.symmetry == HEADING:
                flips.append((exact[-1] > 90).astype(np.float64))
        if thing.symmetry in (HEADING, 2):
            axes.append(angle_between(axis(own), axis(theirs), 2))
    return {
        **report,
        **_precisions(truth, np.stack(columns, axis=1)),
        "angle_error_deg": _of(exact, np.median),
        "flip_rate": _of(flips, np.mean),
        "axis_error_deg": _of(axes, np.median),
    }


def _precisions(truth: Truth, precisions: Floats) -> dict[str, object]:
    """Of (T, classes)."""
    names = [thing.name for thing in truth.things]
    rows = {"map50": precisions[0], "map50_95": precisions.mean(axis=0)}
    report: dict[str, object] = {}
    for name, row in rows.items():
        report[name] = round(float(np.nanmean(row)), 4)
        report[f"{name}_by_class"] = {
            each: None if np.isnan(value) else round(float(value), 4)
            for each, value in zip(names, row, strict=True)
        }
    return report


def _of(values: Sequence[Floats], figure: Callable[[Floats], np.floating]) -> float | None:
    pooled = np.concatenate(values) if values else np.zeros(0)
    return round(float(figure(pooled)), 4) if len(pooled) else None


def main() -> None:
    """Prints the scores as JSON."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--truth", type=Path, required=True)
    parser.add_argument("--detections", type=Path, required=True)
    given = parser.parse_args()
    report = score(read_truth(given.truth), read_detections(given.detections))
    print(json.dumps(report, indent=2))


if __name__ == "__main__":
    main()
