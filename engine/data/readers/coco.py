"""One JSON file for all photos, as COCO has it.

The file is stated with `labels`, or is the only `.json` in the photos' folder, in `annotations/`
or in `labels/`. Labels are the names of `categories`. A photo that `images` names and that has no
annotation is good; a photo that it does not name is reported as ANN309, and so is an annotation of
an image that it does not name. Where it states `width` and `height` the photo must have them.
`iscrowd` 1 is ignored: neither thing nor background.

Upright boxes (detection) are `bbox`, what surrounds it turned by `rotation`, or what surrounds the
polygons or the run lengths of `segmentation`. Oriented boxes (oriented_detection) are, in this
order: `bbox` turned about its middle by `rotation` degrees, an attribute of the annotation as CVAT
writes it; a polygon of four corners, whose order carries the heading; the smallest box around the
polygons or run lengths, whose longer side is taken for the top, so that it has no heading (symmetry
2); an upright `bbox`.
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
from numpy.typing import NDArray
from pycocotools import mask as run_lengths

from engine.data.boxes.geometry import Corners, Point, bounds, turned_box, upright_box
from engine.data.boxes.json_table import Identity, is_file_name, is_identity
from engine.data.boxes.lines import four_corners
from engine.data.boxes.reader import read_boxed
from engine.data.boxes.stated_size import of_stated_size
from engine.data.boxes.stored import BrokenEntry, StoredBox
from engine.data.boxes.table import OF_A_STRAY, by_photo, find_table, read_text
from engine.data.readers import Format, Reading, ReadRequest
from engine.errors import UsageError
from engine.records import ReadProblem

PARTS = ("images", "annotations", "categories")


def read(request: ReadRequest) -> Reading:
    """Reads one source."""
    table = find_table(request.source, (".json",), _is_cocos)
    stored = _document(table, request.source.key)
    names = {category["id"]: str(category["name"]) for category in stored["categories"]}
    images = {image["id"]: image for image in stored["images"]}
    entries: dict[Identity, list[StoredBox | BrokenEntry]] = defaultdict(list)
    strays: list[ReadProblem] = []
    for position, annotation in enumerate(stored["annotations"]):
        where = f"annotation {annotation.get('id', f'number {position}')}"
        image = annotation.get("image_id")
        if is_identity(image) and image in images:
            entries[image].append(_entry(annotation, where, names, request))
        else:
            message = f"{where} belongs to image {image!r}, which `images` does not hold"
            strays.append(
                ReadProblem("missing_annotation", table.name, message, {"orphan": True}, OF_A_STRAY)
            )
    own = {image["file_name"]: of_stated_size(entries[key], image) for key, image in images.items()}
    photos, problems = by_photo(request.source, table, own)
    return read_boxed(request, photos, problems=[*problems, *strays])


def _is_cocos(table: Path) -> bool:
    try:
        return all(part in json.loads(table.read_text(encoding="utf-8-sig")) for part in PARTS)
    except (OSError, ValueError, TypeError, RecursionError):
        return False


def _document(table: Path, key: str) -> Mapping[str, Any]:
    """The file's content, with all of its parts.

    Raises:
        UsageError: when it is no JSON, or not COCO's.
    """
    text = read_text(table, key)
    try:
        stored = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _refused(table, key, f"no JSON ({error})") from error
    missing = [p for p in PARTS if not isinstance(stored, dict) or not _is_list(stored.get(p))]
    if missing:
        raise _refused(table, key, f"no list {missing[0]!r}")
    for part, name in (("images", "file_name"), ("categories", "name")):
        seen: set[tuple[str, Identity]] = set()
        for position, each in enumerate(stored[part]):
            where = f"{part}[{position}]"
            if not is_identity(each.get("id")) or not is_file_name(each.get(name)):
                raise _refused(table, key, f"{where} without an id and a {name!r}")
            twice = {("id", each["id"]), (name, each[name])} & seen
            if twice:
                what, value = min(twice)
                raise _refused(table, key, f"{where} with the {what} {value!r} of another one")
            seen |= {("id", each["id"]), (name, each[name])}
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
    annotation: Mapping[str, Any], where: str, names: Mapping[Identity, str], request: ReadRequest
) -> StoredBox | BrokenEntry:
    try:
        corners = _corners(annotation, request.oriented)
    except (TypeError, ValueError, LookupError, AttributeError, OverflowError, cv2.error):
        return BrokenEntry(where, "it has neither a bbox of four numbers nor a segmentation")
    category = annotation.get("category_id")
    known = names.get(category) if is_identity(category) else None
    label = known if known is not None else f"category {category}"
    return StoredBox(label, corners, where, ignored=annotation.get("iscrowd") == 1)


def _corners(annotation: Mapping[str, Any], oriented: bool) -> Corners:
    attributes = annotation.get("attributes")
    given = attributes.get("rotation") if isinstance(attributes, dict) else None
    rotation = annotation.get("rotation", given)
    box, shape = annotation.get("bbox"), annotation.get("segmentation")
    if rotation is not None and _number(rotation) != 0:
        x, y, width, height = (_number(value) for value in annotation["bbox"])
        middle = (x + width / 2, y + height / 2)
        turned = turned_box(middle, (width, height), math.radians(_number(rotation)))
        return turned if oriented else upright_box(*bounds(turned))
    if oriented and shape:
        if isinstance(shape, list) and len(shape) == 1 and len(shape[0]) == 8:
            return four_corners([_number(value) for value in shape[0]])
        return _smallest(_outline(shape))
    if box:
        x, y, width, height = (_number(value) for value in box)
        return upright_box(x, y, x + width, y + height)
    outline = _outline(shape)
    return upright_box(*outline.min(axis=0).tolist(), *outline.max(axis=0).tolist())


def _number(value: object) -> float:
    """A finite number, as JSON has them.

    Raises:
        ValueError: it is something else.
    """
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(value)
    return float(value)


def _outline(shape: Any) -> NDArray[np.float32]:
    """Points (n, 2) around polygons or run lengths."""
    if isinstance(shape, list):
        return np.array([_number(value) for part in shape for value in part], np.float32).reshape(
            -1, 2
        )
    if isinstance(shape["counts"], list):
        if sum(shape["counts"]) != math.prod(shape["size"]) or min(shape["counts"]) < 0:
            raise ValueError(shape["size"])
        shape = run_lengths.frPyObjects(shape, *shape["size"])
    marked = np.ascontiguousarray(run_lengths.decode(shape))
    found, _ = cv2.findContours(marked, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    corners = np.concatenate(found).reshape(-1, 2)
    ends = [corners + end for end in ((0, 0), (1, 0), (0, 1), (1, 1))]
    return np.concatenate(ends).astype(np.float32)


def _smallest(outline: NDArray[np.float32]) -> Corners:
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
