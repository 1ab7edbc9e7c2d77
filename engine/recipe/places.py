"""Where a key stands in its recipe, for errors that come up after the recipe was read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from engine.errors import UsageError
from engine.recipe.schema.recipe import Recipe

_KEY = re.compile(r"[a-z_]+(\.\w+)*(?=$|[:, ])")


@contextmanager
def placed(recipe: Recipe) -> Iterator[None]:
    """Lets errors about a key of the recipe say file, line and column.

    Raises:
        UsageError: as it came, its `where` begun with the place.
    """
    try:
        yield
    except UsageError as error:
        where = error.where or ""
        key = _KEY.match(where)
        if key and key[0].partition(".")[0] in Recipe.model_fields and not error.placed:
            error.place(f"{recipe.place_of(key[0])}: {where}")
        raise
