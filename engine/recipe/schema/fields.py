"""The kinds of value that a recipe key takes: how each is read, written and told to editors.

A field is `Annotated[type, Reads(...)]`. `parse` turns what the YAML holds into the type and raises
ValueError with a sentence; `write` is its inverse; `json` is its JSON Schema.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, get_args

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import core_schema

from engine.recipe import units
from engine.recipe.wording import did_you_mean, received, refusal

OFF = "off"


def _unchanged(value: Any) -> Any:
    return value


@dataclass(frozen=True, slots=True, eq=False)
class Reads:
    """Annotation of a field that is read by `parse` alone."""

    parse: Callable[[Any], Any]
    json: Mapping[str, Any]
    write: Callable[[Any], Any] = _unchanged

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(
            self.parse,
            serialization=core_schema.plain_serializer_function_ser_schema(self.write),
        )

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return dict(self.json)


@dataclass(frozen=True, slots=True)
class Choice:
    """Annotation of a Literal field; YAML's `false` stands for `off` where that is a choice."""

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        options = tuple(str(option) for option in get_args(source))
        return core_schema.no_info_plain_validator_function(
            partial(parse_choice, options=options), metadata={"options": options}
        )

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        metadata: Any = schema.get("metadata", {})
        return {"enum": list(metadata["options"])}


def parse_choice(value: object, options: tuple[str, ...]) -> str:
    """One of `options`; False stands for `off`."""
    if value is False and OFF in options:
        return OFF
    if not isinstance(value, str) or value not in options:
        raise ValueError(refusal(value, " | ".join(options), did_you_mean(value, options)))
    return value


def parse_flag(value: object) -> bool:
    """true or false."""
    if not isinstance(value, bool):
        raise ValueError(refusal(value, "true or false"))
    return value


def parse_whole(value: object, low: int, high: int) -> int:
    """A whole number from `low` to `high`."""
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise ValueError(refusal(value, f"a whole number from {low} to {high}"))
    return value


def parse_text(value: object, pattern: str, allowed: str) -> str:
    """Text that matches `pattern` as a whole."""
    if isinstance(value, str) and re.fullmatch(pattern, value):
        return value
    quotes = isinstance(value, int | float)
    raise ValueError(refusal(value, allowed, "Put it in quotes." if quotes else ""))


def parse_regex(value: object, group: str | None = None) -> str:
    """A regular expression that compiles and, when asked for, has the named group."""
    text = parse_text(value, r"[\s\S]+", "a regular expression, as text")
    try:
        compiled = re.compile(text)
    except (re.error, RecursionError, OverflowError) as error:
        raise ValueError(
            f"not a regular expression: {error}. Received: {received(text)}."
        ) from None
    if group and group not in compiled.groupindex:
        example = f"'(?P<{group}>part[0-9]+)'"
        raise ValueError(
            refusal(text, f"a regular expression with a group named {group}: {example}")
        )
    return text


def _off_or(parse: Callable[[Any], Any], value: object, off: object) -> Any:
    return off if value == OFF or value is False else parse(value)


def whole(low: int, high: int) -> Reads:
    """A whole number from `low` to `high`."""
    schema = {"type": "integer", "minimum": low, "maximum": high}
    return Reads(partial(parse_whole, low=low, high=high), schema)


def text(pattern: str, allowed: str) -> Reads:
    """Text that matches `pattern`; `allowed` says so in words."""
    schema = {"type": "string", "pattern": f"^(?:{pattern})$"}
    return Reads(partial(parse_text, pattern=pattern, allowed=allowed), schema)


def share(low: float, high: float, *, inside: bool = False) -> Reads:
    """A percentage."""
    schema = {"type": "string", "pattern": f"^{units.SHARE_PATTERN}$", "examples": ["20 %"]}
    return Reads(partial(units.parse_share, low=low, high=high, inside=inside), schema, str)


def length(highest_percent: float) -> Reads:
    """A length in px or percent of the shorter side."""
    schema = {"type": "string", "pattern": f"^{units.LENGTH_PATTERN}$"}
    schema_with_examples = {**schema, "examples": ["12 px", "2 %"]}
    parse = partial(units.parse_length, highest_percent=highest_percent)
    return Reads(parse, schema_with_examples, str)


def size(smallest: int) -> Reads:
    """A size written width x height and kept as (height, width)."""
    schema = {"type": "string", "pattern": f"^{units.SIZE_PATTERN}$", "examples": ["256x256"]}
    return Reads(partial(units.parse_size_hw, smallest=smallest), schema, units.format_size)


def strength(reads: Reads, off: object) -> Reads:
    """`off`, kept as the strength zero `off`, or what `reads` reads."""
    write = reads.write

    def write_or_off(value: Any) -> Any:
        return OFF if value == off else write(value)

    kinds = reads.json.get("anyOf", [dict(reads.json)])
    schema = {"anyOf": [{"enum": [OFF, False]}, *kinds]}
    return Reads(partial(_off_or, reads.parse, off=off), schema, write_or_off)


FLAG = Reads(parse_flag, {"type": "boolean"})
DURATION = Reads(
    units.parse_duration_s,
    {"type": "string", "pattern": f"^{units.DURATION_PATTERN}$", "examples": ["90 s", "30 min"]},
    units.format_duration,
)
