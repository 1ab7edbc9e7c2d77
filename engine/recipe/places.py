"""Where a key stands in its recipe, for errors that come up after the recipe was read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.errors import RecipeError, UsageError
from engine.recipe.nodes import find
from engine.recipe.schema.recipe import Recipe
from engine.recipe.yaml_core import parse_yaml

_KEY = re.compile(r"[a-z_]+(\.[a-z_]+)*")


@contextmanager
def placed(path: Path) -> Iterator[None]:
    """Lets errors about a key of the recipe say file, line and column.

    Raises:
        UsageError: as it came, its `where` begun with the place.
    """
    try:
        yield
    except UsageError as error:
        where = error.where or ""
        key = _KEY.match(where)
        if key and key[0].partition(".")[0] in Recipe.model_fields and str(path) not in where:
            error.move(f"{_place(path, key[0])}: {where}")
        raise


def _place(path: Path, key: str) -> str:
    """Of a key's value, or of the nearest key around it; the file alone where it has none."""
    wanted = tuple(key.split("."))
    try:
        root, _ = parse_yaml(path.read_text("utf-8-sig"), str(path))
    except (OSError, ValueError, RecipeError):
        return str(path)
    found, key_place, node = find(root, wanted)
    if not found:
        return str(path)
    place = node.place if found == wanted else key_place
    return f"{path}:{place.line}:{place.column}"
