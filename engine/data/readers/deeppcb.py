"""A text file a photo, `left top right bottom class` a line, in px, classes as numbers.

As DeepPCB has it: a list names the photo and its file, apart from each other by a space or a tab.
Without a list `00041/00041001_test.jpg` belongs to `00041_not/00041001.txt`, and any photo to the
file that format yolo would find for it. Give the classes with `labels: [1]` and so on; without
them number k is the k-th class of the recipe, from 0.
"""

from __future__ import annotations

from engine.data.boxes.geometry import upright_box
from engine.data.boxes.lines import not_a_box, numbers
from engine.data.boxes.reader import read_boxed
from engine.data.boxes.sidecar import read_sidecars
from engine.data.boxes.stored import StoredBox
from engine.data.keys import Key, image_key
from engine.data.readers import Format, Reading, ReadRequest

FORM = "left top right bottom class"


def read(request: ReadRequest) -> Reading:
    """Reads one source."""
    photos, problems = read_sidecars(request.source, ".txt", _parse, _key)
    return read_boxed(request, photos, problems=problems)


def _parse(line: str, size_hw: tuple[int, int]) -> StoredBox | str:
    del size_hw
    values = numbers(line.replace(",", " ").split())
    if values is None or len(values) != 5 or values[4] != int(values[4]):
        return not_a_box(line, FORM)
    left, top, right, bottom = values[:4]
    return StoredBox(int(values[4]), upright_box(left, top, right, bottom))


def _key(name: str) -> Key:
    folders, stem = image_key(name)
    return tuple(folder.removesuffix("_not") for folder in folders), stem.removesuffix("_test")


FORMAT = Format(
    "deeppcb",
    "upright boxes: a text file a photo, left, top, right, bottom in px and class a line",
    read,
    tasks=("detection",),
    documentation=(__doc__ or "").strip(),
)
