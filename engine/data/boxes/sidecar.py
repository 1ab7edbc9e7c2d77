"""Which text file holds the boxes of which photo.

A photo and its file share a key, the path without its suffix and without the folder that says
`images` or `labels`: `train/images/a.jpg` and `train/labels/a.txt`, `images/train/a.jpg` and
`labels/train/a.txt`, `a.jpg` and `a.txt` side by side. `gt_` may stand before the file's name.
Where the source is a folder below `images` and nothing lies in it, the folder of the same path
below `labels` is looked into. A list may name the file after the photo. An empty file says that
the photo is good; a photo without a file, and a file without a photo in a folder where others have
theirs, are reported as ANN309.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from engine.data.boxes.stored import BoxedPhoto, BrokenEntry, Entries, StoredBox
from engine.data.keys import IMAGE_FOLDERS, Key, image_key
from engine.data.source import PhotoSource, image_files, listed_files
from engine.records import ReadProblem

LABEL_FOLDERS = ("labels", "labelTxt", "annotations", "gt")
NO_LABELS = frozenset({"classes", "readme", "license", "train", "val", "validation", "test", "obj"})
"""Stems of text files that lie among labels and are none."""

ParseLine = Callable[[str, tuple[int, int]], StoredBox | str | None]
"""(line, photo's height and width) -> the box, what is wrong, or None where it holds none."""


def read_sidecars(
    source: PhotoSource, suffix: str, parse: ParseLine, key: Callable[[str], Key] = image_key
) -> tuple[list[BoxedPhoto], list[ReadProblem]]:
    """The photos of a source with the text files that hold their boxes, a box a line.

    Args:
        source: where to look.
        suffix: of the text files, with its dot.
        parse: reads a line; its box's `where` is replaced by the number of the line.
        key: what a photo and its file have in common, from a relative path.

    Raises:
        UsageError: when a folder or list is missing or cannot be read.
    """
    photos, problems = image_files(source.folder, key=source.key)
    folder = labels_folder(source, suffix)
    texts, more = image_files(folder, key=f"{source.key}.labels", suffixes=frozenset({suffix}))
    by_key = {_bare(key(text)): text for text in texts if not _is_other(text)}
    listed = dict(listed_files(source)) if source.list is not None else None
    wanted = sorted(listed) if listed is not None else photos

    def boxed(photo: str) -> BoxedPhoto:
        stated = listed.get(photo) if listed is not None else None
        found = by_key.get(key(photo))
        file = stated or (folder / found if found is not None else None)
        return BoxedPhoto(photo, file, lambda size_hw: _entries(file, size_hw, parse))

    boxes = [boxed(photo) for photo in wanted if source.wants(photo)]
    if listed is not None:
        return boxes, []
    known = {key(photo) for photo in photos}
    used = {Path(text).parent for each, text in by_key.items() if each in known}
    lost = [text for each, text in by_key.items()
            if each not in known and Path(text).parent in used]  # fmt: skip
    orphans = [_orphan(folder / text, source) for text in lost]
    return boxes, [each for each in (*problems, *more, *orphans) if source.wants(each.sample)]


def labels_folder(source: PhotoSource, suffix: str) -> Path:
    """The folder that holds the text files of a source: stated, its own, or `labels` beside it."""
    if source.labels is not None and source.labels.is_dir():
        return source.labels
    parts = source.folder.parts
    at = [number for number, part in enumerate(parts) if part.casefold() in IMAGE_FOLDERS]
    if at and next(_with_suffix(source.folder, suffix), None) is None:
        for name in LABEL_FOLDERS:
            other = Path(*parts[: at[-1]], name, *parts[at[-1] + 1 :])
            if other.is_dir():
                return other
    return source.folder


def _with_suffix(folder: Path, suffix: str) -> Iterator[Path]:
    return (path for path in folder.rglob(f"*{suffix}") if not _is_other(path.name))


def _bare(key: Key) -> Key:
    folders, stem = key
    return folders, stem.removeprefix("gt_")


def _is_other(text: str) -> bool:
    return Path(text).stem.casefold() in NO_LABELS


def _orphan(file: Path, source: PhotoSource) -> ReadProblem:
    relative = Path(os.path.relpath(file, source.folder)).as_posix()
    message = "no photo was found for this file of boxes"
    return ReadProblem("missing_annotation", relative, message, {"orphan": True})


def _entries(file: Path | None, size_hw: tuple[int, int], parse: ParseLine) -> Entries:
    if file is None:
        return ()
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except OSError as error:
        return (BrokenEntry("0", f"the file cannot be read ({error.strerror or error})"),)
    except UnicodeDecodeError:
        return (BrokenEntry("0", "the file is no text in UTF-8"),)
    found: list[StoredBox | BrokenEntry] = []
    for number, line in enumerate(lines, start=1):
        read = parse(line.strip(), size_hw) if line.strip() else None
        if isinstance(read, StoredBox):
            found.append(replace(read, where=str(number)))
        elif read is not None:
            found.append(BrokenEntry(str(number), read))
    return found
