from __future__ import annotations

import math

import pytest

from engine.evaluate.metric import MetricValue


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_a_metric_is_a_number(bad: float) -> None:
    with pytest.raises(ValueError, match="finite number or None"):
        MetricValue("iou", None, "all", bad, 0.0, 1.0, 3)


def test_a_value_without_limits_is_refused() -> None:
    with pytest.raises(ValueError, match="both limits"):
        MetricValue("iou", None, "all", 0.5, None, None, 3)
