"""A folder whose layout carries its own splits: `train/`, `validation/` and `test/`."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from engine.data.source import PhotoSource
from engine.errors import UsageError
from engine.records import SplitName

SPLIT_FOLDERS: dict[SplitName, tuple[str, ...]] = {
    "train": ("train", "training"),
    "validation": ("validation", "val", "valid"),
    "test": ("test", "testing"),
}


def split_folders(
    root: PhotoSource,
    image_folders: tuple[str, ...] = ("images", "image", "imgs", "img"),
    label_folders: tuple[str, ...] = ("masks", "labels", "annotations", "gt", "ground_truth"),
) -> dict[str, PhotoSource]:
    """The sources of a root with `<split>/...`, or with `images/<split>` and `masks/<split>`.

    Raises:
        UsageError: when no folder for training is found.
    """
    found: dict[str, PhotoSource] = {
        name: replace(root, key=f"{root.key} ({folder.name})", folder=folder)
        for name, names in SPLIT_FOLDERS.items()
        if (folder := _child(root.folder, names))
    }
    images = _child(root.folder, image_folders)
    if "train" not in found and images is not None:
        labels = root.labels or _child(root.folder, label_folders)
        for name, names in SPLIT_FOLDERS.items():
            if folder := _child(images, names):
                label_folder = (_child(labels, names) or _file(labels, names)) if labels else None
                found[name] = replace(
                    root, key=f"{root.key} ({folder.name})", folder=folder, labels=label_folder
                )
    if "train" not in found:
        raise UsageError(
            "the folder's layout carries no splits",
            where=root.key,
            received=str(root.folder),
            allowed="train/, validation/ (or val/) and test/, at the top or below images/",
            fix="Use data.train and data.test, or data.pool, instead of data.root",
        )
    return found


def _child(folder: Path, names: tuple[str, ...]) -> Path | None:
    """The first sub-folder with one of these names, in whatever case, a year behind it or none."""
    children = {
        child.name.casefold().rstrip("0123456789"): child
        for child in sorted(folder.iterdir(), reverse=True)
        if child.is_dir()
    }
    return next((children[name] for name in names if name in children), None)


def _file(folder: Path, names: tuple[str, ...]) -> Path | None:
    """The only file whose name holds one of these, such as `instances_train2017.json`."""
    found = [
        path
        for path in sorted(folder.iterdir())
        if path.is_file()
        and any(name in re.split(r"[^a-z]+", path.stem.casefold()) for name in names)
    ]
    return found[0] if len(found) == 1 else None
