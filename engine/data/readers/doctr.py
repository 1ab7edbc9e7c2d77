"""docTR's `labels.json` for recognition: `{"a.jpg": "text", ...}`, photos that show one text each.

The file is stated with `labels`, or is the only such `.json` in the photos' folder, in
`annotations/` or in `labels/`; docTR's own layout, `labels.json` beside `images/`, is read as it
is. The text is a box around the whole photo. `###` is ignored, and an empty text is told. Photos
are found by the name of their file. The format tells no classes, so the recipe has one. docTR's
`labels.json` for detection (`img_dimensions`, `polygons`) holds no texts, and is refused.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from engine.data.boxes.json_table import NoJson, Pairs, is_file_name, parse_json
from engine.data.boxes.reader import read_boxed
from engine.data.boxes.table import by_photo, find_table, read_text
from engine.data.boxes.written import whole_photo
from engine.data.readers import Format, Reading, ReadRequest
from engine.errors import UsageError

DETECTION = ("polygons", "img_dimensions", "img_hash")
"""Keys of a photo in docTR's labels for detection."""


def read(request: ReadRequest) -> Reading:
    """Reads one source."""
    table = find_table(request.source, (".json",), _is_doctrs)
    said: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for at, (image, text) in enumerate(_document(table, request.source.key), start=1):
        said[image].append((f"entry {at}", text))
    photos, problems = by_photo(
        request.source, table, {image: whole_photo(texts) for image, texts in said.items()}
    )
    return read_boxed(request, photos, labelled=False, problems=problems)


def _document(table: Path, key: str) -> list[tuple[str, str]]:
    """Photos and their texts.

    Raises:
        UsageError: when the file is no JSON, or not docTR's for recognition.
    """
    try:
        stored = parse_json(read_text(table, key), pairs=True)
    except NoJson as error:
        raise _refused(table, key, f"no JSON ({error})") from error
    if not isinstance(stored, Pairs):
        raise _refused(table, key, "no mapping of photos to texts")
    for at, (image, text) in enumerate(stored, start=1):
        if isinstance(text, Pairs) and any(name in DETECTION for name, _ in text):
            raise _refused(table, key, f"labels for detection (of {image!r})")
        if not isinstance(text, str) or not is_file_name(image):
            raise _refused(table, key, f"entry {at} ({image!r}), which is no photo with a text")
    return list(stored)


def _is_doctrs(table: Path) -> bool:
    try:
        _document(table, "")
    except UsageError:
        return False
    return True


def _refused(table: Path, key: str, received: str) -> UsageError:
    return UsageError(
        "the file does not have the form of docTR's labels for recognition",
        where=f"{key}: {table}",
        received=received,
        allowed='{"a.jpg": "text", "b.jpg": "another text"}; docTR\'s labels for detection tell '
        "where texts are and not what they say",
        fix="Export the texts, or choose the format that the file belongs to",
    )


FORMAT = Format(
    "doctr",
    "text: one labels.json, photo and text, for photos that show one text each",
    read,
    tasks=("ocr",),
    documentation=(__doc__ or "").strip(),
)
