"""Fields that reading tells apart are located whatever is read there; thresholds and figures."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from engine.evaluate.bootstrap import estimate
from engine.evaluate.metric import MetricValue
from engine.tasks.ocr.calibrate import _score_thresholds
from engine.tasks.ocr.metrics import measure
from engine.tasks.ocr.outcome import PhotoOutcome, observe
from engine.tasks.ocr.verdicts import read_fields
from tests.tasks.ocr.seen import (
    EXPIRY,
    LIMITS,
    LOT,
    LOT_AT,
    NAMES,
    NOWHERE,
    SIZE,
    fields,
    readings,
    seen,
)


def taken_for_another() -> PhotoOutcome:
    """A lot that was read as an expiry date."""
    said = readings((EXPIRY, LOT_AT, 0.9, "01/02", 0.9))
    return observe("a.png", "a", SIZE, fields((LOT, LOT_AT, "L1")), said, 0, 2, one_kind=True)


def figures(outcome: PhotoOutcome) -> dict[tuple[str, str | None], MetricValue]:
    statistics = measure([outcome], NAMES, LIMITS, located=True, one_kind=True)
    return {
        (each.name, each.class_name): each for each in estimate(statistics) if each.region == "all"
    }


def test_a_field_that_is_taken_for_another_is_located_and_misread() -> None:
    outcome = taken_for_another()
    (read,) = read_fields([outcome], "all", LIMITS)
    assert (read.class_index, read.truth, read.said, read.exact) == (LOT, "L1", "01/02", False)
    found = figures(outcome)
    assert found["recall", None].value == found["map50", None].value == 1.0
    assert found["exact_match", "lot"].value == 0.0
    assert found["wrong_read_rate", "lot"].value == 1.0
    assert found["field_f1", None].value == 0.0
    assert found["exact_match", "expiry"].value is None


def test_figures_of_locating_are_of_all_fields_together() -> None:
    names = {class_name for name, class_name in figures(taken_for_another()) if name == "map50"}
    assert names == {None}


def test_told_apart_by_the_locator_it_is_missed() -> None:
    outcome = seen(fields((LOT, LOT_AT, "L1")), readings((EXPIRY, LOT_AT, 0.9, "01/02", 0.9)))
    assert read_fields([outcome], "all", LIMITS) == ()


@pytest.mark.parametrize("names", [("b", "a"), ("a", "b")])
def test_boxes_of_which_nothing_can_be_read_do_not_raise_the_threshold(
    names: tuple[str, str],
) -> None:
    false = [(LOT, NOWHERE, score, None, 0.1) for score in (0.55, 0.54, 0.53)]
    first = seen(
        fields((LOT, LOT_AT, "L1")),
        readings((LOT, LOT_AT, 0.7, "L1", 0.9)),
        name=names[0],
        object="a",
    )
    second = seen(
        fields((LOT, LOT_AT, "L1")),
        readings((LOT, LOT_AT, 0.4, "L1", 0.9), *false),
        name=names[1],
        object="b",
    )
    deployment = SimpleNamespace(
        locates=True, one_kind=False, located_names=("lot",), class_names=NAMES
    )
    (threshold,), _ = _score_thresholds([first, second], deployment)  # type: ignore[arg-type]
    assert threshold.value < 0.4
