"""What goes with a model survives its way through JSON, before and after calibration."""

from __future__ import annotations

import json

import numpy as np
import pytest

from engine.data.view import View
from engine.errors import RunFailed
from engine.evaluate.thresholds import Threshold
from engine.recipe.units import Length
from engine.tasks.detection.boxes import HEADING
from engine.tasks.detection.infer import Inference
from engine.tasks.ocr.confidence import Confidence
from engine.tasks.ocr.deployment import READING, Deployment, dump, load, telling_of
from engine.tasks.ocr.reader import Reader
from engine.tasks.ocr.window import Window
from engine.text.field import TextField

READER_OF = Reader(
    Window((32, 320), Length(12, "%")),
    4095.0,
    ' "\\ABÖß中',
    (TextField("AB", "[AB]{2}", ignore_case=True), TextField(None, None, skip='" ')),
    ("A", 'Öß中\\" '),
)
VIEW = View(roi_xywh=(10, 20, 300, 200), grey=True)
LINES = Deployment(("lot", "Tag ü"), Length(0, "px"), View(), None, READER_OF)
LOCATED = Deployment(
    ("lot", "Tag ü"),
    Length(2.5, "%"),
    VIEW,
    Inference(View((10, 20, 300, 200), scale=0.5), 4095.0, (1, 1), (4, 8), (512, 512), 0.25, 99.5),
    READER_OF,
)
CHOSEN = (
    Threshold("score", "Tag ü", 0.25),
    Threshold("score", "lot", 0.75, note="few"),
    Threshold(READING, None, 0.9),
)
CALIBRATED = LOCATED.with_thresholds(CHOSEN, 0.95).with_confidence(
    Confidence(0.8, -1.5), Confidence(1.2, 0.25)
)


@pytest.mark.parametrize(
    "deployment",
    [LINES, LINES.with_thresholds(CHOSEN[2:], None), LOCATED, CALIBRATED],
    ids=["lines", "calibrated lines", "located", "calibrated"],
)
def test_round_trip(deployment: Deployment) -> None:
    text = dump(deployment)
    assert load(text) == deployment
    assert dump(load(text)) == text
    assert hash(load(text).reader) == hash(deployment.reader)


def test_thresholds_are_found_by_name() -> None:
    np.testing.assert_allclose(CALIBRATED.limits.scores, [0.75, 0.25])
    assert CALIBRATED.limits.reading == 0.9


def test_before_calibration_nothing_is_held_back() -> None:
    assert LOCATED.limits.scores.tolist() == [0, 0]
    assert LOCATED.limits.reading == 0
    assert (LOCATED.readings, LOCATED.characters) == (Confidence(), Confidence())
    assert LOCATED.suspicion is None


def test_its_half_that_locates_is_that_of_detection() -> None:
    own = CALIBRATED.locating
    assert own is not None
    assert own.inference is CALIBRATED.inference
    assert (own.oriented, own.margin, own.suspicion) == (True, Length(2.5, "%"), 0.95)
    assert own.thresholds == CHOSEN[:2]
    np.testing.assert_allclose(own.limits, [0.75, 0.25])
    assert CALIBRATED.orders == (HEADING, HEADING)


def test_where_photos_are_lines_nothing_is_located() -> None:
    assert not LINES.locates and LOCATED.locates
    assert LINES.locating is None
    told = telling_of(LINES)
    assert (told.located, told.offset_xy) == (False, (0, 0))
    assert telling_of(CALIBRATED).offset_xy == (10, 20)


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"class_names": 3}'])
def test_anything_else_is_a_clear_error(text: str) -> None:
    with pytest.raises(RunFailed, match=r"^inference\.json: .*the file cannot be used"):
        load(text)


def test_a_missing_part_is_named() -> None:
    stored = json.loads(dump(CALIBRATED))
    del stored["reader"]["window"]["padding"]
    with pytest.raises(RunFailed, match=r"^inference\.json: reader\.window\.padding: the file"):
        load(json.dumps(stored))
