"""`dltrain run`: from a recipe to a signed-off report."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def run(
    recipe: Annotated[Path, typer.Argument(readable=False, help="The recipe's YAML file.")],
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="Replace a key: train.epochs=3."),
    ] = None,
    resume: Annotated[
        Path | None,
        typer.Option("--resume", metavar="RUN", readable=False, help="Go on with this run folder."),
    ] = None,
    out: Annotated[Path, typer.Option("--out", readable=False, help="Folder of all runs.")] = Path(
        "runs"
    ),
) -> None:
    """Check the data, train, and report on the test set; exit code 1 when not accepted."""
    from cli import console
    from cli.outcome import show_report
    from engine import steps
    from engine.recipe import load_recipe

    loaded = load_recipe(recipe, set_ or ())
    finished = steps.run(loaded, out=out, resume=resume, observer=console.Screen())
    show_report(finished)
