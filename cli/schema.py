"""`dltrain schema`: the recipe's JSON Schema."""

from __future__ import annotations


def schema() -> None:
    """Print the JSON Schema of recipes, for editors."""
    from cli import console
    from engine.recipe.json_schema import json_schema

    console.json_out(json_schema())
