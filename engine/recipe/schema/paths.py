"""Paths in a recipe: `${VAR}` expanded, relative to the recipe, and leading somewhere."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Literal

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import core_schema

from engine.recipe.schema.weights_file import why_no_weights
from engine.recipe.wording import did_you_mean, received, refusal

MOST_NAMES = 1000
_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


@dataclass(frozen=True, slots=True)
class ReadsPath:
    """Annotation of a path: `${VAR}` expanded, relative to the recipe, absolute, and there.

    A `Path` is taken as it is: code that builds a part of a recipe has looked already.

    Validation takes its context from `engine.recipe.load`: `folder` is the recipe's own;
    `check_paths` False lets paths lead nowhere (a stored run whose data has moved).
    """

    kind: Literal["file", "folder", "any", "weights"] = "any"
    words: tuple[str, ...] = ()

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        return core_schema.with_info_plain_validator_function(
            self._validate,
            serialization=core_schema.plain_serializer_function_ser_schema(
                _write_path, info_arg=True
            ),
        )

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        examples = [*self.words, "../examples/caps/train", "${DLTRAIN_DATA}/parts"]
        return {"type": "string", "minLength": 1, "examples": examples}

    def _validate(self, value: Any, info: core_schema.ValidationInfo) -> Path | str:
        if isinstance(value, Path) or (isinstance(value, str) and value in self.words):
            return value
        context = info.context or {}
        path = parse_path(value, context.get("folder", Path.cwd()))
        if context.get("check_paths", True):
            _require_there(path, value, self.kind, self.words)
            if self.kind == "weights":
                _require_weights(path, value)
        return path


def _write_path(value: Path | str, info: core_schema.SerializationInfo) -> str:
    context: Mapping[str, Any] = info.context or {}
    return "(path)" if context.get("hide_paths") and isinstance(value, Path) else str(value)


def parse_path(value: object, folder: Path) -> Path:
    """The absolute path that `value` means in a recipe that lies in `folder`."""
    if not isinstance(value, str) or not value.strip() or "\0" in value:
        raise ValueError(refusal(value, "a path, as text"))
    for name in _VARIABLE.findall(value):
        if not os.environ.get(name):
            raise ValueError(
                f"the environment variable {name} is not set. Received: {received(value)}. "
                f"Set it first: export {name}=/path/to/data."
            )
    expanded = _VARIABLE.sub(lambda found: os.environ[found.group(1)], value)
    if "${" in expanded:
        raise ValueError(refusal(value, "variables written ${NAME}, with letters, digits and _"))
    return Path(os.path.abspath(folder / expanded))


def _require_there(path: Path, typed: object, kind: str, words: tuple[str, ...]) -> None:
    there = {"file": os.path.isfile, "folder": os.path.isdir}.get(kind, os.path.exists)
    if there(path):
        return
    what = kind if kind in ("file", "folder") else "file or folder"
    text = f"no such {what}: {received(str(typed))}"
    text += f" (looked for {path})." if str(typed) != str(path) else "."
    if words:
        text += f" Allowed: {', '.join(words)}, or a path."
    hint = did_you_mean(typed, words) or did_you_mean(path.name, _names_in(path.parent))
    raise ValueError(f"{text} {hint}" if hint else text)


def _require_weights(path: Path, typed: object) -> None:
    problem = why_no_weights(path)
    if problem:
        raise ValueError(f"{received(str(typed))}: {problem}")


def _names_in(folder: Path) -> list[str]:
    try:
        with os.scandir(folder) as entries:
            return [entry.name for entry in islice(entries, MOST_NAMES)]
    except OSError:
        return []
