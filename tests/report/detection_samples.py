"""A small report of oriented detection, and an annex for its page."""

from __future__ import annotations

from dataclasses import replace

from engine.evaluate.metric import MetricValue
from engine.evaluate.thresholds import Threshold
from engine.evaluate.verdict import Direction, judge
from engine.report.annex import Annex
from engine.report.report import RecipeInfo, Report
from engine.tasks.task import Figure
from tests.report.samples import annex, report

BOUNDS: tuple[tuple[str, float, Direction], ...] = (
    ("map50", 0.9, "at least"),
    ("escape_rate", 0.05, "at most"),
    ("angle_error_deg", 3.0, "at most"),
)

CLASSES = ("bracket", "slotted_screw", "washer")


def _of_classes(
    name: str, value: float, unit: str = "ratio", without: tuple[str, ...] = ()
) -> list[MetricValue]:
    return [
        MetricValue(name, class_name, region, value, 0.9 * value, min(1.03 * value, 180), 24, unit)
        for region in ("interior", "edge")
        for class_name in (None, *CLASSES)
        if class_name not in without
    ]


METRICS = (
    *_of_classes("map50", 0.938),
    *_of_classes("map50_95", 0.713),
    *_of_classes("recall", 0.957),
    *_of_classes("precision", 0.962),
    *_of_classes("angle_error_deg", 1.284, "deg", without=("washer",)),
    *_of_classes("angle_error_deg_p90", 4.02, "deg", without=("washer",)),
    *_of_classes("flip_rate", 0.012, without=("washer", "slotted_screw")),
    *_of_classes("position_error_px", 0.871, "px"),
    *(
        MetricValue(name, None, region, value, 0.01, 0.08, 24)
        for region in ("interior", "edge")
        for name, value in (("escape_rate", 0.043), ("overkill_rate", 0.038))
    ),
)


def detection_report() -> Report:
    return replace(
        report("tray"),
        recipe=RecipeInfo("tray", "oriented_detection", "9f" * 32),
        thresholds=(
            Threshold("score", "bracket", 0.4375),
            Threshold("score", "slotted_screw", 0.31),
            Threshold("score", "washer", 0.5, note="no validation photo shows this class"),
        ),
        metrics=METRICS,
        verdict=judge(METRICS, BOUNDS),
    )


def detection_annex() -> Annex:
    picture = annex().figures[0].data
    kinds = (
        "chart", "chart", "miss", "false_alarm", "wrong_heading", "wrong_class", "correct",
        "unannotated",
    )  # fmt: skip
    return replace(
        annex(),
        bounds=BOUNDS,
        confusion={},
        figures=tuple(
            Figure(kind, f"{kind} {i}", "seen", "image/gif", picture)
            for i, kind in enumerate(kinds)
        ),
    )
