"""The benchmark's own judge of detections: pycocotools and shapely agree, and angles are right."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from benchmarks.detection.exchange import (
    IGNORE,
    Detections,
    Found,
    Photo,
    Thing,
    Truth,
    read_detections,
    read_truth,
    write_detections,
    write_truth,
)
from benchmarks.detection.oriented import average_precision, judge, overlap
from benchmarks.detection.score import score, upright_precisions

CLASSES = 3


def box(x: float, y: float, width: float, height: float, degrees: float = 0.0) -> list[list[float]]:
    cosine, sine = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    ends = [(-1, -1), (1, -1), (1, 1), (-1, 1)]
    half = [(across * width / 2, down * height / 2) for across, down in ends]
    return [[x + a * cosine - b * sine, y + a * sine + b * cosine] for a, b in half]


def photo(boxes: list[list[list[float]]], classes: list[int], name: str = "a.png") -> Photo:
    return Photo(
        name, Path(name), (640, 480), "test",
        np.array(boxes, np.float64).reshape(-1, 4, 2), np.array(classes, np.int64),
    )  # fmt: skip


def found(boxes: list[list[list[float]]], classes: list[int], scores: list[float]) -> Found:
    return Found(np.array(boxes, np.float64).reshape(-1, 4, 2), np.array(classes), np.array(scores))


def scene(random: np.random.Generator, name: str) -> tuple[Photo, Found]:
    """Boxes, a fifth of them to be ignored, and detections of some of them beside false alarms."""
    count = int(random.integers(0, 15))
    rows = random.uniform([60, 60, 20, 20], [500, 400, 90, 90], (count, 4))
    classes = random.integers(0, CLASSES, count)
    seen = random.random(count) < 0.8
    near = np.repeat(rows[seen] + random.normal(0, 5, (int(seen.sum()), 4)), 2, axis=0)
    near += random.normal(0, 3, near.shape)
    alarms = random.uniform([60, 60, 20, 20], [500, 400, 90, 90], (5, 4))
    guesses = np.concatenate([near, alarms])
    guesses[:, 2:] = np.maximum(guesses[:, 2:], 5)
    named = np.concatenate([np.repeat(classes[seen], 2), random.integers(0, CLASSES, 5)])
    stored = np.where(random.random(count) < 0.2, IGNORE, classes)
    return (
        photo([box(*row) for row in rows], stored.tolist(), name),
        found([box(*row) for row in guesses], named.tolist(), random.random(len(named)).tolist()),
    )


def by_polygons(photos: list[Photo], detections: dict[str, Found]) -> NDArray[np.float64]:
    return np.stack(
        [
            average_precision([judge(each, detections[each.id], index, 2) for each in photos])
            for index in range(CLASSES)
        ],
        axis=1,
    )


@pytest.mark.parametrize("seed", range(8))
def test_polygons_and_pycocotools_agree_on_upright_boxes(seed: int) -> None:
    random = np.random.default_rng(seed)
    scenes = [scene(random, f"{number}.png") for number in range(12)]
    photos, detections = [each for each, _ in scenes], {p.id: f for p, f in scenes}
    ours = by_polygons(photos, detections)
    assert 0.2 < ours[0].mean() < 0.95
    np.testing.assert_allclose(ours, upright_precisions(photos, detections, CLASSES), atol=1e-9)


def test_nothing_found_is_nothing_gained() -> None:
    photos = [photo([box(100, 100, 40, 40)], [0])]
    detections = {"a.png": found([], [], [])}
    assert upright_precisions(photos, detections, 1).max() == 0
    assert average_precision([judge(photos[0], detections["a.png"], 0, 2)]).max() == 0


def test_a_class_without_boxes_has_no_figure() -> None:
    photos = [photo([box(100, 100, 40, 40)], [0])]
    detections = {"a.png": found([box(100, 100, 40, 40)], [0], [0.9])}
    precisions = upright_precisions(photos, detections, 2)
    assert precisions[:, 0].min() == pytest.approx(1)
    assert np.isnan(precisions[:, 1]).all()
    assert np.isnan(average_precision([judge(photos[0], detections["a.png"], 1, 2)])).all()


@pytest.mark.parametrize(
    ("symmetry", "truth", "guess", "expected"),
    [
        (6, box(50, 50, 40, 40, 10), box(50, 50, 40, 40, 70), 1.0),
        (6, box(50, 50, 40, 36, 10), box(50, 50, 36, 40, 100), 1.0),
        (0, box(50, 50, 40, 40, 0), box(50, 50, 40, 40, 45), 1.0),
        (2, box(50, 50, 80, 20, 30), box(50, 50, 80, 20, 210), 1.0),
        (2, box(50, 50, 80, 20, 30), box(50, 50, 80, 20, 120), 400 / 2800),
        (1, box(50, 50, 40, 40, 0), box(50, 50, 40, 40, 45), math.sqrt(0.5)),
    ],
)
def test_overlap_is_as_the_symmetry_has_it(
    symmetry: int, truth: list[list[float]], guess: list[list[float]], expected: float
) -> None:
    shares = overlap(np.array([guess]), np.array([truth]), symmetry, np.array([False]))
    assert shares[0, 0] == pytest.approx(expected, abs=1e-6)


def heading_truth() -> Truth:
    boxes = [box(60 + 100 * k, 100, 60, 30, 20 * k) for k in range(5)]
    return Truth("tray", True, (Thing("bracket", 1),), (photo(boxes, [0] * 5),))


def turned(by: list[float]) -> Found:
    boxes = [box(60 + 100 * k, 100, 60, 30, 20 * k + by[k]) for k in range(5)]
    return found(boxes, [0] * 5, [0.9] * 5)


def test_angles_and_flips_of_detections_with_a_heading() -> None:
    report = score(heading_truth(), Detections(True, {"a.png": turned([1, -2, 3, 4, 179])}))
    assert report["map50"] == pytest.approx(1)
    assert report["angle_error_deg"] == pytest.approx(3, abs=1e-3)
    assert report["flip_rate"] == pytest.approx(0.2)
    assert report["axis_error_deg"] == pytest.approx(2, abs=1e-3)


def test_boxes_without_heading_have_an_axis_alone() -> None:
    upended = [box(60 + 100 * k, 100, 30, 60, 20 * k + 92) for k in range(5)]
    detections = Detections(False, {"a.png": found(upended, [0] * 5, [0.9] * 5)})
    report = score(heading_truth(), detections)
    assert report["map50"] == pytest.approx(1)
    assert report["angle_error_deg"] is None
    assert report["flip_rate"] is None
    assert report["axis_error_deg"] == pytest.approx(2, abs=1e-3)


def test_a_photo_that_was_not_looked_at_is_refused() -> None:
    with pytest.raises(ValueError, match=r"a\.png"):
        score(heading_truth(), Detections(True, {}))


def test_files_hold_what_was_written(tmp_path: Path) -> None:
    truth, detections = heading_truth(), Detections(True, {"a.png": turned([1, 2, 3, 4, 5])})
    write_truth(truth, tmp_path / "truth.json")
    write_detections(detections, tmp_path / "found.json")
    read, back = read_truth(tmp_path / "truth.json"), read_detections(tmp_path / "found.json")
    assert (read.recipe, read.oriented, read.things) == (truth.recipe, True, truth.things)
    np.testing.assert_allclose(read.photos[0].corners, truth.photos[0].corners, atol=1e-3)
    np.testing.assert_allclose(
        back.photos["a.png"].corners, detections.photos["a.png"].corners, atol=1e-2
    )
    assert back.heading
