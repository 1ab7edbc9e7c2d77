"""A text file a photo, `x1,y1,x2,y2,x3,y3,x4,y4,text` a line, in px.

The first edge is the top of the text; the text may hold commas; `###` is ignored: neither text nor
background. `left,top,right,bottom,text` gives upright boxes. The file is called `gt_<photo>.txt`
or as format yolo would have it. The format tells no classes, so the recipe has one.
"""

from __future__ import annotations

from engine.data.boxes.geometry import upright_box
from engine.data.boxes.lines import four_corners, not_a_box, numbers
from engine.data.boxes.reader import read_boxed
from engine.data.boxes.sidecar import read_sidecars
from engine.data.boxes.stored import BrokenEntry, StoredBox
from engine.data.boxes.written import written_box
from engine.data.readers import Format, Reading, ReadRequest

FORM = "x1,y1,x2,y2,x3,y3,x4,y4,text"


def read(request: ReadRequest) -> Reading:
    """Reads one source."""
    photos, problems = read_sidecars(request.source, ".txt", _parse)
    return read_boxed(request, photos, labelled=False, problems=problems)


def _parse(line: str, size_hw: tuple[int, int]) -> StoredBox | str:
    del size_hw
    fields = line.split(",")
    values = numbers(fields[:8])
    if values is not None and len(fields) > 8:
        read = written_box(four_corners(values), ",".join(fields[8:]), "")
    else:
        values = numbers(fields[:4])
        if values is None or len(fields) < 5:
            return not_a_box(line, FORM)
        text = ",".join(fields[4:]).strip().removeprefix('"').removesuffix('"')
        read = written_box(upright_box(*values), text, "")
    return read.message if isinstance(read, BrokenEntry) else read


FORMAT = Format(
    "icdar",
    "text: a file a photo, four corners in px and what is written there a line",
    read,
    tasks=("ocr",),
    documentation=(__doc__ or "").strip(),
)
