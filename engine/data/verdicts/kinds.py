"""The kinds of defect of a data set whose recipe names no classes."""

from __future__ import annotations

from collections.abc import Iterable

from engine.data.readers import Format
from engine.data.source import PhotoSource
from engine.errors import UsageError
from engine.recipe.rules import MOST_CLASSES
from engine.recipe.schema.classes import parse_class_name

ONLY_KIND = "defect"
"""Of formats that do not tell one kind from another."""


def kinds_found(
    reader: Format, sources: Iterable[PhotoSource], good: tuple[str, ...]
) -> tuple[str, ...]:
    """The kinds of all sources, sorted; none where all photos are good.

    Raises:
        UsageError: a folder's name cannot be that of a class, two differ only in case, there are
            too many, or a source cannot be read.
    """
    if reader.kinds is None:
        return (ONLY_KIND,)
    kinds = sorted({kind for source in sources for kind in reader.kinds(source, good)})
    for kind in kinds:
        _require_a_name(kind)
    seen: dict[str, str] = {}
    for kind in kinds:
        first = seen.setdefault(kind.casefold(), kind)
        if first != kind:
            raise _no_kind(f"{first} and {kind}", "two folders differ only in upper and lower case")
    if len(kinds) > MOST_CLASSES:
        raise _no_kind(
            f"{len(kinds)} folders besides those of good photos, such as {kinds[0]}",
            f"there are more than {MOST_CLASSES} kinds of defect",
        )
    return tuple(kinds)


def _require_a_name(kind: str) -> None:
    try:
        parse_class_name(kind)
    except ValueError as error:
        raise _no_kind(repr(kind), "the folder's name cannot be that of a class") from error


def _no_kind(received: str, message: str) -> UsageError:
    return UsageError(
        message,
        where="classes",
        received=received,
        allowed="a folder for each kind of defect beside one called good, ok or normal",
        fix="Name the kinds, and the folders that mean them, with classes.<name>.labels; the "
        "folders of good photos with data.good",
    )
