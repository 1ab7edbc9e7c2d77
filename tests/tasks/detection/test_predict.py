"""What `predict` says of a photo, and that a heading survives the whole way to it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.data.view import View
from engine.errors import UsageError
from engine.evaluate.thresholds import Threshold
from engine.recipe.units import Length
from engine.tasks.augment import Augmentation, sampling_matrix
from engine.tasks.detection.boxes import angle_difference, from_corners, to_corners
from engine.tasks.detection.deployment import Deployment
from engine.tasks.detection.detections import Detections, Things
from engine.tasks.detection.evaluate import look
from engine.tasks.detection.infer import Inference, forward
from engine.tasks.detection.patches import move
from engine.tasks.detection.photos import read_truth
from engine.tasks.detection.predict import prediction_line, predictor, thing_line
from engine.tasks.detection.targets import draw_targets
from engine.tasks.task import Prediction
from tests.builders import photo
from tests.data.boxes.files import read, write
from tests.tasks.detection.bright import SIDE, Bright, deployed, spotted
from tests.tasks.detection.test_targets import GRID, NOTHING, ORDERS, decoded, said_exactly

MODEL = Bright()
NAMES = ("bracket", "screw", "nut", "washer")
ROI = (20, 10, 300, 280)
PHOTO_HW = (320, 360)


def say(pixels: np.ndarray, view: View | None = None) -> Prediction:
    heard: list[tuple[int, int]] = []
    predict = predictor(MODEL, deployed(view=view))
    said = predict(pixels, "a.png", lambda done, total: heard.append((done, total)))
    assert heard[-1][0] == heard[-1][1] > 0
    return said


def bright_at(x: int, y: int, size_hw: tuple[int, int] = (SIDE, SIDE)) -> np.ndarray:
    pixels = np.zeros((*size_hw, 3), np.uint8)
    pixels[y : y + 12, x : x + 20] = 240
    return pixels


def test_corners_are_those_of_the_photo_and_begin_at_the_top() -> None:
    for view in (None, View(roi_xywh=(10, 6, 80, 80))):
        said = say(bright_at(40, 50), view)
        (thing,) = said.result["things"]
        expected = [[40, 50], [60, 50], [60, 62], [40, 62]]
        np.testing.assert_allclose(thing["corners"], expected, atol=0.05)
        assert (thing["class"], thing["angle_deg"], thing["region"]) == ("spot", 0.0, "interior")
        assert said.summary == "1 x spot"
        assert said.overlay.shape == (SIDE, SIDE, 3)
        assert said.overlay[50, 45].tolist() != [240, 240, 240]


def test_the_margin_is_that_of_the_region_of_interest() -> None:
    view = View(roi_xywh=(36, 6, 60, 80))
    (thing,) = say(bright_at(36, 40, (SIDE, SIDE)), view).result["things"]
    assert thing["region"] == "interior"
    (thing,) = say(bright_at(30, 40), view).result["things"]  # 14 px of it are inside
    assert thing["region"] == "edge"


@pytest.mark.parametrize("size_hw", [(1, 1), (20, 20), (30, 700), (96, 96)])
def test_photos_of_any_size(size_hw: tuple[int, int]) -> None:
    said = say(np.zeros(size_hw, np.uint16))
    assert (said.result, said.summary) == ({"things": []}, "nothing found")
    assert said.overlay.shape == (*size_hw, 3)


def test_a_photo_smaller_than_the_region_of_interest_is_named() -> None:
    predict = predictor(MODEL, deployed(view=View(roi_xywh=(0, 0, 100, 50))))
    with pytest.raises(UsageError, match=r"line3/0042.*\[0, 0, 100, 50\] on 96x96 px"):
        predict(bright_at(0, 0), "line3/0042.png", lambda *_: None)


def test_a_photo_far_smaller_than_those_of_training_is_refused() -> None:
    predict = predictor(MODEL, replace(deployed(), least_side_px=32))
    with pytest.raises(UsageError, match=r"a\.png: the photo is smaller"):
        predict(bright_at(0, 0, (31, 90)), "a.png", lambda *_: None)


def test_the_line_of_a_test_photo_tells_right_wrong_and_missed(tmp_path: Path) -> None:
    view = View(roi_xywh=(8, 8, 84, 84))
    sample = spotted(tmp_path, "a", (20, 20, 250, True), (50, 50, 240, False), (20, 60, 60, True))
    deployment = deployed(view=view)
    pixels = photo_of(sample.image)
    outcome = look(forward(MODEL, deployment.orders), sample, pixels, deployment)
    line = prediction_line(outcome, deployment)
    assert [thing["right"] for thing in line["things"]] == [True, False]
    np.testing.assert_allclose(line["things"][1]["corners"][0], (50, 50), atol=0.05)
    (missed,) = line["missed"]
    assert missed["corners"] == [[20, 60], [32, 60], [32, 72], [20, 72]]
    assert (missed["class"], missed["region"]) == ("spot", "interior")


def photo_of(path: Path) -> np.ndarray:
    from engine.data.images import read_image

    return read_image(path)


@settings(deadline=None, max_examples=40)
@given(
    st.integers(0, 3),
    st.tuples(st.floats(130, 180), st.floats(120, 160)),
    st.tuples(st.floats(16, 40), st.floats(12, 30)),
    st.floats(-np.pi, np.pi),
    st.integers(0, 2**31),
)
def test_a_heading_survives_from_the_file_to_the_prediction(
    label: int,
    middle: tuple[float, float],
    size: tuple[float, float],
    angle: float,
    seed: int,
) -> None:
    """Read, cut to the region of interest, augmented, told to the network, decoded, written."""
    box = np.array([[*middle, *size, 0.0 if ORDERS[label] == 0 else angle]], np.float32)
    stored = to_corners(box)[0]
    with TemporaryDirectory() as folder:
        things, view = as_read(Path(folder), label, stored)
    random = np.random.default_rng(seed)
    augmentation = Augmentation(
        True, True, rotate_deg=0 if ORDERS[label] == 0 else 180, scale=0.0, shift=0.0
    )
    centre = (float(things.boxes[0, 0]), float(things.boxes[0, 1]))
    matrix = sampling_matrix(centre, NOTHING.shape, augmentation, random)
    targets = draw_targets(move(things, matrix, oriented=True), NOTHING, ORDERS, GRID)
    found = decoded(said_exactly(targets))
    sure = found.take(found.scores > 0.9)
    assert sure.classes.tolist() == [label]
    back = Detections(back_in_photo(sure.boxes, matrix), sure.classes, sure.scores)
    line = thing_line(back, 0, deployed_for(view))
    written = from_corners(np.array([line["corners"]], np.float32))[0]
    np.testing.assert_allclose(written[:4], box[0, :4], atol=0.1)
    assert angle_difference(written[4], box[0, 4], ORDERS[label]) < 0.02
    if ORDERS[label] == 1:
        np.testing.assert_allclose(line["corners"], stored, atol=0.3)
    assert ("angle_deg" in line) == (ORDERS[label] != 0)


@pytest.mark.parametrize(
    ("label", "turned", "told"),
    [
        (0, 350.0, 350.0), (0, -10.0, 350.0), (0, 359.999, 0.0),
        (1, 190.0, 10.0), (1, -10.0, 170.0), (1, 179.998, 0.0),
        (2, 61.0, 1.0), (2, -1.0, 59.0), (2, 360.0, 0.0),
    ],
)  # fmt: skip
def test_an_angle_is_told_as_far_as_the_symmetry_tells_it(
    label: int, turned: float, told: float
) -> None:
    boxes = np.array([[50, 50, 20, 10, np.deg2rad(turned)]], np.float32)
    found = Detections(boxes, np.array([label], np.uint8), np.ones(1, np.float32))
    line = thing_line(found, 0, deployed_for(View()))
    assert line["angle_deg"] == pytest.approx(told, abs=0.011)
    assert 0 <= line["angle_deg"] < 360 / ORDERS[label]


def as_read(folder: Path, label: int, corners: np.ndarray) -> tuple[Things, View]:
    """The thing as format yolo_obb reads it, in px of the region of interest."""
    from engine.data.readers import LabelTable

    photo(folder / "a.png", size_hw=PHOTO_HW)
    shares = (corners / PHOTO_HW[::-1]).ravel().tolist()
    write(folder / "a.txt", " ".join([str(label), *(f"{share:.7f}" for share in shares)]))
    reading = read("yolo_obb", folder, LabelTable(NAMES, tuple((name,) for name in NAMES)))
    (sample,) = reading.samples
    view = View(roi_xywh=ROI)
    return read_truth(sample, view, ORDERS, oriented=True), view


def back_in_photo(boxes: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    """Boxes (n, 5) of a patch, in px of what it was cut from."""
    corners = (to_corners(boxes) - 0.5) @ matrix[:, :2].T + matrix[:, 2] + 0.5
    if np.linalg.det(matrix[:, :2]) < 0:
        corners = corners[:, [1, 0, 3, 2]]
    return from_corners(corners)


def deployed_for(view: View) -> Deployment:
    inference = Inference(view, 255.0, ORDERS, GRID.strides, (160, 192), 0.25)
    thresholds: Any = tuple(Threshold("score", name, 0.5) for name in NAMES)
    return Deployment(NAMES, True, Length(8.0), inference, thresholds)
