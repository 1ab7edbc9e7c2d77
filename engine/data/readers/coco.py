"""One JSON file for all photos, as COCO has it.

The file is stated with `labels`, or is the only `.json` in the photos' folder, in `annotations/`
or in `labels/`. Labels are the names of `categories`. A photo that `images` names and that has no
annotation is good; a photo that it does not name is reported as ANN309. `iscrowd` 1 is ignored:
neither thing nor background.

Upright boxes (detection) are `bbox`, or what surrounds the polygons or the run lengths of
`segmentation`. Oriented boxes (oriented_detection) are, in this order: `bbox` turned about its
middle by `rotation` degrees, an attribute of the annotation as CVAT writes it; a polygon of four
corners, whose order carries the heading; the smallest box around the polygons or run lengths,
whose longer side is taken for the top, so that it has no heading (symmetry 2); an upright `bbox`.
"""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from pycocotools import mask as run_lengths

from engine.data.boxes.geometry import Corners, Point, turned_box, upright_box
from engine.data.boxes.lines import four_corners
from engine.data.boxes.reader import read_boxed
from engine.data.boxes.stored import BrokenEntry, Entries, ReadEntries, StoredBox
from engine.data.boxes.table import by_photo, find_table, read_text
from engine.data.readers import Format, Reading, ReadRequest
from engine.errors import UsageError

PARTS = ("images", "annotations", "categories")


def read(request: ReadRequest) -> Reading:
    """Reads one source."""
    table = find_table(request.source, (".json",))
    stored = _document(table, request.source.key)
    names = {category["id"]: str(category["name"]) for category in stored["categories"]}
    entries: dict[int, list[StoredBox | BrokenEntry]] = defaultdict(list)
    for position, annotation in enumerate(stored["annotations"]):
        where = f"annotation {annotation.get('id', f'number {position}')}"
        entries[annotation.get("image_id")].append(_entry(annotation, where, names, request))
    photos, problems = by_photo(
        request.source,
        table,
        {str(each["file_name"]): _constantly(entries[each["id"]]) for each in stored["images"]},
    )
    return read_boxed(request, photos, oriented=request.oriented, problems=problems)


def _constantly(entries: Entries) -> ReadEntries:
    return lambda size_hw: entries


def _document(table: Path, key: str) -> Mapping[str, Any]:
    """The file's content, with all of its parts.

    Raises:
        UsageError: when it is no JSON, or not COCO's.
    """
    text = read_text(table, key)
    try:
        stored = json.loads(text)
    except ValueError as error:
        raise _refused(table, key, f"no JSON ({error})") from error
    missing = [p for p in PARTS if not isinstance(stored, dict) or not _is_list(stored.get(p))]
    if missing:
        raise _refused(table, key, f"no list {missing[0]!r}")
    for part, needed in (("images", ("id", "file_name")), ("categories", ("id", "name"))):
        for position, each in enumerate(stored[part]):
            lacking = [name for name in needed if name not in each]
            if lacking:
                raise _refused(table, key, f"{part}[{position}] without {lacking[0]!r}")
    return dict(stored)


def _is_list(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, dict) for each in value)


def _refused(table: Path, key: str, received: str) -> UsageError:
    return UsageError(
        "the file does not have COCO's form",
        where=f"{key}: {table}",
        received=received,
        allowed="images with id and file_name, annotations with image_id, category_id and bbox or "
        "segmentation, categories with id and name",
        fix="Export the annotations again as COCO",
    )


def _entry(
    annotation: Mapping[str, Any], where: str, names: Mapping[Any, str], request: ReadRequest
) -> StoredBox | BrokenEntry:
    try:
        corners = _corners(annotation, request.oriented)
    except (TypeError, ValueError, KeyError, IndexError):
        return BrokenEntry(where, "it has neither a bbox of four numbers nor a segmentation")
    category = annotation.get("category_id")
    label = names.get(category, f"category {category}")
    return StoredBox(label, corners, where, ignored=annotation.get("iscrowd") == 1)


def _corners(annotation: Mapping[str, Any], oriented: bool) -> Corners:
    rotation = annotation.get("rotation", (annotation.get("attributes") or {}).get("rotation"))
    box, shape = annotation.get("bbox"), annotation.get("segmentation")
    if oriented and rotation is not None:
        x, y, width, height = (float(value) for value in annotation["bbox"])
        middle = (x + width / 2, y + height / 2)
        return turned_box(middle, (width, height), math.radians(float(rotation)))
    if oriented and shape:
        if isinstance(shape, list) and len(shape) == 1 and len(shape[0]) == 8:
            return four_corners([float(value) for value in shape[0]])
        return _smallest(_outline(shape))
    if box:
        x, y, width, height = (float(value) for value in box)
        return upright_box(x, y, x + width, y + height)
    outline = _outline(shape)
    return upright_box(*outline.min(axis=0).tolist(), *outline.max(axis=0).tolist())


def _outline(shape: Any) -> np.ndarray:
    """Points (n, 2) around polygons or run lengths."""
    if isinstance(shape, list):
        return np.concatenate([np.array(part, np.float32).reshape(-1, 2) for part in shape])
    if isinstance(shape["counts"], list):
        shape = run_lengths.frPyObjects(shape, *shape["size"])
    rows, columns = np.nonzero(run_lengths.decode(shape))
    ends = [(x + dx, y + dy) for dx in (0, 1) for dy in (0, 1)
            for x, y in ((columns, rows),)]  # fmt: skip
    return np.concatenate([np.stack(end, axis=1) for end in ends]).astype(np.float32)


def _smallest(outline: np.ndarray) -> Corners:
    """The smallest box around points, its longer side its top."""
    middle, (width, height), degrees = cv2.minAreaRect(outline)
    if height > width:
        width, height, degrees = height, width, degrees + 90
    centre: Point = (float(middle[0]), float(middle[1]))
    return turned_box(centre, (float(width), float(height)), math.radians(degrees))


FORMAT = Format(
    "coco",
    "boxes, polygons or run lengths of all photos in one JSON file; with rotation or four corners "
    "oriented boxes",
    read,
    tasks=("detection", "oriented_detection"),
    documentation=(__doc__ or "").strip(),
)
