"""A text file a photo, `class x y width height` a line.

`x y` is the middle of the box, all as shares of the photo's size. Classes are numbers; their names
come from `names` in a YAML file, `classes.txt` or `obj.names` in the folder of the labels or the
photos or above it. Without such a file number k is the k-th class of the recipe, unless the recipe
gives numbers (`labels: [2]`). An empty file says that the photo is good; one without a file is
reported as ANN309, unless `unlabelled: empty`. With `data.root` the parts are `images/train`,
`labels/train` and so on, or `train/images`, `train/labels`.
"""

from __future__ import annotations

from collections.abc import Sequence

from engine.data.boxes.geometry import Corners, upright_box
from engine.data.boxes.yolo import read_yolo
from engine.data.readers import Format, Reading, ReadRequest


def read(request: ReadRequest) -> Reading:
    """Reads one source."""
    hints = {9: "a line of nine numbers belongs to format yolo_obb"}
    return read_yolo(request, "class x y width height", hints, _corners)


def _corners(shares: Sequence[float], size_hw: tuple[int, int]) -> Corners:
    x, y, width, height = (
        share * size for share, size in zip(shares, (*size_hw[::-1], *size_hw[::-1]), strict=True)
    )
    return upright_box(x - width / 2, y - height / 2, x + width / 2, y + height / 2)


FORMAT = Format(
    "yolo",
    "upright boxes: a text file a photo, class and box in shares of the photo a line",
    read,
    tasks=("detection",),
    documentation=(__doc__ or "").strip(),
)
