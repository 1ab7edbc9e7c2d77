"""A small report of OCR, and an annex for its page."""

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
    ("field_f1", 0.9, "at least"),
    ("exact_match", 0.93, "at least"),
    ("escape_rate", 0.01, "at most"),
    ("cer", 0.02, "at most"),
)

CLASSES = ("lot", "expiry")


def _of_classes(name: str, value: float) -> list[MetricValue]:
    return [
        MetricValue(name, class_name, region, value, 0.9 * value, 1.1 * value, 40)
        for region in ("interior", "edge")
        for class_name in (None, *CLASSES)
    ]


METRICS = (
    *_of_classes("exact_match", 0.941),
    *_of_classes("cer", 0.0123),
    *_of_classes("wer", 1.36),
    *_of_classes("wrong_read_rate", 0.0082),
    *_of_classes("reject_rate", 0.061),
    *_of_classes("field_f1", 0.917),
    *_of_classes("map50", 0.981),
    *_of_classes("recall", 0.984),
    *_of_classes("precision", 0.992),
    *_of_classes("flip_rate", 0.0),
)


def ocr_report() -> Report:
    return replace(
        report("packages"),
        recipe=RecipeInfo("packages", "ocr", "9f" * 32),
        thresholds=(
            Threshold("score", "lot", 0.4375),
            Threshold("score", "expiry", 0.31),
            Threshold("reading", None, 0.874, note="40 validation fields cannot show it"),
        ),
        metrics=METRICS,
        verdict=judge(METRICS, BOUNDS),
    )


def ocr_annex() -> Annex:
    picture = annex().figures[0].data
    kinds = (
        "chart", "chart", "misread", "rejected", "missed_field", "false_field", "correct",
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
