"""The table of figures that a run ends with."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from cli.outcome import show_report
from engine.evaluate.metric import MetricValue

METRICS = (
    MetricValue("map50", "nut", "interior", 0.91, 0.85, 0.96, 12),
    MetricValue("map50", None, "interior", 0.91, 0.85, 0.96, 12),
    MetricValue("angle_error_deg", "nut", "interior", 1.5, 1.25, 2.0, 9, "deg"),
    MetricValue("position_error_px", "nut", "interior", None, None, None, 0, "px"),
    MetricValue("map50", None, "edge", 0.4, 0.3, 0.5, 12),
)


def test_figures_are_printed_with_their_units(capsys: pytest.CaptureFixture[str]) -> None:
    report = SimpleNamespace(
        metrics=METRICS, verdict=SimpleNamespace(reasons=("as it is",), accepted=None)
    )
    folder = SimpleNamespace(report=Path("report"))
    finished = SimpleNamespace(report=report, folder=folder, notes=("only 2 steps",))
    show_report(finished, finished.notes)  # type: ignore[arg-type]
    head, *rows = capsys.readouterr().out.splitlines()
    assert head.split() == ["metric", "class", "value", "95", "%", "interval", "objects"]
    assert [" ".join(row.split()) for row in rows[:3]] == [
        "map50 nut 0.910 0.850 – 0.960 12",
        "angle_error_deg nut 1.500 deg 1.250 – 2.000 deg 9",
        "position_error_px nut not measurable 0",
    ]
    assert rows[3:5] == ["only 2 steps", "as it is"]
    assert rows[-1].startswith("not judged: ")
