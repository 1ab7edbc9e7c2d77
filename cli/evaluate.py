"""`dltrain evaluate`: the report of a finished run again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def evaluate(
    run: Annotated[
        Path, typer.Argument(readable=False, help="The run's folder: runs/NAME/DATE-TIME.")
    ],
) -> None:
    """Measure a stored model on its test set again; this opening of the test set is counted."""
    from cli import console
    from cli.outcome import show_report
    from engine import steps

    finished = steps.evaluate(run, observer=console.Screen())
    show_report(finished, finished.notes)
