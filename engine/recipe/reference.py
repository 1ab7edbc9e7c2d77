"""`docs/recipe.md`, the reference of all keys, written from the schema itself."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from engine.recipe.json_schema import json_schema
from engine.recipe.metrics import METRICS
from engine.recipe.schema.recipe import Recipe
from engine.recipe.schema.walk import ANY_NAME, fields_of, models_in, written_defaults

INTRODUCTION = """\
# The recipe

<!-- Written by engine/recipe/reference.py from the schema; do not edit. -->

A recipe is one YAML file. `dltrain show RECIPE` prints it with every default filled in
(`null` is decided from the data when a run starts), `dltrain schema` prints the JSON Schema for
editors, and `--set key.path=value` replaces a key for one run.

- YAML is read by the 1.2 core schema: `1e-3` is a number, `no` and `off` are text, `012` is twelve.
  A repeated key, a tag or a second document is an error. Keys are text, whatever they look like.
- Paths are relative to the recipe's folder, also in `--set`. `${VAR}` is the value of an
  environment variable; `~` is not expanded. Data that are named have to be there.
- Numbers with a unit are written with it: `12 px`, `20 %`, `30 min`, `15 deg`. Sizes are
  width x height: `256x256`.
- A section without a value (`scratch:`) is the same as an empty one (`scratch: {}`).
- All problems of a recipe are reported at once, each with file, line, column and key.
"""


def reference() -> str:
    """The whole page as Markdown."""
    schema = json_schema()
    return "\n".join([INTRODUCTION, *_section(Recipe, (), schema), *_metrics()]) + "\n"


def write_reference(path: Path) -> None:
    """Writes the page to `path`."""
    path.write_text(reference(), encoding="utf-8")


def _section(model: type[BaseModel], path: tuple[str, ...], schema: Mapping[str, Any]) -> list[str]:
    title = ".".join(path) or "Top level"
    properties = schema["$defs"].get(model.__name__, schema)["properties"]
    defaults = written_defaults(model)
    lines = [f"## {f'`{title}`' if path else title}", "", f"{model.__doc__}", ""]
    lines += ["| key | value | default | meaning | example |", "|---|---|---|---|---|"]
    for key, field in fields_of(model).items():
        default = "needed" if field.is_required() else _written(defaults.get(key))
        cells = (
            f"`{key}`",
            _kind(properties[key], schema),
            default,
            field.description or "",
            ", ".join(_written(example) for example in field.examples or ()),
        )
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    lines.append("")
    for inner, inner_path in _inner_sections(model, path):
        lines += _section(inner, inner_path, schema)
    return lines


def _inner_sections(
    model: type[BaseModel], path: tuple[str, ...]
) -> Iterator[tuple[type[BaseModel], tuple[str, ...]]]:
    """The mappings inside `model`, each once: all sources are described with the first of them."""
    seen = set()
    for key, field in fields_of(model).items():
        for inner in models_in(field.annotation):
            if inner not in seen:
                seen.add(inner)
                names = {"classes": ("<name>",), "waive": (ANY_NAME,)}.get(key, ())
                yield inner, (*path, key, *names)


def _metrics() -> list[str]:
    lines = ["## Metrics of `accept`", "", "| metric | good when | written | tasks |"]
    lines += ["|---|---|---|---|"]
    for name, metric in METRICS.items():
        written = "percent" if metric.rate else "number"
        written += " or percent" if not metric.rate and metric.is_share else ""
        lines.append(
            f"| `{name}` | {metric.direction} the bound | {written} | {', '.join(metric.tasks)} |"
        )
    return lines


def _kind(schema: Mapping[str, Any], whole: Mapping[str, Any]) -> str:
    """What a key takes, in a few words."""
    if "$ref" in schema:
        return _kind(whole["$defs"][schema["$ref"].rsplit("/", 1)[1]], whole)
    if "anyOf" in schema:
        kinds = [_kind(part, whole) for part in schema["anyOf"]]
        return " | ".join(dict.fromkeys(kind for kind in kinds if kind))
    if "enum" in schema or "const" in schema:
        options = schema.get("enum", [schema.get("const")])
        return " | ".join(_written(option) for option in options)
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    return " | ".join(_named(kind, schema) for kind in kinds if kind != "null")


def _named(kind: str, schema: Mapping[str, Any]) -> str:
    names = {
        "object": "mapping", "array": "list", "boolean": "`true` | `false`", "integer": "integer",
        "string": "text", "number": "number", "null": "",
    }  # fmt: skip
    if kind == "string" and "pattern" in schema and "examples" in schema:
        return "like " + ", ".join(f"`{example}`" for example in schema["examples"])
    if kind in ("integer", "number") and "maximum" in schema:
        low = schema.get("minimum", schema.get("exclusiveMinimum"))
        return f"{names[kind]}, {low} to {schema['maximum']}"
    return names[kind]


def _written(value: object) -> str:
    if value is None:
        return ""
    return f"`{value}`" if isinstance(value, str) else f"`{json.dumps(value, ensure_ascii=False)}`"


if __name__ == "__main__":
    write_reference(Path(sys.argv[1]))
