"""The recipe's JSON Schema, by which editors complete and check keys."""

from __future__ import annotations

from typing import Any

from engine.recipe.schema.recipe import Recipe
from engine.recipe.schema.walk import all_models, written_defaults


def json_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a recipe, keys and units as users write them."""
    schema = Recipe.model_json_schema(by_alias=True)
    for model in all_models():
        properties = schema["$defs"].get(model.__name__, schema)["properties"]
        for key, default in written_defaults(model).items():
            if "default" in properties[key]:
                properties[key]["default"] = default
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **_any_of(schema),
        "title": "dltrain recipe, version 1",
    }


def _any_of(schema: Any) -> Any:
    """`oneOf` as `anyOf`: a share is also a string, and so would match two kinds at once."""
    if isinstance(schema, dict):
        return {("anyOf" if k == "oneOf" else k): _any_of(value) for k, value in schema.items()}
    return [_any_of(item) for item in schema] if isinstance(schema, list) else schema
