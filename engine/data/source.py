"""Which files a source of photos holds: a folder, or images and labels apart, or a list."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from engine.data.globs import matches_any
from engine.data.images import IMAGE_SUFFIXES
from engine.errors import UsageError
from engine.records import ReadProblem

_OR_EXCLUDE = "or leave it out with `exclude`"
_RENAME = f"Rename the file, and the folders above it, in UTF-8, {_OR_EXCLUDE}"
_CONVERT = f"Convert it to PNG, TIFF or JPEG, {_OR_EXCLUDE}"
UNREAD_SUFFIXES = frozenset(
    {
        ".heic",
        ".heif",
        ".avif",
        ".gif",
        ".jp2",
        ".jxl",
        ".dng",
        ".raw",
        ".cr2",
        ".nef",
        ".arw",
        ".psd",
    }
)
"""Pictures, though not of a kind that is decoded: told, not passed over."""

_COPY = f"Put a copy of the file in the place of the link, {_OR_EXCLUDE}"
_NAME_FOLDER = f"Name that folder as a source, put a copy in the place of the link, {_OR_EXCLUDE}"


@dataclass(frozen=True, slots=True)
class PhotoSource:
    """Where photos and their annotations lie; all paths are absolute.

    Attributes:
        key: the recipe's key, for messages (`data.train`).
        folder: the folder that relative paths start from; the images' folder.
        labels: the folder of the annotations, when it is apart from `folder`.
        list: a text file with one image a line, relative to `folder` or to the list's own folder;
            an annotation may follow after a tab, or after a space if no file is called like the
            whole line.
        include: globs over the relative path; empty means everything.
        exclude: globs over the relative path.
    """

    key: str
    folder: Path
    labels: Path | None = None
    list: Path | None = None
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()

    def wants(self, relative: str) -> bool:
        """Whether `include` and `exclude` let a relative path (with `/`) in."""
        included = not self.include or matches_any(relative, self.include)
        return included and not matches_any(relative, self.exclude)


def image_files(
    root: Path, *, key: str, suffixes: frozenset[str] = IMAGE_SUFFIXES
) -> tuple[list[str], list[ReadProblem]]:
    """All image files below a folder, as sorted paths relative to it, with `/`.

    Files with other `suffixes` are found in the same way.

    Hidden files and folders are passed over. Symbolic links to files inside the folder are
    followed. Links that leave it, links to folders, and paths that are not UTF-8 are problems.

    Raises:
        UsageError: when the folder is missing, is no folder, or cannot be read.
    """
    require_folder(root, key=key)
    inside = root.resolve()
    prefix = os.path.join(root, "")
    files: list[str] = []
    problems: list[ReadProblem] = []
    for entry in _walk(root, key):
        relative = entry.path[len(prefix) :].replace(os.sep, "/")
        if not _is_utf8(relative):
            shown = relative.encode("utf-8", "backslashreplace").decode()
            problems.append(_unreadable(shown, "its path is not valid UTF-8", _RENAME))
        elif entry.is_symlink() and (problem := _link_problem(Path(entry.path), inside, suffixes)):
            target = {"link": os.readlink(entry.path)}
            problems.append(_unreadable(relative, *problem, target))
        elif posixpath.splitext(entry.name)[1].lower() in suffixes:
            files.append(relative)
        elif suffixes is IMAGE_SUFFIXES and Path(entry.name).suffix.lower() in UNREAD_SUFFIXES:
            problems.append(_unreadable(relative, "pictures of this kind are not read", _CONVERT))
    return sorted(files), problems


def listed_files(source: PhotoSource) -> list[tuple[str, Path | None]]:
    """The lines of a source's list: image paths relative to `source.folder`, and annotations.

    Raises:
        UsageError: when the list cannot be read or names a file that does not exist.
    """
    if source.list is None:
        raise UsageError("has no list", where=source.key)
    try:
        lines = source.list.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"the list cannot be read ({error})", where=f"{source.key}: {source.list}"
        ) from error
    found: list[tuple[str, Path | None]] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        bases = (source.folder, source.list.parent)
        image, annotation = _columns(line.strip(), bases)
        where = f"{source.list}:{number}"
        path = _existing(image.strip(), bases, where)
        mask_bases = (source.labels, *bases) if source.labels else bases
        mask = _existing(annotation.strip(), mask_bases, where) if annotation.strip() else None
        found.append((Path(os.path.relpath(path, source.folder)).as_posix(), mask))
    return found


def _columns(line: str, bases: Iterable[Path]) -> tuple[str, str]:
    """The image of a list's line, and its annotation where there is one."""
    image, tab, annotation = line.partition("\t")
    if tab or " " not in line or any((base / line).is_file() for base in bases):
        return image, annotation
    for at in (number for number, character in enumerate(line) if character == " "):
        if any((base / line[:at]).is_file() for base in bases):
            return line[:at], line[at + 1 :]
    return line, ""


def require_folder(folder: Path, *, key: str) -> None:
    """Raises a UsageError that says what is wrong, unless `folder` is a folder."""
    if not folder.is_dir():
        is_file = folder.exists()
        raise UsageError(
            "this is a file" if is_file else "there is no such folder",
            where=key,
            received=str(folder),
            allowed="an existing folder; paths are relative to the recipe",
            fix="Name the folder of the photos" if is_file else "Correct the path in the recipe",
        )


def _walk(folder: Path, key: str) -> Iterator[os.DirEntry[str]]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        raise UsageError(
            f"the folder cannot be read ({error.strerror or error})",
            where=key,
            received=str(folder),
            fix="Check its permissions",
        ) from error
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(Path(entry.path), key)
        elif entry.is_symlink() or entry.is_file():
            yield entry


def _is_utf8(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _unreadable(
    relative: str, message: str, fix: str, evidence: Mapping[str, object] | None = None
) -> ReadProblem:
    return ReadProblem("unreadable_image", relative, message, evidence or {}, fix)


def _link_problem(link: Path, inside: Path, suffixes: frozenset[str]) -> tuple[str, str] | None:
    """What is wrong with a symbolic link, and what to do; None where it is an image inside."""
    if link.is_dir():
        return "a symbolic link to a folder is not followed", _NAME_FOLDER
    if link.suffix.lower() not in suffixes:
        return None
    if not link.exists():
        return "a symbolic link to a file that does not exist", _COPY
    if not link.resolve().is_relative_to(inside):
        return "a symbolic link that leaves the data folder is not followed", _COPY
    return None


def _existing(name: str, bases: Iterable[Path], where: str) -> Path:
    for base in bases:
        if (base / name).is_file():
            return base / name
    raise UsageError("the listed file does not exist", where=where, received=name)
