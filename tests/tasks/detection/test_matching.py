"""Matching and average precision, against pycocotools on upright boxes."""

from __future__ import annotations

import contextlib
import io

import numpy as np
import pytest
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from engine.evaluate.average_precision import average_precision
from engine.evaluate.statistic import RankedDetections
from engine.tasks.detection.boxes import HEADING, from_corners, upright
from engine.tasks.detection.matching import THRESHOLDS, match

PHOTOS = 12


def scene(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Things, which to ignore, predictions near them and at random, scores with ties."""
    corner = rng.uniform(0, 80, (rng.integers(0, 9), 2))
    things = np.concatenate([corner, corner + rng.uniform(5, 30, corner.shape)], axis=1)
    near = things + rng.normal(0, 3, things.shape)
    corner = rng.uniform(0, 80, (rng.integers(0, 5), 2))
    stray = np.concatenate([corner, corner + rng.uniform(5, 30, corner.shape)], axis=1)
    ignored = rng.random(len(things)) < 0.2
    predicted = np.concatenate([near, near + 1.0, stray])
    predicted[:, 2:] = np.maximum(predicted[:, 2:], predicted[:, :2] + 1.0)
    scores = np.round(rng.uniform(0, 1, len(predicted)), 1) + 1e-4 * rng.permutation(len(predicted))
    return things, ignored, predicted, scores


def boxes(sides: np.ndarray) -> np.ndarray:
    if not len(sides):
        return np.empty((0, 5), np.float32)
    return from_corners(upright(sides.reshape(-1, 2, 2)))


def xywh(sides: np.ndarray) -> list[float]:
    left, top, right, bottom = np.float32(sides).tolist()
    return [left, top, right - left, bottom - top]


def test_average_precision_is_pycocotools() -> None:
    rng = np.random.default_rng(3)
    scenes = [scene(rng) for _ in range(PHOTOS)]
    parts, scores, right, counted, things = [], [], [], [], []
    for part, (own, ignored, predicted, sure) in enumerate(scenes):
        found = match(boxes(predicted), sure, boxes(own), ignored, ignored, HEADING)
        parts.append(np.full(len(sure), part))
        scores.append(sure)
        right.append(found.thing >= 0)
        counted.append(~found.ignored)
        things.append(float((~ignored).sum()))
    ranked = RankedDetections(
        np.concatenate(parts),
        np.concatenate(scores),
        np.concatenate(right, axis=1),
        np.concatenate(counted, axis=1),
        np.array(things),
    )
    precisions = average_precision(ranked, np.ones((1, PHOTOS)))[:, 0]
    assert precisions == pytest.approx(coco_precisions(scenes), abs=1e-9)
    assert len(precisions) == len(THRESHOLDS)


def coco_precisions(scenes: list[tuple[np.ndarray, ...]]) -> list[float]:
    truth = {"images": [], "annotations": [], "categories": [{"id": 1, "name": "thing"}]}
    results = []
    for number, (things, ignored, predicted, sure) in enumerate(scenes, start=1):
        truth["images"].append({"id": number})
        for box, crowd in zip(things, ignored, strict=True):
            identity = len(truth["annotations"]) + 1
            area = float(np.prod(xywh(box)[2:]))
            truth["annotations"].append(
                {"id": identity, "image_id": number, "category_id": 1, "bbox": xywh(box),
                 "area": area, "iscrowd": int(crowd)}
            )  # fmt: skip
        results += [
            {"image_id": number, "category_id": 1, "bbox": xywh(box), "score": float(score)}
            for box, score in zip(predicted, sure, strict=True)
        ]
    with contextlib.redirect_stdout(io.StringIO()):
        coco = COCO()
        coco.dataset = truth
        coco.createIndex()
        evaluation = COCOeval(coco, coco.loadRes(results), "bbox")
        evaluation.evaluate()
        evaluation.accumulate()
    precision = evaluation.eval["precision"]
    return [float(precision[level, :, 0, 0, 2].mean()) for level in range(len(THRESHOLDS))]


def test_what_lies_in_a_crowd_counts_for_nothing_however_large_the_crowd_is() -> None:
    crowd = np.array([[150, 150, 300, 300, 0.3]], np.float32)
    inside, beside = (100, 100, 20, 20, 1.0), (400, 100, 20, 20, 1.0)
    predicted = np.array([inside, inside, beside], np.float32)
    ignore, scores = np.array([True]), np.array([0.9, 0.8, 0.7], np.float32)
    found = match(predicted, scores, crowd, ignore, ignore, 6)
    assert (found.thing == -1).all()
    assert (found.ignored == [True, True, False]).all()
    single = match(predicted, scores, crowd, ignore, ~ignore, 6)
    assert not single.ignored.any()
