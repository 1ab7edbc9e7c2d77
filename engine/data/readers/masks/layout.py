"""Which mask belongs to which photo.

A photo and its mask share a *key*, the relative path without its suffix and without the folder
that says `images` or `masks`. In this order:

1. `labels:` given, or a folder called masks, mask, labels, label, annotations, gt or ground_truth
   at any depth (`images/train/a.png` + `masks/train/a.png`, `train/a.png` + `train/masks/a.png`):
   everything in it is a mask. Its key is the photo's; or the photo's and `_mask`, `_label`, `_gt`
   or `.mask`; or, with one binary mask a class, `<label>/<stem>.png` or `<stem>_<label>.png`.
2. No such folder: `a.png` + `a_mask.png` (or `_label`, `_gt`, `.mask`, `_<label>`) side by side.
3. Neither: `a.jpg` + `a.png` side by side; the lossless file of the two is the mask.

A mask of zeros says that the photo is good. A photo without a mask, and a mask without a photo,
are reported as ANN309; with `unlabelled: empty` a photo without a mask is good. Masks with lossy
compression (JPEG) and masks of another size than their photo are reported as ANN305. With
`data.root` the parts are `train/`, `validation/` (or `val/`) and `test/`, each laid out as above,
or `images/train`, `masks/train` and so on.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from engine.data.keys import (
    Key,
    folder_and_stem,
    image_key,
    in_mask_folder,
    mask_keys,
    suffix_of,
    without_markers,
)
from engine.data.source import PhotoSource, image_files, listed_files
from engine.records import ReadProblem

_LOSSY = frozenset({".jpg", ".jpeg", ".webp"})


@dataclass(frozen=True, slots=True)
class MaskFile:
    """A mask, and the label that its own name or folder gives to all of it, if any."""

    path: Path
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Pair:
    """A photo (path relative to the source's folder) and its masks.

    `folder_label` is the label that a folder in the photo's or the mask's path is named after.
    """

    image: str
    path: Path
    masks: tuple[MaskFile, ...] = ()
    folder_label: str | None = None


@dataclass(frozen=True, slots=True)
class Layout:
    """All pairs of a source, sorted, and what was found besides."""

    pairs: tuple[Pair, ...]
    problems: tuple[ReadProblem, ...] = ()


@dataclass(slots=True)
class _Roles:
    """Files told apart; names are relative to the source's folder or to its labels' folder."""

    images: list[str] = field(default_factory=list)
    masks: dict[str, list[MaskFile]] = field(default_factory=lambda: defaultdict(list))
    orphans: list[str] = field(default_factory=list)


def find_pairs(source: PhotoSource, label_names: Iterable[str]) -> Layout:
    """Finds the photos of a source and the masks that belong to them.

    Args:
        source: where to look.
        label_names: labels that a folder or a file name may carry.

    Raises:
        UsageError: when a folder or list is missing or cannot be read.
    """
    names = tuple(sorted(label_names, key=lambda name: (-len(name), name)))
    files, problems = image_files(source.folder, key=source.key)
    if source.labels is not None and source.labels.resolve() != source.folder.resolve():
        masks, more = image_files(source.labels, key=f"{source.key}.labels")
        problems += more
        images = _outside(files, source.folder, source.labels.resolve())
        roles = _match_by_key(images, masks, source.labels, names)
    else:
        roles = _tell_apart(files, source.folder, names)
    wanted = _wanted_images(source, roles)
    pairs = tuple(_pair(source, image, roles.masks.get(image, ()), names) for image in wanted)
    if source.list is not None:  # what a list does not name is no concern of the source
        return Layout(pairs)
    problems += [_orphan(mask, source) for mask in roles.orphans]
    return Layout(pairs, tuple(each for each in problems if source.wants(each.sample)))


def _outside(files: list[str], folder: Path, labels: Path) -> list[str]:
    """The images without those in the folder of the labels, where one holds the other."""
    if not labels.is_relative_to(folder.resolve()):
        return files
    return [name for name in files if not (folder / name).resolve().is_relative_to(labels)]


def _wanted_images(source: PhotoSource, roles: _Roles) -> list[str]:
    """The images that the list and the globs let through; a list may name the masks as well."""
    if source.list is None:
        return [image for image in roles.images if source.wants(image)]
    wanted = []
    for image, mask in listed_files(source):
        if source.wants(image):
            wanted.append(image)
            if mask is not None:
                roles.masks[image] = [MaskFile(mask)]
    return sorted(set(wanted))


def _tell_apart(files: list[str], folder: Path, names: tuple[str, ...]) -> _Roles:
    masks = [name for name in files if in_mask_folder(name)]
    if masks:
        chosen = set(masks)
        return _match_by_key([name for name in files if name not in chosen], masks, folder, names)
    by_marker = _pairs_by_marker(files, folder, names)
    return by_marker or _pairs_by_suffix(files, folder) or _Roles(files)


def _pairs_by_marker(files: list[str], folder: Path, names: tuple[str, ...]) -> _Roles | None:
    """`a.png` + `a_mask.png`; once a marker pairs, every file that ends in it is a mask."""
    stems = {folder_and_stem(name): name for name in files}
    found: dict[str, tuple[str, str, str | None]] = {}
    for name in files:
        parent, stem = folder_and_stem(name)
        for base, label in without_markers(stem, names):
            if (parent, base) in stems:
                found[name] = (stems[parent, base], stem[len(base) :].casefold(), label)
                break
    if not found:
        return None
    roles = _Roles()
    markers = tuple({marker for _, marker, _ in found.values()})
    for name in files:
        if name in found:
            image, _, label = found[name]
            roles.masks[image].append(MaskFile(folder / name, label))
        elif folder_and_stem(name)[1].casefold().endswith(markers):
            roles.orphans.append(name)
        else:
            roles.images.append(name)
    return roles


def _pairs_by_suffix(files: list[str], folder: Path) -> _Roles | None:
    """`a.jpg` + `a.png`: of two files with one stem, the lossless one (PNG first) is the mask.

    Once such pairs exist, a lone file with the masks' suffix is a mask that lost its photo.
    """
    groups: dict[tuple[str, str], list[str]] = defaultdict(list)
    for name in files:
        groups[folder_and_stem(name)].append(name)
    pairs = {mask: group for group in groups.values() if (mask := _mask_of_two(group))}
    if not pairs:
        return None
    roles = _Roles()
    for mask, group in pairs.items():
        image = next(name for name in group if name != mask)
        roles.masks[image].append(MaskFile(folder / mask))
    mask_suffixes = {suffix_of(mask) for mask in pairs} - {
        suffix_of(image) for image in roles.masks
    }
    for name in files:
        if name not in pairs:
            lost = name not in roles.masks and suffix_of(name) in mask_suffixes
            (roles.orphans if lost else roles.images).append(name)
    return roles


def _mask_of_two(members: list[str]) -> str | None:
    if len(members) != 2:
        return None
    png = [name for name in members if suffix_of(name) == ".png"]
    lossless = [name for name in members if suffix_of(name) not in _LOSSY]
    for candidates in (png, lossless):
        if len(candidates) == 1:
            return candidates[0]
    return None


def _match_by_key(
    image_names: list[str], mask_names: list[str], mask_root: Path, names: tuple[str, ...]
) -> _Roles:
    """Matches the masks of a mask folder to images by key; what matches none is an orphan."""
    images: dict[Key, list[str]] = defaultdict(list)
    for image in image_names:
        images[image_key(image)].append(image)
    roles = _Roles(image_names)
    for mask in mask_names:
        match = next((m for m in mask_keys(mask, names) if m[0] in images), None)
        if match is None:
            roles.orphans.append(mask)
            continue
        key, label = match
        for image in images[key]:
            roles.masks[image].append(MaskFile(mask_root / mask, label))
    return roles


def _pair(
    source: PhotoSource, image: str, masks: Iterable[MaskFile], names: tuple[str, ...]
) -> Pair:
    masks = tuple(sorted(masks, key=lambda mask: (mask.label or "", str(mask.path))))
    folders = reversed(image.split("/")[:-1])
    label = next((folder for folder in folders if folder in names), None)
    return Pair(image, source.folder / image, masks, label)


def _orphan(mask: str, source: PhotoSource) -> ReadProblem:
    path = (source.labels or source.folder) / mask
    relative = Path(os.path.relpath(path, source.folder)).as_posix()
    message = "no photo was found for this mask"
    return ReadProblem("missing_annotation", relative, message, {"orphan": True})
