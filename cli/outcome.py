"""What the command line says when a report is written, and the exit code that follows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import typer

from cli import console

if TYPE_CHECKING:
    from engine.evaluate.metric import MetricValue
    from engine.steps import Finished


def show_report(finished: Finished, notes: Sequence[str] = ()) -> None:
    """Prints the headline figures, notes on the training, and where the report is.

    Raises:
        typer.Exit: with code 1 where the recipe's bounds were not kept.
    """
    from engine.evaluate.metric import HEADLINE, without_repeats

    report = finished.report
    if report is None:
        return
    metrics = [metric for metric in report.metrics if metric.region == HEADLINE]
    rows = [_row(metric) for metric in without_repeats(metrics)]
    console.table(("metric", "class", "value", "95 % interval", "objects"), rows)
    for note in (*notes, *report.verdict.reasons):
        console.out(note)
    verdict = {True: "accepted", False: "NOT accepted", None: "not judged"}
    console.out(f"\n{verdict[report.verdict.accepted]}: {finished.folder.report / 'report.html'}")
    if report.verdict.accepted is False:
        raise typer.Exit(1)


def _row(metric: MetricValue) -> tuple[str, ...]:
    name = metric.class_name or ""
    if metric.value is None or metric.low is None or metric.high is None:
        return metric.name, name, "not measurable", "", str(metric.n)
    unit = "" if metric.unit == "ratio" else f" {metric.unit}"
    interval = f"{metric.low:.3f} – {metric.high:.3f}{unit}"
    return metric.name, name, f"{metric.value:.3f}{unit}", interval, str(metric.n)
