"""pydantic's errors in the words of a recipe's author."""

from __future__ import annotations

from pydantic_core import ErrorDetails

from engine.recipe.metrics import METRICS
from engine.recipe.nodes import KeyPath
from engine.recipe.schema.walk import fields_of, models_at
from engine.recipe.wording import did_you_mean, refusal

_SHAPES = {
    "model_type": "a mapping of keys",
    "model_attributes_type": "a mapping of keys",
    "dict_type": "a mapping of keys",
    "tuple_type": "a list: [a, b]",
    "too_short": "a list with at least one entry",
}


def key_path(location: tuple[int | str, ...]) -> KeyPath:
    """pydantic's location without the marks of unions and of dictionary keys."""
    marks = ("<", "[key]")
    return tuple(part for part in location if not str(part).startswith(marks))


def message(error: ErrorDetails) -> str:
    """One sentence or two: what was received, what is allowed."""
    kind, path = error["type"], key_path(error["loc"])
    if kind == "missing":
        return f"required key is missing. {_description(path)}"
    if kind == "extra_forbidden":
        known = known_keys(path[:-1])
        hint = did_you_mean(path[-1], known)
        return f"unknown key. {hint or 'Allowed: ' + ', '.join(known) + '.'}"
    if kind in _SHAPES:
        return refusal(error["input"], _SHAPES[kind])
    if kind == "value_error":
        return str(error["ctx"]["error"])
    return refusal(error["input"], error["msg"])


def known_keys(path: KeyPath) -> tuple[str, ...]:
    """The keys that the mapping at `path` may hold, as written in a recipe."""
    if path == ("accept",):
        return tuple(METRICS)
    return tuple(dict.fromkeys(key for model in models_at(path) for key in fields_of(model)))


def _description(path: KeyPath) -> str:
    for model in models_at(path[:-1]):
        if field := fields_of(model).get(str(path[-1])):
            return field.description or ""
    return ""
