"""A `.gt` file a photo, `index difficult x y width height angle` a line: lines of text.

`x y` is the top left corner, in px, of a box that is then turned about its middle by `angle`
radians, clockwise as seen; its top is the top of the text. A box with `difficult` 1 is ignored:
neither thing nor background. The format tells no classes, so the recipe has one.
"""

from __future__ import annotations

from engine.data.boxes.geometry import turned_box
from engine.data.boxes.lines import not_a_box, numbers
from engine.data.boxes.reader import read_boxed
from engine.data.boxes.sidecar import read_sidecars
from engine.data.boxes.stored import StoredBox
from engine.data.readers import Format, Reading, ReadRequest

FORM = "index difficult x y width height angle"


def read(request: ReadRequest) -> Reading:
    """Reads one source."""
    photos, problems = read_sidecars(request.source, ".gt", _parse)
    return read_boxed(request, photos, labelled=False, problems=problems)


def _parse(line: str, size_hw: tuple[int, int]) -> StoredBox | str:
    del size_hw
    values = numbers(line.split())
    if values is None or len(values) != 7 or values[1] not in (0, 1):
        return not_a_box(line, FORM)
    _, difficult, x, y, width, height, angle = values
    corners = turned_box((x + width / 2, y + height / 2), (width, height), angle)
    return StoredBox(None, corners, ignored=difficult == 1)


FORMAT = Format(
    "msra_td500",
    "oriented boxes: a .gt file a photo, difficulty, box in px and angle in radians a line",
    read,
    tasks=("oriented_detection",),
    documentation=(__doc__ or "").strip(),
)
