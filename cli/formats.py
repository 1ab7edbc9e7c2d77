"""`dltrain formats`: the annotation formats that a recipe can name."""

from __future__ import annotations

from typing import Annotated

import typer


def formats(
    json: Annotated[bool, typer.Option("--json", help="JSON instead of a table.")] = False,
) -> None:
    """List the annotation formats for `data.format`."""
    from cli import console
    from engine.data.readers import formats as all_formats

    known = all_formats().values()
    if json:
        console.json_out(
            [{"name": f.name, "description": f.description, "tasks": f.tasks} for f in known]
        )
    else:
        rows = [(f.name, ", ".join(f.tasks), f.description) for f in known]
        console.table(("format", "tasks", "what it reads"), rows)
