"""A small report of anomaly detection."""

from __future__ import annotations

from dataclasses import replace

from engine.evaluate.metric import MetricValue
from engine.evaluate.thresholds import Threshold
from engine.evaluate.verdict import Direction, judge
from engine.report.report import RecipeInfo, Report
from tests.report.samples import report

BOUNDS: tuple[tuple[str, float, Direction], ...] = (
    ("escape_rate", 0.05, "at most"),
    ("image_ap", 0.9, "at least"),
)

KINDS = ("scratch", "stain")

_OF_KINDS = (("image_escape_rate", 0.1), ("image_auroc", 0.95))
_OF_ALL = (("image_overkill_rate", 0.04), ("image_ap", 0.97), ("pixel_auroc", 0.96), ("pro", 0.88))

METRICS = tuple(
    MetricValue(name, kind, region, value, 0.9 * value, min(1.0, 1.1 * value), 24)
    for region in ("all", "interior", "edge")
    for names, kinds in ((_OF_KINDS, (None, *KINDS)), (_OF_ALL, (None,)))
    for name, value in names
    for kind in kinds
)


def anomaly_report() -> Report:
    return replace(
        report("caps"),
        recipe=RecipeInfo("caps", "anomaly_detection", "9f" * 32),
        thresholds=(
            Threshold("pixel", None, 0.5, note="raw score 8.44, reached by 0 of 10"),
            Threshold("image", None, 0.5, note="raw score 7.03, reached by 0 of 10"),
        ),
        metrics=METRICS,
        verdict=judge(METRICS, BOUNDS),
    )
