"""One file that holds the annotations of many photos: which file, and whose each entry is."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath

from engine.data.boxes.stored import BoxedPhoto, ReadEntries
from engine.data.source import PhotoSource, image_files, listed_files
from engine.errors import UsageError
from engine.records import ReadProblem

BESIDE = ("", "annotations", "labels")
"""Folders, below the photos' own, in which the file may lie."""


def find_table(source: PhotoSource, suffixes: Sequence[str]) -> Path:
    """The file that holds a source's annotations: stated with `labels`, or the only one there is.

    Raises:
        UsageError: when there is none, or more than one.
    """
    if source.labels is not None and source.labels.is_file():
        return source.labels
    start = source.labels or source.folder
    folders = [start / name for name in BESIDE]
    found = [
        path
        for folder in folders
        if folder.is_dir()
        for path in sorted(folder.iterdir())
        if path.suffix.lower() in suffixes and path.is_file()
    ]
    if len(found) != 1:
        raise UsageError(
            "the file of the annotations is not clear" if found else "no annotations were found",
            where=f"{source.key}: {start}",
            received=", ".join(path.name for path in found[:5])
            or f"no file {' or '.join(suffixes)}",
            allowed="one file there, or one that is named",
            fix=f"State it: {source.key}: {{images: ..., labels: FILE}}",
        )
    return found[0]


def read_text(path: Path, key: str) -> str:
    """A text file in UTF-8, with or without byte order mark.

    Raises:
        UsageError: when it cannot be read.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            "the file of the annotations cannot be read",
            where=f"{key}: {path}",
            received=str(error),
            allowed="text in UTF-8",
            fix="Export the annotations again",
        ) from error


def by_photo(
    source: PhotoSource, table: Path, entries: Mapping[str, ReadEntries]
) -> tuple[list[BoxedPhoto], list[ReadProblem]]:
    """The photos of a source with their entries of a table.

    A name of the table is a path relative to the photos' folder or to the table's; where no such
    photo is, the name of its file decides, with or without its suffix, if only one photo has it.

    Args:
        source: where the photos lie.
        table: the file that the entries come from.
        entries: by the photo's name in the table.

    Raises:
        UsageError: when a folder or list cannot be read.
    """
    photos, problems = image_files(source.folder, key=source.key)
    owner, lost = _owners(photos, source, table, list(entries))
    known = {photo: entries[name] for name, photo in owner.items()}
    listed = sorted(dict(listed_files(source))) if source.list is not None else photos
    boxes = [_boxed(photo, table, known.get(photo)) for photo in listed if source.wants(photo)]
    if source.list is not None:
        return boxes, []
    orphans = [
        ReadProblem(
            "missing_annotation", name, f"{table.name} names a photo that is not there",
            {"orphan": True},
        )
        for name in lost
    ]  # fmt: skip
    return boxes, [each for each in (*problems, *orphans) if source.wants(each.sample)]


def _boxed(photo: str, table: Path, entries: ReadEntries | None) -> BoxedPhoto:
    return BoxedPhoto(photo, table if entries else None, entries or (lambda size_hw: ()))


def _owners(
    photos: Sequence[str], source: PhotoSource, table: Path, names: Sequence[str]
) -> tuple[dict[str, str], list[str]]:
    """The photo of each name of the table, and the names without one."""
    exact = set(photos)
    from_table = os.path.relpath(table.parent, source.folder)
    by_name: dict[str, list[str]] = defaultdict(list)
    for photo in photos:
        path = PurePosixPath(photo)
        for name in {path.name, path.stem}:
            by_name[name].append(photo)
    owner: dict[str, str] = {}
    lost: list[str] = []
    for name in names:
        beside = Path(os.path.normpath(os.path.join(from_table, name))).as_posix()
        plain = PurePosixPath(name.replace("\\", "/"))
        candidates = [each for each in (name, beside) if each in exact]
        candidates += [
            own[0] for each in (plain.name, plain.stem) if len(own := by_name[each]) == 1
        ]
        if candidates:
            owner[name] = candidates[0]
        else:
            lost.append(name)
    return owner, lost
