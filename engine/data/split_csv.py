"""The split of a run as a file: which photo, of which object, went where, with its digest."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from engine.atomic import write_text
from engine.errors import UsageError
from engine.records import SPLIT_NAMES, Split, SplitName

COLUMNS = ("image", "object", "split", "sha256")


@dataclass(frozen=True, slots=True)
class SplitRow:
    """One photo: its id, its object, the part it is in, and the digest of its file."""

    image: str
    object: str
    split: SplitName
    sha256: str


def split_rows(split: Split) -> tuple[SplitRow, ...]:
    """A row a photo, by part and then by image."""
    parts = zip(SPLIT_NAMES, (split.train, split.validation, split.test), strict=True)
    return tuple(
        SplitRow(sample.id, sample.object, name, sample.sha256)
        for name, part in parts
        for sample in sorted(part.samples, key=lambda sample: sample.id)
    )


def write_split_csv(split: Split, path: Path) -> None:
    """Writes a split, whole or not at all: a row a photo, by part and then by image.

    Raises:
        UsageError: when the file cannot be written.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in split_rows(split):
        writer.writerow((row.image, row.object, row.split, row.sha256))
    try:
        write_text(path, text.getvalue())
    except OSError as error:
        raise UsageError(
            f"the split cannot be written ({error.strerror or error})", where=str(path)
        ) from error


def read_split_csv(path: Path) -> tuple[SplitRow, ...]:
    """Reads what `write_split_csv` wrote.

    Raises:
        UsageError: when the file cannot be read or is no split.
    """
    try:
        with path.open(newline="", encoding="utf-8") as stream:
            rows = list(csv.reader(stream))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UsageError(f"the split cannot be read ({error})", where=str(path)) from error
    if not rows or tuple(rows[0]) != COLUMNS:
        raise UsageError(
            "is no split",
            where=str(path),
            received=", ".join(rows[0]) if rows else "an empty file",
            allowed="the columns " + ", ".join(COLUMNS),
        )
    return tuple(_row(row, path, number) for number, row in enumerate(rows[1:], start=2))


def _row(row: list[str], path: Path, number: int) -> SplitRow:
    name = next((name for name in SPLIT_NAMES if len(row) == 4 and row[2] == name), None)
    if name is None:
        raise UsageError(
            "is no row of a split",
            where=f"{path}: row {number}",
            received=", ".join(row),
            allowed="image, object, train | validation | test, sha256",
        )
    return SplitRow(row[0], row[1], name, row[3])
