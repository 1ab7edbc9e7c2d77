"""A text file a photo, `x1,y1,x2,y2,x3,y3,x4,y4,text` a line, in px.

The first edge is the top of the text; the text may hold commas; `###` is ignored: neither text nor
background. `left,top,right,bottom,text` gives upright boxes. All files of a source are of the form
that most of their lines have, and a line of the other form, or one that lacks a number, is told. In
upright boxes a text that begins with numbers and commas stands in quotes: `5,60,50,80,"1,2,3,kg"`.
The file is called `gt_<photo>.txt` or as format yolo would have it. The format tells no classes, so
the recipe has one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.data.boxes.geometry import upright_box
from engine.data.boxes.lines import four_corners, not_a_box, numbers
from engine.data.boxes.reader import read_boxed
from engine.data.boxes.sidecar import read_sidecars
from engine.data.boxes.stored import BrokenEntry, StoredBox
from engine.data.boxes.utf8 import NotUtf8, decode
from engine.data.boxes.written import written_box
from engine.data.readers import Format, Reading, ReadRequest

CORNERS, UPRIGHT = 8, 4
"""Numbers before the text."""

FORMS = {CORNERS: "x1,y1,x2,y2,x3,y3,x4,y4,text", UPRIGHT: "left,top,right,bottom,text"}
FEWEST_LEFT_OVER = 3
"""Numbers at the beginning of an upright box's text that are more likely those of a corner."""


@dataclass(frozen=True, slots=True)
class _Form:
    """How many numbers stand before the text in a source, in how many of all its lines."""

    numbers: int
    having: int = 0
    lines: int = 0

    @property
    def said(self) -> str:
        """How surely it is that form; nothing where no line tells."""
        return f"{self.having} of {self.lines} lines are of it" if self.having else ""


def read(request: ReadRequest) -> Reading:
    """Reads one source."""

    def parse(line: str, size_hw: tuple[int, int]) -> StoredBox | str:
        del size_hw
        return _parse(line, form)

    photos, problems = read_sidecars(request.source, ".txt", parse)
    # Lines are parsed later, photo by photo: by then the form of the whole source is known.
    form = _form_of(photo.file for photo in photos if photo.file is not None)
    return read_boxed(request, photos, labelled=False, problems=problems)


def _form_of(files: Iterable[Path]) -> _Form:
    """The form that most lines have."""
    found = [_numbers_before(line.split(",")) for file in files for line in _lines(file)]
    having = {count: found.count(count) for count in FORMS}
    likeliest = UPRIGHT if having[UPRIGHT] > having[CORNERS] else CORNERS
    return _Form(likeliest, having[likeliest], len(found))


def _lines(file: Path) -> list[str]:
    """The lines of a file that hold something; none where it cannot be read, which others tell."""
    try:
        return [line.strip() for line in decode(file.read_bytes()).split("\n") if line.strip()]
    except (OSError, NotUtf8):
        return []


def _numbers_before(fields: Sequence[str]) -> int:
    """The form that a line has; 0 where it has neither, or may be either."""
    if len(fields) > CORNERS and numbers(fields[:CORNERS]) is not None:
        return CORNERS
    if len(fields) <= UPRIGHT or numbers(fields[:UPRIGHT]) is None:
        return 0
    left_over = fields[UPRIGHT : UPRIGHT + FEWEST_LEFT_OVER]
    lacking = len(left_over) == FEWEST_LEFT_OVER and numbers(left_over) is not None
    return 0 if lacking else UPRIGHT


def _parse(line: str, form: _Form) -> StoredBox | str:
    fields = line.split(",")
    found = _numbers_before(fields)
    if found != form.numbers:
        return not_a_box(line, FORMS[form.numbers], _hint(fields, form))
    values, text = numbers(fields[:found]) or [], ",".join(fields[found:])
    if found == CORNERS:
        read = written_box(four_corners(values), text, "")
    else:
        left, top, right, bottom = values
        bare = text.strip().removeprefix('"').removesuffix('"')
        read = written_box(upright_box(left, top, right, bottom), bare, "")
    return read.message if isinstance(read, BrokenEntry) else read


def _hint(fields: Sequence[str], form: _Form) -> str:
    """What else is to be said of a line that has not the form of the others."""
    left_over = fields[UPRIGHT : UPRIGHT + FEWEST_LEFT_OVER]
    if form.numbers == UPRIGHT and left_over and numbers(left_over) is not None:
        return f"{form.said}; a text that begins with numbers stands in quotes"
    return form.said


FORMAT = Format(
    "icdar",
    "text: a file a photo, four corners in px and what is written there a line",
    read,
    tasks=("ocr",),
    documentation=(__doc__ or "").strip(),
)
