"""Accepted or not: what was measured against what the recipe accepts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from engine.errors import UsageError
from engine.evaluate.metric import MetricValue
from engine.phrasing import counted, told_apart
from engine.recipe.metrics import SYNONYMS

Direction = Literal["at least", "at most"]


COUNTED = {"image_escape_rate": "bad object", "image_overkill_rate": "good object"}
"""What `n` counts, where it is not simply objects."""

NOT_SHOWN = "NOT SHOWN"
"""How a reason begins that says that the interval reaches beyond a bound which the value keeps."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the model is accepted; None where the recipe does not say what is acceptable."""

    accepted: bool | None
    reasons: tuple[str, ...]


def judge(
    metrics: Sequence[MetricValue],
    accept: Sequence[tuple[str, float, Direction]],
    region: str = "interior",
) -> Verdict:
    """Compare the measured values with the bounds.

    The measured value decides; a bound that cannot be measured is not kept. Where the interval
    reaches beyond a bound that the value keeps, the reason says so: the test set is too small to
    show it.

    Args:
        metrics: of the test set.
        accept: (metric, bound, direction); of a metric with classes the mean counts.
        region: the region of the headline.

    Raises:
        UsageError: a bound names a metric that was not measured.
    """
    if not accept:
        return Verdict(None, ("The recipe sets no bounds (accept), so nothing was judged.",))
    judged = [
        _judge_one(_headline(metrics, name, region), bound, direction)
        for name, bound, direction in accept
    ]
    reasons = tuple(reason for _, own in judged for reason in own)
    return Verdict(all(kept for kept, _ in judged), reasons)


def reported_as(name: str, metrics: Sequence[MetricValue]) -> str:
    """The name under which the metrics hold what `accept` names: its own, or else its synonym."""
    measured = {metric.name for metric in metrics}
    return next((own for own in (name, *SYNONYMS.get(name, ())) if own in measured), name)


def _headline(metrics: Sequence[MetricValue], name: str, region: str) -> MetricValue:
    wanted = reported_as(name, metrics)
    for metric in metrics:
        if (metric.name, metric.class_name, metric.region) == (wanted, None, region):
            return metric
    measured = sorted({metric.name for metric in metrics if metric.region == region})
    raise UsageError(
        "a bound names a metric that this task does not measure",
        where=f"accept.{name}",
        allowed=", ".join(measured),
    )


def _judge_one(
    metric: MetricValue, bound: float, direction: Direction
) -> tuple[bool, tuple[str, ...]]:
    limit = f"{direction} {_shown(metric, bound, metric.value)}"
    name = metric.name.replace(f"_{metric.unit}", "").replace("_", " ")
    who = COUNTED.get(metric.name, "object")
    if metric.value is None or metric.low is None or metric.high is None:
        reason = f"{name}: not measured, the test set has no {who}s for it; {limit} is asked."
        return False, (reason,)
    at_most = direction == "at most"
    kept = metric.value <= bound if at_most else metric.value >= bound
    low, high = (_shown(metric, x, bound) for x in (metric.low, metric.high))
    value = _shown(metric, metric.value, bound)
    reason = (
        f"{name}: {value} (95 % interval {low} to {high}, {counted(metric.n, who)}) "
        f"{'keeps' if kept else 'MISSES'} the bound of {limit}."
    )
    worst, extreme = (metric.high, "high") if at_most else (metric.low, "low")
    is_shown = worst <= bound if at_most else worst >= bound
    if not kept or is_shown:
        return kept, (reason,)
    doubt = (
        f"{NOT_SHOWN}: {name} was measured as {value} on {counted(metric.n, who)}; "
        f"the true value may be as {extreme} as {_shown(metric, worst, bound)}, "
        f"which {limit} does not allow. Test more objects."
    )
    return kept, (reason, doubt)


def _shown(metric: MetricValue, number: float, beside: float | None = None) -> str:
    """Rates in percent, all else with its unit if it has one; told apart from the one beside."""
    other = number if beside is None else beside
    if metric.name.endswith("_rate"):
        return f"{told_apart(100 * number, 100 * other, digits=1)[0]} %"
    if metric.unit != "ratio":
        return f"{told_apart(number, other, digits=2)[0]} {metric.unit}"
    return told_apart(number, other)[0]
