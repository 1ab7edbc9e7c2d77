"""A folder whose layout carries its own splits: `train/`, `validation/` and `test/`."""

from __future__ import annotations

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
                label_folder = _child(labels, names) if labels else None
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
    """The first sub-folder with one of these names, in whatever case."""
    children = {child.name.casefold(): child for child in sorted(folder.iterdir())}
    return next((children[n] for n in names if n in children and children[n].is_dir()), None)
