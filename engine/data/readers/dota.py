"""A text file a photo, `x1 y1 x2 y2 x3 y3 x4 y4 class difficult` a line, in px.

The order of the corners carries the heading, as in format yolo_obb. A box with `difficult` 1 is
ignored: neither thing nor background; the number may be left out. Lines that begin with
`imagesource:` or `gsd:` are passed over. Files are found as in format yolo, also in `labelTxt/`.
"""

from __future__ import annotations

from engine.data.boxes.lines import four_corners, not_a_box, numbers
from engine.data.boxes.reader import read_boxed
from engine.data.boxes.sidecar import read_sidecars
from engine.data.boxes.stored import StoredBox
from engine.data.readers import Format, Reading, ReadRequest

FORM = "x1 y1 x2 y2 x3 y3 x4 y4 class difficult"
HEADERS = ("imagesource:", "gsd:")


def read(request: ReadRequest) -> Reading:
    """Reads one source."""
    photos, problems = read_sidecars(request.source, ".txt", _parse)
    return read_boxed(request, photos, problems=problems)


def _parse(line: str, size_hw: tuple[int, int]) -> StoredBox | str | None:
    del size_hw
    if line.casefold().startswith(HEADERS):
        return None
    fields = line.split()
    values = numbers(fields[:8])
    difficult = fields[9] if len(fields) == 10 else "0"
    if values is None or len(fields) not in (9, 10) or difficult not in ("0", "1"):
        return not_a_box(line, FORM)
    return StoredBox(fields[8], four_corners(values), ignored=difficult == "1")


FORMAT = Format(
    "dota",
    "oriented boxes: a text file a photo, four corners in px, class and difficulty a line",
    read,
    tasks=("oriented_detection",),
    documentation=(__doc__ or "").strip(),
)
