from __future__ import annotations

import re

import pytest

from engine.recipe.json_schema import json_schema
from engine.recipe.metrics import DETECTION, METRICS
from engine.recipe.schema.verdict import Bound, parse_bound


@pytest.mark.parametrize(
    ("name", "written", "expected"),
    [
        ("map50", ">= 0.9", Bound(0.9, "at least")),
        ("map50_95", "60 %", Bound(0.6, "at least", percent=True)),
        ("recall", 1, Bound(1.0, "at least")),
        ("flip_rate", "2 %", Bound(0.02, "at most", percent=True)),
        ("angle_error_deg", "<= 3", Bound(3.0, "at most")),
        ("angle_error_deg_p90", 180, Bound(180.0, "at most")),
        ("position_error_px", 2500, Bound(2500.0, "at most")),
    ],
)
def test_bounds_are_read(name: str, written: object, expected: Bound) -> None:
    assert parse_bound(name, written) == expected


@pytest.mark.parametrize(
    ("name", "written", "words"),
    [
        ("map50", "<= 0.9", "map50 is good when at least its bound"),
        ("precision", 1.5, "a number from 0 to 1, or a percentage"),
        ("flip_rate", "2", "a percentage from 0 % to 100 %"),
        ("angle_error_deg", 181, "a number from 0 to 180: 3, or '<= 3'"),
        ("position_error_px", "5 %", "a number from 0 on: 3, or '<= 3'"),
        ("position_error_px", -1, "a number from 0 on"),
        ("position_error_px", float("inf"), "a number from 0 on"),
    ],
)
def test_other_bounds_are_refused(name: str, written: object, words: str) -> None:
    with pytest.raises(ValueError, match=re.escape(words)):
        parse_bound(name, written)


def test_detection_has_its_metrics() -> None:
    upright = {"map50", "map50_95", "recall", "precision", "position_error_px"}
    upright |= {"escape_rate", "overkill_rate"}
    turned = {"angle_error_deg", "angle_error_deg_p90", "flip_rate"}
    own = {name: {n for n, metric in METRICS.items() if name in metric.tasks} for name in DETECTION}
    assert own == {"oriented_detection": upright | turned, "detection": upright}
    assert not [n for n in upright | turned if ("error" in n or "rate" in n) != _at_most(n)]


def _at_most(name: str) -> bool:
    return METRICS[name].direction == "at most"


def test_the_json_schema_has_no_highest_where_there_is_none() -> None:
    accept = json_schema()["$defs"]["Accept"]["properties"]
    assert "maximum" not in accept["position_error_px"]["anyOf"][0]
    assert accept["angle_error_deg"]["anyOf"][0]["maximum"] == 180
