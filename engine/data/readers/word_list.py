r"""One file for photos that show one text each: `image, "text"` a line, or a CSV table.

The file is stated with `labels`, or is the only `.txt` or `.csv` in the photos' folder, in
`annotations/` or in `labels/`. In a line, a comma and quotes or a tab separate the photo from its
text, and `\"` is a quote. A table has a first line that names its columns, `image` and `text`
among them, in any order. `###` is ignored. Photos are found by the name of their file, whatever
its suffix. The format tells no classes, so the recipe has one.
"""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from engine.data.boxes.geometry import upright_box
from engine.data.boxes.lines import not_a_box
from engine.data.boxes.reader import read_boxed
from engine.data.boxes.stored import BrokenEntry, Entries, ReadEntries, StoredBox
from engine.data.boxes.table import by_photo, find_table, read_text
from engine.data.readers import Format, Reading, ReadRequest
from engine.errors import UsageError

ILLEGIBLE = "###"
_QUOTED = re.compile(r'(?P<image>[^\t"]+?)\s*,\s*"(?P<text>.*)"')


def read(request: ReadRequest) -> Reading:
    """Reads one source."""
    table = find_table(request.source, (".txt", ".csv", ".tsv"), _is_word_list)
    said: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for number, image, text in _rows(read_text(table, request.source.key), table, request):
        said[image].append((number, text))
    photos, problems = by_photo(
        request.source, table, {image: _whole_photo(rows) for image, rows in said.items()}
    )
    return read_boxed(request, photos, labelled=False, problems=problems)


def _whole_photo(rows: list[tuple[int, str]]) -> ReadEntries:
    """The text as a box around all of the photo."""
    number, text = rows[0]

    def entries(size_hw: tuple[int, int]) -> Entries:
        if len(rows) > 1:
            return (
                BrokenEntry(str(rows[1][0]), f"line {number} has a text for this photo already"),
            )
        if not text:
            return (BrokenEntry(str(number), "the text is empty"),)
        corners = upright_box(0, 0, size_hw[1], size_hw[0])
        return (StoredBox(None, corners, str(number), text, ignored=text == ILLEGIBLE),)

    return entries


def _rows(content: str, table: Path, request: ReadRequest) -> Iterator[tuple[int, str, str]]:
    """Number of the line, image and text of each row.

    Raises:
        UsageError: when a line has no such form.
    """
    lines = content.replace("\r\n", "\n").split("\n")
    head, separator = _columns(lines[0])
    if head:
        rows = csv.reader(io.StringIO(content, newline=""), delimiter=separator, strict=True)
        yield from _table(rows, head, separator, table, request)
        return
    for number, line in enumerate(lines, start=1):
        quoted = _QUOTED.fullmatch(line.strip())
        image, tab, text = line.partition("\t")
        if quoted:
            yield number, quoted["image"], quoted["text"].replace('\\"', '"')
        elif tab and not text.lstrip().startswith('[{"'):
            yield number, image.strip(), text.strip()
        elif line.strip():
            raise _refused(table, request, number, line)


def _columns(line: str) -> tuple[list[str], str]:
    """The columns that a first line names, in small letters, and what separates them."""
    for separator in ",;\t":
        names = [name.strip().strip('"').casefold() for name in line.split(separator)]
        if "image" in names and "text" in names:
            return names, separator
    return [], ","


def _table(
    rows: Any, head: list[str], separator: str, table: Path, request: ReadRequest
) -> Iterator[tuple[int, str, str]]:
    try:
        for row in itertools.islice(rows, 1, None):
            if row and len(row) != len(head):
                raise _refused(table, request, rows.line_num, separator.join(row))
            if row:
                yield rows.line_num, row[head.index("image")], row[head.index("text")].strip()
    except csv.Error as error:
        raise _refused(table, request, rows.line_num, str(error)) from error


def _is_word_list(table: Path) -> bool:
    try:
        with table.open(encoding="utf-8-sig") as file:
            first = file.readline()
    except (OSError, UnicodeDecodeError):
        return False
    return bool(_columns(first)[0] or _QUOTED.fullmatch(first.strip()) or "\t" in first)


def _refused(table: Path, request: ReadRequest, number: int, line: str) -> UsageError:
    return UsageError(
        not_a_box(line, 'image, "text"'),
        where=f"{request.source.key}: {table}:{number}",
        allowed="image and text in quotes, or with a tab between them, or a CSV table whose first "
        "line names the columns image and text",
        fix="Correct the line",
    )


FORMAT = Format(
    "word_list",
    "text: one list or table for photos that show one text each",
    read,
    tasks=("ocr",),
    documentation=(__doc__ or "").strip(),
)
