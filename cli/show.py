"""`dltrain show`: the fully resolved recipe."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def show(
    recipe: Annotated[Path, typer.Argument(readable=False, help="The recipe's YAML file.")],
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="Replace a key: train.epochs=3."),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="JSON instead of YAML.")] = False,
) -> None:
    """Print the whole recipe: every key with the value that a run would use."""
    from cli import console
    from engine.recipe import load_recipe
    from engine.recipe.render import plain_recipe, render

    loaded = load_recipe(recipe, set_ or ())
    if json:
        console.json_out(plain_recipe(loaded))
    else:
        console.out(render(loaded))
