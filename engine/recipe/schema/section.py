"""What all parts of the schema share: frozen, no unknown keys, and nothing means all defaults."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, model_validator


class Section(BaseModel):
    """A mapping in the recipe; `scratch:` without a value is the same as `scratch: {}`."""

    model_config = ConfigDict(frozen=True, extra="forbid", protected_namespaces=())

    @model_validator(mode="before")
    @classmethod
    def _nothing_is_empty(cls, value: Any) -> Any:
        return {} if value is None else value


def nothing_is_empty_mapping(value: Any) -> Any:
    """A key without a value, where a mapping belongs."""
    return {} if value is None else value


def nothing_is_empty_list(value: Any) -> Any:
    """A key without a value, where a list belongs."""
    return [] if value is None else value
