"""What all parts of the schema share: frozen, no unknown keys, and nothing means all defaults."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, GetJsonSchemaHandler, model_validator
from pydantic_core import core_schema


class Section(BaseModel):
    """A mapping in the recipe; `scratch:` without a value is the same as `scratch: {}`."""

    model_config = ConfigDict(frozen=True, extra="forbid", protected_namespaces=())

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return or_else(handler(schema), handler, "null")

    @model_validator(mode="before")
    @classmethod
    def _nothing_is_empty(cls, value: Any) -> Any:
        return {} if value is None else value


def or_else(schema: dict[str, Any], handler: GetJsonSchemaHandler, kind: str) -> dict[str, Any]:
    """The JSON Schema of a mapping that may also be written as a `kind`."""
    mapping = handler.resolve_ref_schema(schema)
    mapping["type"] = [
        *([mapping["type"]] if mapping["type"] == "object" else mapping["type"]),
        kind,
    ]
    return schema


def nothing_is_empty_mapping(value: Any) -> Any:
    """A key without a value, where a mapping belongs."""
    return {} if value is None else value


def nothing_is_empty_list(value: Any) -> Any:
    """A key without a value, where a list belongs."""
    return [] if value is None else value
