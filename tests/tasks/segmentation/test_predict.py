"""What `predict` says of a photo: a verdict, and marks that never contradict it."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest

from engine.data.view import View
from engine.errors import UsageError
from engine.evaluate.thresholds import Threshold
from engine.recipe.units import Length
from engine.tasks.drawing import class_colour
from engine.tasks.segmentation.deployment import Deployment
from engine.tasks.segmentation.infer import Inference
from engine.tasks.segmentation.predict import predictor
from engine.tasks.task import Progress


def brightness_model() -> keras.Model:
    """P(defect) is a half at 50 % grey and rises with brightness."""
    model = keras.Sequential([keras.Input((None, None, 3)), keras.layers.Conv2D(2, 1)])
    kernel = np.zeros((1, 1, 3, 2), np.float32)
    kernel[..., 0, 1] = 10.0
    model.layers[0].set_weights([kernel, np.array([0.0, -5.0], np.float32)])
    return model


def say(photo: np.ndarray, pixel: float = 0.5, image: float = 0.9) -> tuple[dict[str, Any], str]:
    thresholds = (Threshold("pixel", "spot", pixel), Threshold("image", None, image))
    inference = Inference(View(), 65535.0, (64, 64))
    deployment = Deployment(("spot",), Length(8.0), inference, thresholds)
    heard: list[tuple[int, int]] = []
    prediction = predictor(brightness_model(), deployment)(photo, "a.png", _note_down(heard))
    assert heard[-1][0] == heard[-1][1] > 0
    return prediction.result, prediction.summary


def _note_down(heard: list[tuple[int, int]]) -> Progress:
    return lambda done, total: heard.append((done, total))


def test_a_photo_smaller_than_the_region_of_interest_is_named() -> None:
    inference = Inference(View(roi_xywh=(0, 0, 100, 50)), 65535.0, (64, 64))
    deployment = Deployment(("spot",), Length(8.0), inference, ())
    with pytest.raises(UsageError, match="line3/0042"):
        predictor(brightness_model(), deployment)(photo(), "line3/0042.png", _note_down([]))


def test_a_photo_far_smaller_than_those_of_training_is_refused() -> None:
    inference = Inference(View(), 65535.0, (64, 64))
    deployment = Deployment(("spot",), Length(1.0), inference, least_side_px=32)
    with pytest.raises(UsageError, match=r"a\.png: the photo is smaller"):
        predictor(brightness_model(), deployment)(photo()[:31], "a.png", _note_down([]))


@pytest.mark.parametrize("shape", [(16, 200), (1, 1, 3)])
def test_a_photo_that_is_all_margin_is_neither_good_nor_bad(shape: tuple[int, ...]) -> None:
    with pytest.raises(UsageError, match="nothing of the photo lies inside the edge margin"):
        say(np.zeros(shape, np.uint8))


def photo(**spots: tuple[slice, slice]) -> np.ndarray:
    picture = np.zeros((64, 64, 3), np.uint8)
    for level, where in spots.items():
        picture[where] = int(level.removeprefix("grey"))
    return picture


MIDDLE = (slice(28, 40), slice(28, 40))


def test_a_sure_mark_makes_the_photo_bad() -> None:
    result, summary = say(photo(grey255=MIDDLE))
    assert result["verdict"] == "bad"
    (mark,) = result["defects"]
    assert mark["decides"] is True
    assert mark["bbox_xywh"] == [28, 28, 12, 12]
    assert summary.endswith("1 x spot (surest 0.99)")


def test_a_good_photo_with_a_faint_mark_says_that_it_does_not_decide() -> None:
    result, summary = say(photo(grey150=MIDDLE))
    assert result["verdict"] == "good"
    assert result["score"] < 0.9
    (mark,) = result["defects"]
    assert mark["decides"] is False
    assert "1 faint mark that would not decide" in summary
    assert "spot" not in summary


def test_a_mark_in_the_margin_decides_nothing() -> None:
    result, summary = say(photo(grey255=(slice(0, 5), slice(20, 40))))
    assert result["verdict"] == "good"
    assert summary.endswith("1 mark in the edge band, not judged")
    assert [mark["region"] for mark in result["defects"]] == ["edge"]
    assert [mark["decides"] for mark in result["defects"]] == [False]


def test_a_spotless_photo() -> None:
    result, summary = say(photo())
    assert (result["verdict"], result["defects"]) == ("good", [])
    assert result["score"] == pytest.approx(1 / (1 + np.exp(5.0)), abs=1e-4)
    assert summary.endswith("nothing found")


def test_the_overlay_names_what_was_found() -> None:
    thresholds = (Threshold("pixel", "spot", 0.5), Threshold("image", None, 0.9))
    inference = Inference(View(roi_xywh=(8, 8, 64, 64)), 65535.0, (64, 64))
    deployment = Deployment(("spot",), Length(8.0), inference, thresholds)
    picture = np.zeros((80, 80, 3), np.uint8)
    picture[40:50, 30:50] = 255
    overlay = predictor(brightness_model(), deployment)(picture, "a.png", _note_down([])).overlay
    rows, columns = np.nonzero((overlay == class_colour(0)).all(axis=2))
    tag = rows < 37
    assert tag.sum() > 50 and rows[tag].min() > 20 and columns[tag].min() == 30
