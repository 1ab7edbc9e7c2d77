"""What the two YOLO formats share: numbered classes, and coordinates as shares of the photo."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from engine.data.boxes.class_list import class_list
from engine.data.boxes.geometry import Corners
from engine.data.boxes.lines import not_a_box, numbers
from engine.data.boxes.reader import read_boxed
from engine.data.boxes.sidecar import read_sidecars
from engine.data.boxes.stored import StoredBox
from engine.data.readers import Reading, ReadRequest

MOST_SHARE = 2.0
"""Shares beyond this are taken for px; a box reaches out of its photo by less."""


def read_yolo(
    request: ReadRequest,
    form: str,
    hints: dict[int, str],
    corners: Callable[[Sequence[float], tuple[int, int]], Corners],
) -> Reading:
    """Reads one of the YOLO formats.

    Args:
        request: as the format got it.
        form: of a line, for messages; its first field is the class.
        hints: what a line of another length probably is, by its number of fields.
        corners: from the numbers after the class, and the photo's height and width in px.
    """
    numbered = {label for own in request.labels.labels for label in own if isinstance(label, int)}
    numbered |= {label for label in request.labels.ignore if isinstance(label, int)}
    names = class_list(request.source)
    length = len(form.split())

    def parse(line: str, size_hw: tuple[int, int]) -> StoredBox | str:
        fields = line.split()
        values = numbers(fields)
        if values is None or len(values) != length or values[0] != int(values[0]):
            hint = hints.get(len(fields), "")
            if len(fields) == length:
                hint = "the class is a whole number, and all others are finite numbers"
            elif not hint and len(fields) >= 7 and len(fields) % 2:
                hint = "it looks like a polygon of YOLO segmentation"
            return not_a_box(line, form, hint)
        if max(abs(value) for value in values[1:]) > MOST_SHARE:
            return f"{not_a_box(line, form)}: its coordinates are shares of the photo, from 0 to 1"
        number = int(values[0])
        named = names.get(number, f"number {number} of the class list") if names else number
        return StoredBox(number if number in numbered else named, corners(values[1:], size_hw))

    photos, problems = read_sidecars(request.source, ".txt", parse)
    return read_boxed(request, photos, problems=problems)
