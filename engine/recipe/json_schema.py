"""The recipe's JSON Schema, by which editors complete and check keys."""

from __future__ import annotations

from typing import Any

from engine.recipe.schema.recipe import Recipe


def json_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a recipe, keys and units as users write them."""
    schema = Recipe.model_json_schema(by_alias=True)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "title": "dltrain recipe, version 1",
    }
