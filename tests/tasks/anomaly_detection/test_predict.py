"""What `predict` says of a photo: a verdict, the anomalous places, a heat map."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from engine.data.view import View
from engine.errors import RunFailed, UsageError
from engine.tasks.anomaly_detection.deployment import Deployment
from engine.tasks.anomaly_detection.predict import prediction_line, predictor
from engine.tasks.anomaly_detection.scored import ScoredPhoto
from engine.tasks.task import Prediction
from tests.tasks.anomaly_detection.good_parts import SPOT, brightness, deployed, surface
from tests.tasks.anomaly_detection.seen import marked, outcome, scored


def say(photo: np.ndarray, deployment: Deployment | None = None) -> Prediction:
    own = deployment or deployed(image=0.6, pixel=0.6)
    heard: list[tuple[int, int]] = []
    model = brightness(own.architecture)
    prediction = predictor(model, own)(photo, "a.png", lambda *how: heard.append(how))
    assert heard[-1][0] == heard[-1][1] > 0
    assert prediction.overlay.shape == (*photo.shape[:2], 3)
    assert prediction.overlay.dtype == np.uint8
    return prediction


def spotted(place: tuple[slice, slice] = SPOT, size_hw: tuple[int, int] = (64, 64)) -> np.ndarray:
    photo = surface(0, size_hw)
    photo[place] = 250
    return photo


def test_a_good_photo() -> None:
    said = say(surface(0))
    assert said.result["verdict"] == "good"
    assert said.result["places"] == []
    assert said.result["threshold"] == 0.5
    # Raw 0.35 of 0.6.
    assert said.result["score"] == pytest.approx(0.353 / (0.353 + 0.6), abs=0.01)
    assert said.summary.startswith("good, score 0.3")
    assert said.summary.endswith("no place is marked")


def test_a_bad_photo_says_where() -> None:
    said = say(spotted())
    assert said.result["verdict"] == "bad"
    (place,) = said.result["places"]
    x, y, width, height = place["bbox_xywh"]
    assert abs(x + width / 2 - 35) < 2 and abs(y + height / 2 - 30) < 2
    assert 0.5 <= place["score"] <= said.result["score"] + 1e-4
    assert said.summary.startswith("bad, score 0.5") and "above the threshold" in said.summary
    assert said.summary.endswith("1 anomalous place")
    assert (said.overlay != surface(0)).any()


def test_places_are_those_of_the_whole_photo() -> None:
    view = View(roi_xywh=(20, 10, 70, 60))
    said = say(spotted((slice(40, 56), slice(60, 76)), (100, 120)), deployed(image=0.6, view=view))
    (place,) = said.result["places"]
    x, y, width, height = place["bbox_xywh"]
    assert abs(x + width / 2 - 68) < 2 and abs(y + height / 2 - 48) < 2
    # Beyond the region of interest nothing is drawn.
    np.testing.assert_array_equal(said.overlay[:10], surface(0, (100, 120))[:10])


def test_what_lies_in_the_margin_decides_nothing() -> None:
    photo = spotted((slice(0, 8), slice(10, 50)))
    margined = say(photo, deployed(image=0.6, margin="20"))
    assert margined.result["verdict"] == "good" and margined.result["places"] == []
    assert say(photo).result["verdict"] == "bad"


def test_odds_are_judged_alike() -> None:
    odds = deployed(image=1.0, pixel=1.0, architecture="synthetic_defects")
    assert say(surface(0), odds).result["verdict"] == "good"
    assert say(spotted(), odds).result["verdict"] == "bad"


def test_a_score_never_contradicts_its_verdict() -> None:
    """A raw score a hair below the limit is good, and reads so."""
    photo = np.full((64, 64, 3), 128, np.uint8)
    raw = float(np.float32(128 / 255))
    for limit in (raw * (1 + 1e-7), raw * (1 + 1e-6), raw * 0.9999999, raw * (1 - 1e-4)):
        result = say(photo, deployed(image=limit)).result
        assert (result["score"] >= result["threshold"]) == (result["verdict"] == "bad")


@pytest.mark.parametrize("shape", [(1, 1, 3), (1, 1), (2, 90), (7, 5, 3), (100, 40)])
def test_photos_of_any_size(shape: tuple[int, ...]) -> None:
    result = say(np.full(shape, 255, np.uint8)).result
    assert result["verdict"] == "bad"
    assert result["places"][0]["bbox_xywh"] == [0, 0, shape[1], shape[0]]


def test_16_bit_photos() -> None:
    assert say(np.full((40, 40), 65535, np.uint16)).result["verdict"] == "bad"
    assert say(np.full((40, 40), 9000, np.uint16)).result["verdict"] == "good"


@pytest.mark.parametrize("shape", [(16, 200), (1, 1, 3)])
def test_a_photo_that_is_all_margin_is_neither_good_nor_bad(shape: tuple[int, ...]) -> None:
    with pytest.raises(UsageError, match="nothing of the photo lies inside the edge margin"):
        say(np.zeros(shape, np.uint8), deployed(margin="8"))


def test_a_photo_far_smaller_than_those_of_training_is_refused() -> None:
    own = replace(deployed(), least_side_px=32)
    assert say(surface(0, (32, 40)), own).result["verdict"]
    with pytest.raises(
        UsageError, match=r"smaller than those.*Received: 40x31 px\. Allowed: 32 px"
    ):
        say(surface(0, (31, 40)), own)


def test_a_photo_smaller_than_the_region_of_interest_is_named() -> None:
    own = deployed(view=View(roi_xywh=(0, 0, 100, 50)))
    with pytest.raises(UsageError, match="line3/0042"):
        predictor(brightness(), own)(surface(0), "line3/0042.png", lambda *_: None)


def test_a_model_that_gives_no_numbers_is_found_out() -> None:
    model = brightness()
    model.layers[0].set_weights([np.nan * weights for weights in model.layers[0].get_weights()])
    with pytest.raises(RunFailed, match="negative or no numbers"):
        predictor(model, deployed())(surface(0), "a.png", lambda *_: None)


def line(kind: int | None, spot: float, margin: str = "0") -> dict[str, Any]:
    truth = marked() if kind is not None else None
    seen = outcome("bad/a.png", kind, spot, truth, int(margin))
    by_region = {region.name: region.score for region in seen.regions}
    told = ScoredPhoto(scored(spot), by_region, int(margin), (0, 0))
    return prediction_line(seen, told, deployed(margin=margin).kinds)


def test_a_line_of_a_test_photo() -> None:
    bad = line(1, 0.9)
    assert (bad["image"], bad["object"], bad["kind"]) == ("bad/a.png", "bad/a.png", "stain")
    assert set(bad["regions"]) == {"all", "interior"}
    assert bad["regions"]["all"] == {"score": 0.9, "truth": "bad", "verdict": "bad"}
    assert [place["bbox_xywh"] for place in bad["places"]] == [[28, 24, 14, 12]]
    good = line(None, 0.3, "8")
    assert good["kind"] is None and good["places"] == []
    assert set(good["regions"]) == {"all", "interior", "edge"}
    assert {own["truth"] for own in good["regions"].values()} == {"good"}
    assert line(0, 0.9, "8")["regions"]["edge"]["truth"] is None
