"""How the name of an annotation file says which photo it belongs to: over relative paths."""

from __future__ import annotations

import functools
import posixpath
from collections.abc import Iterable

IMAGE_FOLDERS = frozenset({"images", "image", "imgs", "img"})
MASK_FOLDERS = frozenset(
    {
        "masks",
        "mask",
        "labels",
        "label",
        "labeltxt",
        "annotations",
        "annotation",
        "gt",
        "ground_truth",
    }
)
MARKERS = ("_mask", "-mask", ".mask", "_label", "_labels", ".label", "_gt", ".gt")
Key = tuple[tuple[str, ...], str]


def mask_keys(name: str, names: tuple[str, ...]) -> Iterable[tuple[Key, str | None]]:
    """The image keys that a mask's name may mean, most literal first, with the label it states."""
    folders, stem = image_key(name)
    yield (folders, stem), None
    for base, label in without_markers(stem, names):
        yield (folders, base), label
    for position in reversed(range(len(folders))):
        if folders[position] in names:
            outer = folders[:position] + folders[position + 1 :]
            yield (outer, stem), folders[position]
            for base, _ in without_markers(stem, names):
                yield (outer, base), folders[position]


def without_markers(stem: str, names: tuple[str, ...]) -> Iterable[tuple[str, str | None]]:
    """The stems that are left without a `_mask` or `_<label>` at the end, and that label."""
    for marker in MARKERS:
        if stem.casefold().endswith(marker) and len(stem) > len(marker):
            yield stem[: -len(marker)], None
    for name in names:
        if stem.endswith(f"_{name}") and len(stem) > len(name) + 1:
            yield stem[: -len(name) - 1], name


def image_key(name: str) -> Key:
    """Folders, but those that say `images` or `masks`, and stem: a photo and its mask share it."""
    folder, stem = folder_and_stem(name)
    return _key_folders(folder), stem


@functools.lru_cache(maxsize=65536)
def _key_folders(folder: str) -> tuple[str, ...]:
    """The folders without the first that says `masks` and the first that says `images`."""
    folders = folder.split("/") if folder else []
    for known in (MASK_FOLDERS, IMAGE_FOLDERS):
        said = next((each for each in folders if each.casefold() in known), None)
        if said is not None:
            folders.remove(said)
    return tuple(folders)


def in_mask_folder(name: str) -> bool:
    """Whether one of a path's folders says that it holds masks."""
    return _is_mask_folder(folder_and_stem(name)[0])


@functools.lru_cache(maxsize=65536)
def _is_mask_folder(folder: str) -> bool:
    return any(each.casefold() in MASK_FOLDERS for each in folder.split("/"))


def folder_and_stem(name: str) -> tuple[str, str]:
    """Folder (empty at the top) and stem of a path."""
    folder, _, file = name.rpartition("/")
    return folder, posixpath.splitext(file)[0]


def suffix_of(name: str) -> str:
    """The suffix in lower case, with its dot."""
    return posixpath.splitext(name)[1].lower()
