"""One JSON file for all photos, as COCO-Text has it: COCO with a `utf8_string` an annotation.

The file is stated with `labels`, or is the only such `.json` in the photos' folder, in
`annotations/` or in `labels/`. Photos are in `imgs` or `images` (`id`, `file_name`), texts in
`anns` or `annotations` (`image_id`, `utf8_string`), each a list or a mapping by id. Where a text is
tells the outline `mask`, `polygon`, `points` or `segmentation` (four points or more, px), or else
the upright `bbox` (`x, y, width, height`). The first edge is the top of the text; COCO-Text's own
outlines begin at the top left and run downwards, so anticlockwise ones are read from their first
point the other way round. Of more than four points the smallest box around them is taken. A text
with `legibility` other than `legible`, without `utf8_string`, with an empty one or `###` is
ignored: neither text nor background. Labels are the names of `categories`; without them the recipe
has one class. A photo that is named without a text has none; one that is not named is reported as
ANN309. Where the file states `width` and `height` the photo must have them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from engine.data.boxes.geometry import Corners, Point, upright_box
from engine.data.boxes.json_table import (
    Identity,
    NoJson,
    is_file_name,
    is_identity,
    not_a_text,
    parse_json,
    shown,
)
from engine.data.boxes.outline import (
    box_of,
    clockwise,
    fault_of_points,
    read_numbers,
    read_points,
)
from engine.data.boxes.reader import read_boxed
from engine.data.boxes.stated_size import of_stated_size
from engine.data.boxes.stored import BrokenEntry, StoredBox
from engine.data.boxes.table import OF_A_STRAY, by_photo, find_table, read_text
from engine.data.boxes.written import ILLEGIBLE, written_box
from engine.data.readers import Format, Reading, ReadRequest
from engine.errors import UsageError
from engine.records import ReadProblem

IMAGES, TEXTS = ("imgs", "images"), ("anns", "annotations")
OUTLINES = ("mask", "polygon", "points", "segmentation")

Rows = Sequence[Mapping[str, Any]]


def read(request: ReadRequest) -> Reading:
    """Reads one source."""
    table = find_table(request.source, (".json",), _is_cocos)
    images, texts, names = _document(table, request.source.key)
    by_id = {str(image["id"]): image for image in images}
    entries: dict[str, list[StoredBox | BrokenEntry]] = defaultdict(list)
    strays: list[ReadProblem] = []
    for position, stored in enumerate(texts):
        where = f"annotation {stored.get('id', f'number {position}')}"
        image = stored.get("image_id")
        if is_identity(image) and str(image) in by_id:
            entries[str(image)].append(_entry(stored, where, names))
        else:
            message = f"{where} belongs to image {image!r}, which the file does not hold"
            strays.append(
                ReadProblem("missing_annotation", table.name, message, {"orphan": True}, OF_A_STRAY)
            )
    own = {each["file_name"]: of_stated_size(entries[key], each) for key, each in by_id.items()}
    photos, problems = by_photo(request.source, table, own)
    return read_boxed(request, photos, labelled=bool(names), problems=[*problems, *strays])


def _entry(
    stored: Mapping[str, Any], where: str, names: Mapping[Identity, str]
) -> StoredBox | BrokenEntry:
    corners = _corners(stored)
    if corners is None:
        return BrokenEntry(where, _lacks_corners(stored))
    text = stored.get("utf8_string", "")
    if not isinstance(text, str):
        return BrokenEntry(where, not_a_text("utf8_string", text))
    category = stored.get("category_id")
    known = names.get(category) if is_identity(category) else None
    label = known if known is not None or not names else f"category {category}"
    illegible = stored.get("legibility", "legible") != "legible"
    return written_box(corners, text.strip() or ILLEGIBLE, where, label=label, ignored=illegible)


def _corners(stored: Mapping[str, Any]) -> Corners | None:
    for name in OUTLINES:
        points = _outline(stored.get(name))
        if points is not None:
            return box_of(points if clockwise(points) else [points[0], *points[:0:-1]])
    box = read_numbers(stored.get("bbox"))
    if box is None or len(box) != 4:
        return None
    x, y, width, height = box
    return upright_box(x, y, x + width, y + height)


def _lacks_corners(stored: Mapping[str, Any]) -> str:
    """Why nothing says where a text is."""
    name = next((name for name in OUTLINES if stored.get(name)), None)
    if name is not None:
        return f"its {name!r} {fault_of_points(_only_one(stored[name]))}"
    if stored.get("bbox") is not None:
        return f"its 'bbox' is {shown(stored['bbox'])}, not x, y, width and height"
    return "it has neither an outline of four points nor a bbox"


def _outline(value: object) -> list[Point] | None:
    """The points of an outline; None where it is none."""
    return read_points(_only_one(value))


def _only_one(value: object) -> object:
    """The outline that is the only one of a list of outlines; or the value as it is."""
    if isinstance(value, list) and len(value) == 1 and isinstance(value[0], list):
        return value[0]
    return value


def _is_cocos(table: Path) -> bool:
    try:
        _document(table, "")
    except UsageError:
        return False
    return True


def _document(table: Path, key: str) -> tuple[Rows, Rows, Mapping[Identity, str]]:
    """Images, texts, and names of the categories.

    Raises:
        UsageError: when the file is no JSON, or does not have the form.
    """
    try:
        stored = parse_json(read_text(table, key))
    except NoJson as error:
        raise _refused(table, key, f"no JSON ({error})") from error
    images, texts = _rows(stored, IMAGES), _rows(stored, TEXTS)
    if images is None or texts is None:
        lacking = IMAGES if images is None else TEXTS
        raise _refused(table, key, f"neither {lacking[0]!r} nor {lacking[1]!r}")
    if texts and not any("utf8_string" in each for each in texts):
        raise _refused(table, key, "annotations without any 'utf8_string'")
    seen: set[tuple[str, str]] = set()
    for position, each in enumerate(images):
        if not is_identity(each.get("id")) or not is_file_name(each.get("file_name")):
            raise _refused(table, key, f"image {position} without an id and a 'file_name'")
        own = {("id", str(each["id"])), ("file_name", each["file_name"])}
        if own & seen:
            what, value = min(own & seen)
            raise _refused(table, key, f"image {position} with the {what} {value!r} of another one")
        seen |= own
    categories = _rows(stored, ("categories",)) or ()
    return (
        images,
        texts,
        {
            each["id"]: str(each["name"])
            for each in categories
            if is_identity(each.get("id")) and is_file_name(each.get("name"))
        },
    )


def _rows(stored: object, names: Sequence[str]) -> Rows | None:
    """The mappings under the first of some keys, which a list holds or a mapping by id."""
    if not isinstance(stored, dict):
        return None
    found = next((stored[name] for name in names if name in stored), None)
    rows = list(found.values()) if isinstance(found, dict) else found
    if not isinstance(rows, list) or not all(isinstance(each, dict) for each in rows):
        return None
    return rows


def _refused(table: Path, key: str, received: str) -> UsageError:
    return UsageError(
        "the file does not have COCO-Text's form",
        where=f"{key}: {table}",
        received=received,
        allowed="imgs (or images) with id and file_name, anns (or annotations) with image_id, "
        "utf8_string, and mask, polygon or bbox",
        fix="Export the annotations again, or choose the format that the file belongs to",
    )


FORMAT = Format(
    "coco_text",
    "text: one JSON file for all photos, COCO with what is written in each box",
    read,
    tasks=("ocr",),
    documentation=(__doc__ or "").strip(),
)
