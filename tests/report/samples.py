"""A small report, and an annex for its page."""

from __future__ import annotations

from engine.evaluate.metric import MetricValue
from engine.evaluate.thresholds import Threshold
from engine.evaluate.verdict import judge
from engine.report.annex import Annex, SplitLine, StandingFinding
from engine.report.report import (
    DataInfo,
    FindingCounts,
    RecipeInfo,
    Report,
    RunInfo,
    SetInfo,
    WaiverInfo,
)
from engine.tasks.task import Figure

BOUNDS = (("escape_rate", 0.01, "at most"), ("iou", 0.5, "at least"))

METRICS = (
    MetricValue("iou", None, "interior", 0.625, 0.5, 0.75, 40),
    MetricValue("iou", "scratch", "interior", 0.625, 0.5, 0.75, 40),
    MetricValue("iou", "chip", "interior", None, None, None, 0),
    MetricValue("image_escape_rate", None, "interior", 0.0, 0.0, 0.077, 46),
    MetricValue("image_escape_rate", None, "edge", None, None, None, 0),
    MetricValue("iou", None, "edge", None, None, None, 0),
)


def report(name: str = "caps", openings: int = 1) -> Report:
    return Report(
        recipe=RecipeInfo(name, "segmentation", "9f" * 32),
        run=RunInfo(
            "20260102-101500",
            "2026-01-02T10:15:00+01:00",
            "2026-01-02T10:21:41+01:00",
            281.4,
            "CPU, 2 cores",
            {"python": "3.11.9"},
        ),
        data=DataInfo(
            SetInfo(61, 48, "ab" * 32),
            SetInfo(15, 12, "cd" * 32),
            SetInfo(80, 60, "ef" * 32),
            True,
            openings,
        ),
        thresholds=(
            Threshold("pixel", "scratch", 0.4375),
            Threshold("pixel", "chip", 0.5, note="no validation photo shows this class"),
            Threshold("image", None, 0.25),
        ),
        metrics=METRICS,
        verdict=judge(METRICS, BOUNDS),  # type: ignore[arg-type]
        waivers=(
            WaiverInfo("ANN301", "defect in the edge margin", ("a/1.png",), "touches", "is real"),
        ),
        findings=FindingCounts(0, 2),
    )


def annex(text: str = "harmless") -> Annex:
    """An annex with `text` wherever a user's words may stand."""
    pixel = (
        b"GIF89a\x01\x00\x01\x00\x80\x00\x00\xff\xff\xff\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01"
    )
    pixel += b"\x00\x00\x02\x02D\x01\x00;"
    return Annex(
        bounds=BOUNDS,  # type: ignore[arg-type]
        confusion={
            "bad_called_bad": 46,
            "bad_called_good": 0,
            "good_called_good": 30,
            "good_called_bad": 4,
        },
        figures=(
            Figure("chart", text, text, "image/gif", pixel),
            Figure("miss", text, text, "image/gif", pixel),
            Figure("unannotated", text, text, "image/gif", pixel),
        ),
        searched="Searched for forgotten annotations: 61 training photos.",
        checks_off=("DIV204",),
        checks_lowered=("ANN309",),
        findings=(
            StandingFinding("DIV204", text, "warn", text, ("a.png", "b.png", text, "d.png")),
        ),
        provenance={text: text},
        notes=(text,),
        recipe=text,
        split=(SplitLine(text, text, "test", "0123"),),
    )
