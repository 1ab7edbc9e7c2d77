from __future__ import annotations

import pytest

from engine.errors import UsageError
from engine.evaluate.metric import MetricValue
from engine.evaluate.verdict import judge


def measured(name: str, value: float, low: float, high: float, n: int = 46) -> MetricValue:
    return MetricValue(name, None, "interior", value, low, high, n)


ESCAPE = measured("image_escape_rate", 0.0, 0.0, 0.077)


def test_without_bounds_nothing_is_judged() -> None:
    verdict = judge([ESCAPE], [])
    assert verdict.accepted is None
    assert "no bounds" in verdict.reasons[0]


def test_the_measured_value_decides_and_the_doubt_is_said_aloud() -> None:
    verdict = judge([ESCAPE], [("escape_rate", 0.01, "at most")])
    assert verdict.accepted is True
    assert verdict.reasons == (
        "image escape rate: 0.0 % (95 % interval 0.0 % to 7.7 %, 46 bad objects) keeps the bound "
        "of at most 1.0 %.",
        "NOT SHOWN: image escape rate was measured as 0.0 % on 46 bad objects; the true value may "
        "be as high as 7.7 %, which at most 1.0 % does not allow. Test more objects.",
    )


def test_a_bound_that_the_whole_interval_keeps_leaves_no_doubt() -> None:
    assert len(judge([ESCAPE], [("escape_rate", 0.08, "at most")]).reasons) == 1


def test_one_missed_bound_is_enough() -> None:
    metrics = [ESCAPE, measured("iou", 0.55, 0.5, 0.61)]
    bounds = [("image_escape_rate", 0.1, "at most"), ("iou", 0.6, "at least")]
    verdict = judge(metrics, bounds)  # type: ignore[arg-type]
    assert verdict.accepted is False
    assert "iou: 0.550 (95 % interval 0.500 to 0.610, 46 objects) MISSES" in verdict.reasons[1]


def test_a_value_just_below_its_bound_does_not_look_like_it() -> None:
    metrics = [measured("iou", 0.59996, 0.5, 0.7), measured("image_escape_rate", 0.01004, 0, 1, 1)]
    bounds = [("iou", 0.6, "at least"), ("escape_rate", 0.01, "at most")]
    first, second = judge(metrics, bounds).reasons  # type: ignore[arg-type]
    assert "iou: 0.59996 (" in first and "bound of at least 0.60000." in first
    assert "image escape rate: 1.004 % (" in second and "bound of at most 1.000 %." in second
    assert "1 bad object)" in second


def test_a_bound_itself_is_kept_either_way() -> None:
    metrics = [measured("iou", 0.6, 0.6, 0.7), measured("image_overkill_rate", 0.05, 0.0, 0.05)]
    bounds = [("iou", 0.6, "at least"), ("overkill_rate", 0.05, "at most")]
    verdict = judge(metrics, bounds)  # type: ignore[arg-type]
    assert (verdict.accepted, len(verdict.reasons)) == (True, 2)


def test_what_cannot_be_measured_is_not_accepted() -> None:
    nothing = MetricValue("image_escape_rate", None, "interior", None, None, None, 0)
    verdict = judge([nothing], [("escape_rate", 0.01, "at most")])
    assert verdict.accepted is False
    assert "no bad objects" in verdict.reasons[0]


def test_only_the_headline_region_and_the_mean_count() -> None:
    other = MetricValue("iou", "chip", "interior", 0.1, 0.0, 0.2, 5)
    edge = MetricValue("iou", None, "edge", 0.1, 0.0, 0.2, 5)
    metrics = [other, edge, measured("iou", 0.9, 0.8, 1.0)]
    assert judge(metrics, [("iou", 0.5, "at least")]).accepted is True


def test_a_metric_that_was_not_measured_is_a_wrong_request() -> None:
    with pytest.raises(UsageError, match=r"accept\.cer.*Allowed: image_escape_rate"):
        judge([ESCAPE], [("cer", 0.01, "at most")])


def test_a_rate_of_its_own_name_goes_before_that_of_photos() -> None:
    own = measured("escape_rate", 0.02, 0.01, 0.05)
    verdict = judge([ESCAPE, own], [("escape_rate", 0.01, "at most")])
    assert verdict.accepted is False
    assert verdict.reasons[0].startswith("escape rate: 2.0 % (95 % interval 1.0 % to 5.0 %, 46 obj")
    assert judge([own], [("escape_rate", 0.05, "at most")]).accepted is True


def test_rates_of_texts_answer_to_escape_and_overkill() -> None:
    metrics = [
        measured("wrong_read_rate", 0.004, 0.0, 0.03),
        measured("reject_rate", 0.2, 0.1, 0.3),
    ]
    verdict = judge(metrics, [("escape_rate", 0.05, "at most"), ("overkill_rate", 0.1, "at most")])
    assert verdict.accepted is False
    assert verdict.reasons[0].startswith("wrong read rate: 0.4 % (95 % interval 0.0 % to 3.0 %")
    assert "reject rate: 20.0 %" in verdict.reasons[1]
    assert "MISSES the bound of at most 10.0 %" in verdict.reasons[1]


def test_units_are_said() -> None:
    metrics = [
        MetricValue("angle_error_deg_p90", None, "interior", 2.5, 1.8, 4.1, 12, "deg"),
        MetricValue("position_error_px", None, "interior", 1.004, 0.8, 1.2, 12, "px"),
    ]
    bounds = [("angle_error_deg_p90", 3.0, "at most"), ("position_error_px", 1.0, "at most")]
    verdict = judge(metrics, bounds)  # type: ignore[arg-type]
    assert verdict.accepted is False
    assert verdict.reasons == (
        "angle error p90: 2.50 deg (95 % interval 1.80 deg to 4.10 deg, 12 objects) keeps the "
        "bound of at most 3.00 deg.",
        "NOT SHOWN: angle error p90 was measured as 2.50 deg on 12 objects; the true value may be "
        "as high as 4.10 deg, which at most 3.00 deg does not allow. Test more objects.",
        "position error: 1.004 px (95 % interval 0.80 px to 1.20 px, 12 objects) MISSES the bound "
        "of at most 1.000 px.",
    )
