"""One line of the report's table of metrics, and what "no value" means."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from engine.evaluate.statistic import Statistic

HEADLINE: Final = "interior"
"""The region whose figures come first: away from the edge of the photo."""


@dataclass(frozen=True, slots=True)
class MetricValue:
    """A measured value with its 95 % interval.

    Attributes:
        class_name: None for a mean over classes, or a figure of the whole photo.
        region: `all`, `interior` or `edge`.
        value, low, high: None where the set holds nothing to measure it on; never NaN.
        n: number of different objects that the value rests on.
        unit: unit of the value, such as `deg`; `ratio` is a plain number from 0 to 1.
    """

    name: str
    class_name: str | None
    region: str
    value: float | None
    low: float | None
    high: float | None
    n: int
    unit: str = "ratio"

    def __post_init__(self) -> None:
        numbers = (self.value, self.low, self.high)
        if any(number is not None and not math.isfinite(number) for number in numbers):
            raise ValueError(f"a metric is a finite number or None. Received: {self}")
        if len({number is None for number in numbers}) > 1:
            raise ValueError(f"a metric has a value and both limits, or none. Received: {self}")


def without_repeats(metrics: Sequence[MetricValue]) -> tuple[MetricValue, ...]:
    """Where there is one class, its figures alone: those of all classes say the same."""
    of_classes = [metric for metric in metrics if metric.class_name is not None]
    if len({metric.class_name for metric in of_classes}) != 1:
        return tuple(metrics)
    twice = {(metric.name, metric.region) for metric in of_classes}
    return tuple(
        metric
        for metric in metrics
        if metric.class_name is not None or (metric.name, metric.region) not in twice
    )


def undefined(statistic: Statistic, n: int = 0) -> MetricValue:
    """The metric of a set that holds nothing to measure it on."""
    name, class_name, region = statistic.name, statistic.class_name, statistic.region
    return MetricValue(name, class_name, region, None, None, None, n, statistic.unit)
