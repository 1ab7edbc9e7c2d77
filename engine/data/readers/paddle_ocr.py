r"""PaddleOCR's labels for detection: one file, a photo a line, its texts as JSON behind a tab.

`images/a.jpg<TAB>[{"transcription": "L12B", "points": [[10, 5], [90, 8], [89, 30], [9, 27]]}, ...]`

The file (`Label.txt` of PPOCRLabel) is stated with `labels`, or is the only such `.txt` in the
photos' folder, in `annotations/` or in `labels/`. `points` are px; the first edge is the top of the
text. Of more than four points the smallest box around them is taken, its first edge the one that
runs most nearly as theirs. `"transcription": "###"` and `"difficult": true` are ignored: neither
text nor background. `[]` says that nothing is to be read on the photo. The class is `"key_cls"`;
where no text has one the recipe has one class. Lists for recognition, `path<TAB>text`, belong to
format word_list.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from engine.data.boxes.json_table import NoJson, not_a_text, parse_json, shown
from engine.data.boxes.lines import not_a_box
from engine.data.boxes.outline import box_of, fault_of_points, read_points
from engine.data.boxes.reader import read_boxed
from engine.data.boxes.stored import BrokenEntry, Entries, ReadEntries, StoredBox
from engine.data.boxes.table import by_photo, find_table, first_line, read_text
from engine.data.boxes.written import written_box
from engine.data.readers import Format, Reading, ReadRequest
from engine.errors import UsageError

FORM = 'path<TAB>[{"transcription": ..., "points": [[x, y], ...]}, ...]'
NO_CLASS = ("", "none")
"""What PPOCRLabel writes as `key_cls` of a text to which nobody gave one, in small letters."""


def read(request: ReadRequest) -> Reading:
    """Reads one source."""
    table = find_table(request.source, (".txt",), _is_paddles)
    lines = read_text(table, request.source.key).split("\n")
    stored: dict[str, tuple[int, list[Any]]] = {}
    twice: dict[str, BrokenEntry] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        image, texts = _parse(line)
        if texts is None:
            raise _refused(table, request, number, line)
        if image in stored:
            said = f"line {stored[image][0]} is about this photo already"
            twice[image] = BrokenEntry(str(number), said)
        stored.setdefault(image, (number, texts))
    labelled = any(_label(text) for _, texts in stored.values() for text in texts)
    needed = labelled and len(request.labels.class_names) > 1
    own = {
        image: _reads(number, texts, needed, twice.get(image))
        for image, (number, texts) in stored.items()
    }
    photos, problems = by_photo(request.source, table, own)
    return read_boxed(request, photos, labelled=labelled, problems=problems)


def _parse(line: str) -> tuple[str, list[Any] | None]:
    """Photo and texts of a line; None where it does not have the form."""
    image, _, content = line.partition("\t")
    try:
        texts = parse_json(content)
    except NoJson:
        return image.strip(), None
    return image.strip(), texts if isinstance(texts, list) and image.strip() else None


def _reads(
    number: int, texts: Sequence[Any], needed: bool, twice: BrokenEntry | None
) -> ReadEntries:
    """The entries of a photo, whatever its size."""

    def entries(size_hw: tuple[int, int]) -> Entries:
        del size_hw
        if twice is not None:
            return (twice,)
        return tuple(
            _entry(text, f"{number}, text {at}", needed) for at, text in enumerate(texts, start=1)
        )

    return entries


def _entry(stored: Any, where: str, needed: bool) -> StoredBox | BrokenEntry:
    """One text; `needed` says that it must have a class."""
    if not isinstance(stored, dict):
        said = f"{shown(stored)} is no mapping with 'transcription' and 'points'"
        return BrokenEntry(where, said)
    if stored.get("points") is None:
        return BrokenEntry(where, "it has no 'points' [[x, y], ...], four of them or more")
    points = read_points(stored["points"])
    if points is None:
        return BrokenEntry(where, f"its 'points' {fault_of_points(stored['points'])}")
    text = stored.get("transcription")
    if text is None:
        return BrokenEntry(where, "it has no 'transcription'")
    if not isinstance(text, str):
        return BrokenEntry(where, not_a_text("transcription", text))
    box = written_box(
        box_of(points), text, where, label=_label(stored), ignored=stored.get("difficult") is True
    )
    if needed and isinstance(box, StoredBox) and box.label is None and not box.ignored:
        return BrokenEntry(where, "it has no 'key_cls', which tells its class, and others have")
    return box


def _label(stored: Any) -> str | None:
    own = stored.get("key_cls") if isinstance(stored, dict) else None
    return own if isinstance(own, str) and own.casefold() not in NO_CLASS else None


def _is_paddles(table: Path) -> bool:
    return _parse(first_line(table))[1] is not None


def _refused(table: Path, request: ReadRequest, number: int, line: str) -> UsageError:
    content = line.partition("\t")[2].strip()
    plain = bool(content) and not content.startswith("[")
    hint = "a path and a text belong to format word_list" if plain else ""
    return UsageError(
        not_a_box(line, FORM, hint),
        where=f"{request.source.key}: {table}:{number}",
        allowed="a path, a tab and a JSON list of texts",
        fix="Correct the line, or export the labels again",
    )


FORMAT = Format(
    "paddle_ocr",
    "text: one list, a photo and the JSON of its texts and their corners a line",
    read,
    tasks=("ocr",),
    documentation=(__doc__ or "").strip(),
)
