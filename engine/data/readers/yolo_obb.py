"""A text file a photo, `class x1 y1 x2 y2 x3 y3 x4 y4` a line, in shares of the photo's size.

The order of the corners carries the heading: the first edge is the top of the thing, and the
corners go round clockwise as seen; corners that go round the other way or cross are reported as
ANN305. Classes, files and empty files are as in format yolo.
"""

from __future__ import annotations

from collections.abc import Sequence

from engine.data.boxes.geometry import Corners
from engine.data.boxes.lines import four_corners
from engine.data.boxes.yolo import read_yolo
from engine.data.readers import Format, Reading, ReadRequest


def read(request: ReadRequest) -> Reading:
    """Reads one source."""
    form = "class x1 y1 x2 y2 x3 y3 x4 y4"
    hints = {5: "a line of five numbers belongs to format yolo: an upright box has no heading"}
    return read_yolo(request, form, hints, _corners)


def _corners(shares: Sequence[float], size_hw: tuple[int, int]) -> Corners:
    return four_corners([share * size_hw[1 - at % 2] for at, share in enumerate(shares)])


FORMAT = Format(
    "yolo_obb",
    "oriented boxes: a text file a photo, class and four corners in shares of the photo a line",
    read,
    tasks=("oriented_detection",),
    documentation=(__doc__ or "").strip(),
)
