"""Which text file holds the boxes of which photo.

A photo and its file share a key, the path without its suffix and without the folder that says
`images` or `labels`: `train/images/a.jpg` and `train/labels/a.txt`, `images/train/a.jpg` and
`labels/train/a.txt`, `a.jpg` and `a.txt` side by side. `gt_` may stand before the file's name.
Where the source is a folder below `images` without a file for any of its photos, the folder of the
same path below `labels` is looked into. A list may name the file after the photo. An empty file
says that the photo is good; a photo without a file, and a file without a photo in a folder where
others have theirs or where none has, are reported as ANN309.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from engine.data.boxes.stored import BoxedPhoto, BrokenEntry, Entries, StoredBox
from engine.data.boxes.utf8 import SAVE_AS, NotUtf8, decode
from engine.data.keys import IMAGE_FOLDERS, Key, image_key
from engine.data.source import PhotoSource, image_files, listed_files
from engine.errors import UsageError
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
        parse: reads a line.
        key: what a photo and its file have in common, from a relative path.

    Raises:
        UsageError: when a folder or list is missing or cannot be read, or `labels` names a file.
    """
    photos, problems = image_files(source.folder, key=source.key)
    owners: dict[Key, list[str]] = defaultdict(list)
    for photo in photos:
        owners[key(photo)].append(photo)
    texts = _texts(source, suffix, key, owners)
    listed = dict(listed_files(source)) if source.list is not None else None
    wanted = sorted(listed) if listed is not None else photos

    def boxed(photo: str) -> BoxedPhoto:
        stated = listed.get(photo) if listed is not None else None
        own = key(photo)
        files = [stated] if stated is not None else texts.files.get(own, [])
        said = _unclear(
            files, [] if stated is not None else owners.get(own, []), texts.refused.get(own)
        )
        if said is not None:
            broken = BrokenEntry("", *said)
            return BoxedPhoto(photo, files[0] if files else texts.folder, lambda size_hw: (broken,))
        file = files[0] if files else None
        name = f"{own[1]}{suffix}"
        shown = Path(os.path.relpath(texts.folder, source.folder)).as_posix()
        where = "its folder" if shown == "." else shown
        looked_for = f"; looked for {name} in {where}"
        return BoxedPhoto(photo, file, lambda size_hw: _entries(file, size_hw, parse), looked_for)

    boxes = [boxed(photo) for photo in wanted if source.wants(photo)]
    if listed is not None:
        return boxes, []
    used = {file.parent for own in owners for file in texts.files.get(own, ())}
    orphans = [
        _orphan(file, source)
        for own, files in texts.files.items()
        for file in files
        if own not in owners and (file.parent in used or not used)
    ]
    return boxes, [each for each in (*problems, *orphans) if source.wants(each.sample)]


@dataclass(frozen=True, slots=True)
class _Texts:
    """The text files of a source by key, and why some cannot be read."""

    folder: Path
    files: Mapping[Key, list[Path]]
    refused: Mapping[Key, str]


def _texts(
    source: PhotoSource, suffix: str, key: Callable[[str], Key], owners: Mapping[Key, object]
) -> _Texts:
    """The files below the folder of the labels that may hold boxes."""
    found = _texts_below(source.folder, source, suffix, key, owners)
    if source.labels is not None:
        if source.labels.is_file():
            raise UsageError(
                "this format keeps a file a photo, so `labels` names their folder",
                where=f"{source.key}.labels",
                received=str(source.labels),
                fix="Name the folder, or the format that the file belongs to",
            )
        return _texts_below(source.labels, source, suffix, key, owners)
    parts = source.folder.parts
    at = [number for number, part in enumerate(parts) if part.casefold() in IMAGE_FOLDERS]
    if at and not any(own in owners for own in found.files):
        for name in LABEL_FOLDERS:
            beside = Path(*parts[: at[-1]], name, *parts[at[-1] + 1 :])
            if beside.is_dir():
                return _texts_below(beside, source, suffix, key, owners)
    return found


def _texts_below(
    folder: Path,
    source: PhotoSource,
    suffix: str,
    key: Callable[[str], Key],
    owners: Mapping[Key, object],
) -> _Texts:
    names, refused = image_files(folder, key=f"{source.key}.labels", suffixes=frozenset({suffix}))
    files: dict[Key, list[Path]] = defaultdict(list)
    for name in names:
        own = _own_key(key(name), owners)
        if own in owners or Path(name).stem.casefold() not in NO_LABELS:
            files[own].append(folder / name)
    messages = {
        _own_key(key(problem.sample), owners): f"its file of boxes is {problem.message}"
        for problem in refused
        if problem.sample.casefold().endswith(suffix)
    }
    return _Texts(folder, files, messages)


def _own_key(key: Key, owners: Mapping[Key, object]) -> Key:
    """The key as it is where a photo has it, or without `gt_` before the name."""
    folders, stem = key
    return key if key in owners else (folders, stem.removeprefix("gt_"))


def _unclear(
    files: Sequence[Path], photos: Sequence[str], refused: str | None
) -> tuple[str, str] | None:
    """Why it is not clear which file belongs to a photo, and what to do; None where it is."""
    if refused is not None:
        return refused, "Put a plain file in its place"
    if len(files) > 1:
        said = f"two files hold boxes for it: {files[0]} and {files[1]}"
        return said, "Remove the one that does not belong to it"
    if files and len(photos) > 1:
        said = f"{files[0].name} may belong to {photos[0]} or to {photos[1]}"
        return said, "Give photos of one folder different names, suffix aside"
    return None


def _orphan(file: Path, source: PhotoSource) -> ReadProblem:
    relative = Path(os.path.relpath(file, source.folder)).as_posix()
    message = "no photo was found for this file of boxes"
    return ReadProblem("missing_annotation", relative, message, {"orphan": True})


def _entries(file: Path | None, size_hw: tuple[int, int], parse: ParseLine) -> Entries:
    if file is None:
        return ()
    try:
        lines = decode(file.read_bytes()).split("\n")
    except OSError as error:
        said = f"the file cannot be read ({error.strerror or error})"
        return (BrokenEntry("", said, "Check its permissions"),)
    except NotUtf8 as error:
        return (BrokenEntry("", str(error), SAVE_AS),)
    found: list[StoredBox | BrokenEntry] = []
    for number, line in enumerate(lines, start=1):
        read = parse(line.strip(), size_hw) if line.strip() else None
        if isinstance(read, StoredBox):
            found.append(replace(read, where=str(number)))
        elif read is not None:
            found.append(BrokenEntry(str(number), read))
    return found
