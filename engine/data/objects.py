"""Which photos show the same physical object.

Three rules: a regular expression over the path, a table, or the declaration that each photo is an
object of its own. All are pure over relative paths, but for reading the table.
"""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from engine.errors import UsageError


@dataclass(frozen=True, slots=True)
class ObjectRows:
    """A table of objects: object by image path as the table writes it, with `/`."""

    path: Path
    objects: Mapping[str, str]


def objects_by_pattern(relatives: Iterable[str], pattern: str) -> dict[str, str | None]:
    """The group `object` of `pattern`, searched in each path; None where it does not match."""
    compiled = re.compile(pattern)
    found: dict[str, str | None] = {}
    for relative in relatives:
        match = compiled.search(relative)
        found[relative] = (match.group("object") or None) if match else None
    return found


def objects_by_table(
    relatives: Iterable[str], folder: Path, rows: ObjectRows
) -> dict[str, str | None]:
    """Looks each photo up in a table; None where it has no row.

    Args:
        relatives: paths relative to `folder`.
        folder: the source's folder; the table's image paths may start there or at the table's own
            folder.
        rows: the table.
    """
    found: dict[str, str | None] = {}
    for relative in relatives:
        image = folder / relative
        from_table = Path(os.path.relpath(image, rows.path.parent)).as_posix()
        candidates = (relative, from_table, image.as_posix())
        found[relative] = next((rows.objects[c] for c in candidates if c in rows.objects), None)
    return found


def read_object_table(path: Path, image_column: str, object_column: str) -> ObjectRows:
    """Reads a CSV table of objects (UTF-8, a header line, `,` `;` or tab between the columns).

    Raises:
        UsageError: when the table cannot be read, lacks a column, or names two objects for an
            image.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"the table of objects cannot be read ({error})", where=str(path)
        ) from error
    header = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=header.count)
    reader = csv.DictReader(text.splitlines(keepends=True), delimiter=delimiter)
    columns = list(reader.fieldnames or ())
    for column in (image_column, object_column):
        if column not in columns:
            raise UsageError(
                "the table of objects lacks a column",
                where=str(path),
                received=f"{column!r}; the table has {', '.join(map(repr, columns)) or 'none'}",
                fix="Name the columns in data.object: {table: ..., image: ..., object: ...}",
            )
    return ObjectRows(path, _rows(reader, path, image_column, object_column))


def _rows(
    reader: csv.DictReader[str], path: Path, image_column: str, object_column: str
) -> dict[str, str]:
    objects: dict[str, str] = {}
    for row in reader:
        image = (row[image_column] or "").strip().replace("\\", "/").removeprefix("./")
        name = (row[object_column] or "").strip()
        if not image or not name:
            continue
        if objects.setdefault(image, name) != name:
            raise UsageError(
                "the table of objects names two objects for one image",
                where=f"{path}:{reader.line_num}",
                received=f"{image}: {objects[image]} and {name}",
                fix="Keep one row an image",
            )
    return objects
