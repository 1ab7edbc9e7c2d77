"""A recipe written out in full: every key with its value, in the units that people write."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from typing import Any

from engine.recipe.nodes import KeyPath
from engine.recipe.rules import TASK_ONLY
from engine.recipe.schema.recipe import Recipe
from engine.recipe.yaml_core import core_scalar

# Sections in which an unset key is worth showing: the task or the data decide it.
SHOWN_UNSET = ("input", "train")
_PLAIN_TEXT = re.compile(r"[A-Za-z0-9_./][A-Za-z0-9_./ %°-]*(?<! )")


def render(recipe: Recipe) -> str:
    """The resolved recipe as YAML with absolute paths; it loads again to an equal recipe."""
    return "\n".join(_lines(plain_recipe(recipe), 0)) + "\n"


def digest(recipe: Recipe) -> str:
    """SHA-256 in hex of the rendering without its paths: the same recipe on every machine."""
    text = "\n".join(_lines(plain_recipe(recipe, hide_paths=True), 0))
    return hashlib.sha256(text.encode()).hexdigest()


def plain_recipe(recipe: Recipe, *, hide_paths: bool = False) -> dict[str, Any]:
    """The resolved recipe as dictionaries, lists and scalars, keys as a recipe writes them."""
    written = recipe.model_dump(by_alias=True, context={"hide_paths": hide_paths})
    pruned = {key: _without_unset((key,), value, recipe.task) for key, value in written.items()}
    return {key: value for key, value in pruned.items() if value is not None}


def _without_unset(path: KeyPath, value: Any, task: str) -> Any:
    if isinstance(value, Mapping):
        inner = {key: _without_unset((*path, key), item, task) for key, item in value.items()}
        shown = path[0] in SHOWN_UNSET
        return {
            key: item
            for key, item in inner.items()
            if (item is not None or shown) and _belongs((*path, key), task)
        }
    if isinstance(value, list | tuple):
        return [_without_unset(path, item, task) for item in value]
    return value


def _belongs(path: KeyPath, task: str) -> bool:
    for pattern, tasks in TASK_ONLY.items():
        same = len(pattern) == len(path) and all(
            p in ("*", q) for p, q in zip(pattern, path, strict=True)
        )
        if same:
            return task in tasks
    return True


def _lines(value: Any, depth: int) -> Iterator[str]:
    """Block style for mappings and for lists of mappings, flow style for other lists."""
    indent = "  " * depth
    for key, item in value.items():
        name = f"{indent}{_scalar(key)}:"
        if isinstance(item, Mapping) and item:
            yield name
            yield from _lines(item, depth + 1)
        elif isinstance(item, list) and item and isinstance(item[0], Mapping):
            yield name
            for entry in item:
                first, *rest = _lines(entry, depth + 2)
                yield f"{indent}  - {first.strip()}"
                yield from rest
        else:
            yield f"{name} {_flow(item)}"


def _flow(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{}"
    if isinstance(value, list):
        return "[" + ", ".join(_scalar(item) for item in value) + "]"
    return _scalar(value)


def _scalar(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        return repr(value)
    plain = _PLAIN_TEXT.fullmatch(value) and value != "---" and core_scalar(value) == value
    return value if plain else '"' + "".join(_escaped(c) for c in value) + '"'


def _escaped(character: str) -> str:
    code = ord(character)
    if character in '"\\':
        return "\\" + character
    if character.isprintable() and character != "\ufeff":
        return character
    return (
        f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}" if code < 65536 else f"\\U{code:08x}"
    )
