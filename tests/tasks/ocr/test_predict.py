"""What `predict` says of a photo, and what it draws."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from engine.data.view import View
from engine.errors import UsageError
from engine.evaluate.thresholds import Threshold
from engine.tasks.drawing import class_colour
from engine.tasks.ocr import predict as predicting
from engine.tasks.ocr.deployment import READING, Deployment
from engine.tasks.ocr.predict import CAPTIONED_PX, predictor
from engine.tasks.task import Prediction
from engine.text.field import TextField
from tests.tasks.ocr.spoken import ALPHABET, LINE_HW, Said, deployed, network

TABLE: dict[int, Said] = {200: ("A12", 0.999), 160: ("B34", 0.6)}
SIDE = 96


@pytest.fixture(autouse=True)
def _asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(predicting, "network_of", lambda model, deployment: model)


def chosen(deployment: Deployment, reading: float = 0.5, score: float = 0.5) -> Deployment:
    scores = (Threshold("score", "lot", score), Threshold("score", "day", score))
    own = (*(scores if deployment.locates else ()), Threshold(READING, None, reading))
    return deployment.with_thresholds(own, None)


def say(pixels: np.ndarray, deployment: Deployment) -> Prediction:
    heard: list[tuple[int, int]] = []
    model = network(TABLE, located=deployment.locates)
    predict = predictor(model, chosen(deployment))
    said = predict(pixels, "a.png", lambda *done: heard.append(done))
    if deployment.locates:
        assert heard[-1][0] == heard[-1][1] > 0
    json.dumps(said.result)
    return said


def shown(*fields: tuple[int, int, int], size: int = SIDE) -> np.ndarray:
    pixels = np.zeros((size, size, 3), np.uint8)
    for x, y, level in fields:
        pixels[y : y + 12, x : x + 36] = level
    return pixels


def line(level: int, kind: type = np.uint8) -> np.ndarray:
    return np.full(LINE_HW, level, kind)


def test_a_photo_far_smaller_than_those_of_training_is_refused() -> None:
    located = replace(deployed(located=True), least_side_px=32)
    with pytest.raises(UsageError, match=r"a\.png: the photo is smaller"):
        say(shown(size=31), located)


def test_a_line_is_read_and_its_text_stands_below_it() -> None:
    said = say(line(200), deployed())
    (thing,) = said.result["things"]
    assert (thing["class"], thing["text"], thing["accepted"]) == ("lot", "A12", True)
    assert thing["confidence"] > 0.9 and len(thing["characters"]) == 3
    assert not {"region", "score", "corners", "angle_deg"} & set(thing)
    assert said.summary == "lot A12"
    height = round(LINE_HW[0] * CAPTIONED_PX / LINE_HW[1])
    assert said.overlay.dtype == np.uint8
    assert said.overlay.shape[1:] == (CAPTIONED_PX, 3) and said.overlay.shape[0] > height
    assert (said.overlay[:height] == 200).all()
    assert said.overlay[height:].min() < 100 < 250 < said.overlay[height:].max()


def test_a_reading_that_is_not_sure_is_not_passed_on() -> None:
    said = say(line(160), deployed())
    (thing,) = said.result["things"]
    assert (thing["text"], thing["read"], thing["accepted"]) == (None, "B34", False)
    assert said.summary == "1 not read"


def test_what_the_field_cannot_hold_is_unreadable() -> None:
    said = say(line(200), deployed(TextField(ALPHABET, "B[0-9]{2}")))
    (thing,) = said.result["things"]
    assert (thing["text"], thing["read"], thing["raw"], thing["accepted"]) == (
        None, "A12", "A12", False,
    )  # fmt: skip


@pytest.mark.parametrize("size_hw", [(1, 1), (1, 40), (30, 700), (400, 600)])
@pytest.mark.parametrize("kind", [np.uint8, np.uint16])
def test_lines_of_any_size_and_depth(size_hw: tuple[int, int], kind: type) -> None:
    said = say(np.full(size_hw, 200 if kind is np.uint8 else 200 * 4095 // 255, kind), deployed())
    assert said.result["things"][0]["text"] == "A12"
    assert said.overlay.shape[1] == max(size_hw[1], CAPTIONED_PX)


def test_of_a_line_the_region_of_interest_is_read() -> None:
    photo = np.zeros((90, 120), np.uint8)
    photo[30:46, 50:98] = 200
    said = say(photo, deployed(view=View(roi_xywh=(50, 30, 48, 16))))
    assert said.result["things"][0]["text"] == "A12"
    with pytest.raises(UsageError, match=r"input\.roi on a\.png"):
        say(photo[:40], deployed(view=View(roi_xywh=(50, 30, 48, 16))))


def test_fields_are_told_where_they_lie_on_the_photo() -> None:
    for view in (None, View(roi_xywh=(6, 4, 84, 88))):
        said = say(shown((20, 30, 200)), deployed(located=True, view=view))
        (thing,) = said.result["things"]
        assert (thing["class"], thing["text"]) == ("lot", "A12")
        expected = [[20, 30], [56, 30], [56, 42], [20, 42]]
        np.testing.assert_allclose(thing["corners"], expected, atol=0.05)
        assert (thing["angle_deg"], thing["region"]) == (0.0, "interior")
        assert said.overlay.shape == (SIDE, SIDE, 3)


def test_regions_are_told_by_the_margin() -> None:
    found = deployed(located=True, margin_px=22)
    said = say(shown((30, 40, 200), (1, 1, 160)), found)
    regions = {thing["read"]: thing["region"] for thing in said.result["things"]}
    assert regions == {"A12": "interior", "B34": "edge"}


def test_what_was_read_is_drawn_beside_its_field() -> None:
    """What is not passed on is a question mark, so its tag is narrower than that of a text."""
    colour = np.array(class_colour(0))
    wide, narrow = (
        (say(shown((100, 100, level), size=300), deployed(located=True)).overlay == colour)
        .all(axis=2)[40:94]
        .sum()
        for level in (200, 160)
    )
    assert wide > 1.5 * narrow > 0


def test_a_photo_without_fields_says_so() -> None:
    said = say(shown(), deployed(located=True))
    assert (said.result, said.summary) == ({"things": []}, "nothing found")
    assert (said.overlay == 0).all()


@pytest.mark.parametrize("size_hw", [(1, 1), (20, 20), (30, 700)])
def test_photos_of_any_size(size_hw: tuple[int, int]) -> None:
    said = say(np.zeros(size_hw, np.uint16), deployed(located=True))
    assert said.result == {"things": []}
    assert said.overlay.shape == (*size_hw, 3)
