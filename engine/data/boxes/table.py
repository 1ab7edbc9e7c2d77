"""One file that holds the annotations of many photos: which file, and whose each entry is."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path, PurePosixPath

from engine.data.boxes.stored import BoxedPhoto, BrokenEntry, ReadEntries
from engine.data.boxes.utf8 import SAVE_AS, NotUtf8, decode
from engine.data.images import IMAGE_SUFFIXES
from engine.data.source import PhotoSource, image_files, listed_files
from engine.errors import UsageError
from engine.records import ReadProblem

BESIDE = ("", "annotations", "labels")
"""Folders, below the photos' own, in which the file may lie."""


OF_A_STRAY = "Add the image to the file, or remove the annotation from it"
"""What mends an annotation of an image that its file does not name."""


def find_table(source: PhotoSource, suffixes: Sequence[str], fits: Callable[[Path], bool]) -> Path:
    """The file that holds a source's annotations: stated with `labels`, or the only one there is.

    Args:
        source: where to look.
        suffixes: of the file.
        fits: whether a file has the form, asked where there are several.

    Raises:
        UsageError: when there is none, or more than one.
    """
    if source.labels is not None and source.labels.is_file():
        return source.labels
    start = source.labels or source.folder
    found = [
        path
        for folder in (start / name for name in BESIDE)
        if folder.is_dir()
        for path in sorted(folder.iterdir())
        if path.suffix.lower() in suffixes and path.is_file()
    ]
    if len(found) > 1:
        found = [path for path in found if fits(path)] or found
    if len(found) != 1:
        names = ", ".join(path.name for path in found[:5])
        raise UsageError(
            "the file of the annotations is not clear" if found else "no annotations were found",
            where=f"{source.key}: {start}",
            received=names or f"no file {' or '.join(suffixes)}",
            allowed="one file there, or one that is named",
            fix="State it as `labels` of the source: {images: FOLDER, labels: FILE}",
        )
    return found[0]


def first_line(table: Path) -> str:
    """The first line of a table that is not empty, to tell its form; bytes that are no UTF-8 and
    files that cannot be read are told by `read_text`.
    """
    try:
        with table.open(encoding="utf-8-sig", errors="replace") as file:
            return next((line for line in file if line.strip()), "")
    except OSError:
        return ""


def read_text(path: Path, key: str) -> str:
    """A text file in UTF-8, with or without byte order mark.

    Raises:
        UsageError: when it cannot be read.
    """
    try:
        return decode(path.read_bytes())
    except (OSError, NotUtf8) as error:
        raise UsageError(
            "the file of the annotations cannot be read",
            where=f"{key}: {path}",
            received=str(error),
            allowed="text in UTF-8",
            fix=SAVE_AS if isinstance(error, NotUtf8) else "Check the path and its permissions",
        ) from error


def by_photo(
    source: PhotoSource, table: Path, entries: Mapping[str, ReadEntries]
) -> tuple[list[BoxedPhoto], list[ReadProblem]]:
    """The photos of a source with their entries of a table.

    A name of the table is a path relative to the photos' folder or to the table's, or the end of a
    photo's path; a bare name may lack its folder, and its suffix, where only one photo is meant.
    Names of photos elsewhere beside the table belong to other sources and are passed over.

    Args:
        source: where the photos lie.
        table: the file that the entries come from.
        entries: by the photo's name in the table.

    Raises:
        UsageError: when a folder or list cannot be read.
    """
    photos, problems = image_files(source.folder, key=source.key)
    owners, lost = _owners(photos, source, table, list(entries))
    listed = sorted(dict(listed_files(source))) if source.list is not None else photos
    boxes = [
        _boxed(photo, table, [(name, entries[name]) for name in owners.get(photo, ())])
        for photo in listed
        if source.wants(photo)
    ]
    if source.list is not None:
        return boxes, []
    elsewhere = _ends_below(table.parent)
    if not table.is_relative_to(source.folder):
        elsewhere |= _ends_below(source.folder.parent)
    orphans = [
        ReadProblem(
            "missing_annotation", name, f"{table.name} names a photo that is not there",
            {"orphan": True}, "Put the photo back, or correct or remove the name",
        )
        for name in lost
        if name.replace("\\", "/") not in elsewhere
    ]  # fmt: skip
    return boxes, [each for each in (*problems, *orphans) if source.wants(each.sample)]


def _boxed(photo: str, table: Path, own: Sequence[tuple[str, ReadEntries]]) -> BoxedPhoto:
    if not own:
        return BoxedPhoto(photo, None, lambda size_hw: (), f"; {table.name} does not name it")
    if len(own) > 1:
        first, second = (name for name, _ in own[:2])
        twice = BrokenEntry(second, f"the photo is named twice, as {first!r} and {second!r}")
        return BoxedPhoto(photo, table, lambda size_hw: (twice,))
    return BoxedPhoto(photo, table, own[0][1])


def _owners(
    photos: Sequence[str], source: PhotoSource, table: Path, names: Sequence[str]
) -> tuple[dict[str, list[str]], list[str]]:
    """The names of each photo in the table, and those of no photo of the source."""
    exact = set(photos)
    from_table = os.path.relpath(table.parent, source.folder)
    by_name: dict[str, list[str]] = defaultdict(list)
    for photo in photos:
        path = PurePosixPath(photo)
        for name in {path.name, path.stem}:
            by_name[name].append(photo)
    owners: dict[str, list[str]] = defaultdict(list)
    bare: list[str] = []
    for name in names:
        beside = Path(os.path.normpath(os.path.join(from_table, name))).as_posix()
        plain = PurePosixPath(name.replace("\\", "/"))
        ending = f"/{plain.as_posix().lstrip('/')}"
        found = [each for each in (name, beside) if each in exact] or [
            photo
            for photo in by_name.get(plain.name, ())
            if (source.folder / photo).as_posix().endswith(ending)
        ]
        if len(set(found)) == 1:
            owners[found[0]].append(name)
        else:
            bare.append(name)
    lost = []
    for name in bare:
        candidates = by_name.get(name, []) or by_name.get(PurePosixPath(name).stem, [])
        if "/" not in name and len(candidates) == 1 and candidates[0] not in owners:
            owners[candidates[0]].append(name)
        else:
            lost.append(name)
    return owners, lost


def _ends_below(folder: Path) -> set[str]:
    """The ends of the paths of all image files below a folder: `c.png`, `b/c.png`, `a/b/c.png`."""
    ends: set[str] = set()
    for root, _, names in os.walk(folder):
        parts = Path(os.path.relpath(root, folder)).parts
        for name in names:
            if os.path.splitext(name)[1].lower() in IMAGE_SUFFIXES:
                ends.update("/".join((*parts[at:], name)) for at in range(len(parts) + 1))
    return ends
