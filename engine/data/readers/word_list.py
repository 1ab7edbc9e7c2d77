r"""One file for photos that show one text each: `image, "text"` a line, or a CSV table.

The file is stated with `labels`, or is the only `.txt`, `.csv` or `.tsv` in the photos' folder, in
`annotations/` or in `labels/`. In a line, a comma and quotes (ICDAR's lists of words) or a tab
(PaddleOCR's lists for recognition) separate the photo from its text, and `\"` is a quote. A table
has a first line that names its columns, in any order, with commas, semicolons or tabs between them:
the photo's is called `image`, `image_path`, `filename`, `file_name`, `file` or `path`, the text's
`text`, `transcription`, `label` or `words`; the first of these counts, all others are passed over.
`###` is ignored, and an empty text is told. Photos are found by the name of their file, whatever
its suffix. The format tells no classes, so the recipe has one.
"""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from engine.data.boxes.lines import not_a_box
from engine.data.boxes.reader import read_boxed
from engine.data.boxes.table import by_photo, find_table, first_line, read_text
from engine.data.boxes.written import whole_photo
from engine.data.readers import Format, Reading, ReadRequest
from engine.errors import UsageError

IMAGE_COLUMNS = ("image", "image_path", "filename", "file_name", "file", "path")
TEXT_COLUMNS = ("text", "transcription", "label", "words")
PADDLES = '[{"'
"""How PaddleOCR's label of a photo for detection begins; format paddle_ocr reads it."""

_QUOTED = re.compile(r'(?P<image>[^\t"]+?)\s*,\s*"(?P<text>.*)"')


def read(request: ReadRequest) -> Reading:
    """Reads one source."""
    table = find_table(request.source, (".txt", ".csv", ".tsv"), _is_word_list)
    said: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for number, image, text in _rows(read_text(table, request.source.key), table, request):
        said[image].append((str(number), text))
    photos, problems = by_photo(
        request.source, table, {image: whole_photo(rows) for image, rows in said.items()}
    )
    return read_boxed(request, photos, labelled=False, problems=problems)


def _rows(content: str, table: Path, request: ReadRequest) -> Iterator[tuple[int, str, str]]:
    """Number of the line, image and text of each row.

    Raises:
        UsageError: when a line has no such form.
    """
    lines = content.split("\n")
    head = _head(lines[0])
    if head is not None:
        yield from _table(content, head, table, request)
        return
    for number, line in enumerate(lines, start=1):
        quoted = _QUOTED.fullmatch(line.strip())
        image, tab, text = line.partition("\t")
        if quoted:
            yield number, quoted["image"], quoted["text"].replace('\\"', '"')
        elif tab and not text.lstrip().startswith(PADDLES):
            yield number, image.strip(), text.strip()
        elif line.strip():
            raise _refused(table, request, number, line)


@dataclass(frozen=True, slots=True)
class _Head:
    """The first line of a table: how many columns, which two are read, what separates them."""

    columns: int
    image: int
    text: int
    separator: str


def _head(line: str) -> _Head | None:
    """The columns that a first line names, in whatever case; None where it names none."""
    for separator in ",;\t":
        names = [name.strip().strip('"').casefold() for name in line.split(separator)]
        image = next((name for name in IMAGE_COLUMNS if name in names), None)
        text = next((name for name in TEXT_COLUMNS if name in names), None)
        if image is not None and text is not None:
            return _Head(len(names), names.index(image), names.index(text), separator)
    return None


def _table(
    content: str, head: _Head, table: Path, request: ReadRequest
) -> Iterator[tuple[int, str, str]]:
    rows = csv.reader(io.StringIO(content, newline=""), delimiter=head.separator, strict=True)
    try:
        for row in itertools.islice(rows, 1, None):
            if row and len(row) != head.columns:
                raise _refused(table, request, rows.line_num, head.separator.join(row))
            if row:
                yield rows.line_num, row[head.image].strip(), row[head.text]
    except csv.Error as error:
        raise _refused(table, request, rows.line_num, str(error)) from error


def _is_word_list(table: Path) -> bool:
    first = first_line(table)
    _, tab, text = first.partition("\t")
    listed = bool(tab) and not text.lstrip().startswith(PADDLES)
    return listed or _head(first) is not None or bool(_QUOTED.fullmatch(first.strip()))


def _refused(table: Path, request: ReadRequest, number: int, line: str) -> UsageError:
    paddles = line.partition("\t")[2].lstrip().startswith(PADDLES)
    hint = "PaddleOCR's labels for detection belong to format paddle_ocr" if paddles else ""
    return UsageError(
        not_a_box(line, 'image, "text"', hint),
        where=f"{request.source.key}: {table}:{number}",
        allowed="image and text in quotes, or with a tab between them, or a CSV table whose first "
        "line names a column of images and one of texts",
        fix="Correct the line; `dltrain formats` says what the columns may be called",
    )


FORMAT = Format(
    "word_list",
    "text: one list or table for photos that show one text each",
    read,
    tasks=("ocr",),
    documentation=(__doc__ or "").strip(),
)
