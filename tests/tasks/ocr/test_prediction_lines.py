"""What is told of a photo, as JSON."""

from __future__ import annotations

import json

import numpy as np
import pytest

from engine.records import IGNORE
from engine.tasks.detection.boxes import from_corners
from engine.tasks.ocr.prediction_lines import Telling, prediction_line, reading_lines, summary
from tests.tasks.ocr.seen import (
    EXPIRY,
    EXPIRY_AT,
    LIMITS,
    LOT,
    LOT_AT,
    NAMES,
    NOWHERE,
    fields,
    read,
    readings,
    seen,
)

TELLING = Telling(NAMES, LIMITS, located=True, offset_xy=(20, 10))
SAID = readings(
    (LOT, LOT_AT, 0.9, "L1234A", 0.91239),
    (EXPIRY, EXPIRY_AT, 0.8, "01/02/2O27", 0.3),
    (LOT, NOWHERE, 0.7, None, 0.05),
    (EXPIRY, NOWHERE, 0.2, "9", 0.9),
)


def test_a_reading_is_told_with_its_place_in_px_of_the_photo() -> None:
    lot, expiry, nothing = reading_lines(SAID, TELLING)
    assert (lot["class"], lot["text"], lot["accepted"]) == ("lot", "L1234A", True)
    assert (lot["read"], lot["raw"], lot["confidence"]) == ("L1234A", "L1234A", 0.9124)
    assert lot["characters"] == [0.9124] * 6
    box = from_corners(np.array([lot["corners"]], np.float32))[0]
    np.testing.assert_allclose(box[:4], [120, 60, 80, 20], atol=0.05)
    assert (lot["angle_deg"], expiry["angle_deg"]) == (10.0, 190.0)
    assert (expiry["text"], expiry["accepted"], expiry["read"]) == (None, False, "01/02/2O27")
    assert (nothing["text"], nothing["read"], len(nothing["characters"])) == (None, "?#", 2)
    assert nothing["score"] == pytest.approx(0.7)


def test_lines_have_no_place() -> None:
    outcome = read("7YKX901", "7YKX901")
    (line,) = reading_lines(outcome.readings, Telling(NAMES, LIMITS, located=False))
    assert list(line) == ["class", "text", "accepted", "read", "raw", "confidence", "characters"]


def test_a_test_photo_says_what_is_right_and_what_was_missed() -> None:
    truth = fields(
        (LOT, LOT_AT, "L1234A"), (EXPIRY, EXPIRY_AT, "01/02/2027"), (LOT, (30, 100, 40, 10, 0), "L")
    )
    line = prediction_line(seen(truth, SAID, margin_px=40), TELLING)
    assert json.loads(json.dumps(line, allow_nan=False)) == line
    lot, expiry, nothing = line["things"]
    assert (lot["right"], lot["truth"]) == (True, "L1234A")
    assert (expiry["right"], expiry["truth"]) == (False, "01/02/2027")
    assert nothing["right"] is False and "truth" not in nothing
    (missed,) = line["missed"]
    assert (missed["class"], missed["truth"], missed["region"]) == ("lot", "L", "edge")
    assert missed["corners"][0] == [30, 105]


def test_what_lies_in_a_box_to_be_ignored_is_neither_right_nor_wrong() -> None:
    truth = fields((IGNORE, LOT_AT, ""))
    line = prediction_line(seen(truth, readings((LOT, LOT_AT, 0.9, "L1", 0.9))), TELLING)
    assert "right" not in line["things"][0] and line["missed"] == []


def test_summaries() -> None:
    lines = reading_lines(SAID, TELLING)
    assert summary(lines) == "lot L1234A; 2 not read"
    assert summary(lines[:1]) == "lot L1234A"
    assert summary(lines[1:]) == "2 not read"
    assert summary([]) == "nothing found"
