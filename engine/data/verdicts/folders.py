"""What the folders of a photo say of it: good, or which kind of defect. Over names alone.

The folders of a photo are the name of its source's own folder and those below it, outermost
first, without those that say `images`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from engine.data.keys import IMAGE_FOLDERS
from engine.data.root import SPLIT_FOLDERS

Folders = tuple[str, ...]

_SPLITS = frozenset(name for names in SPLIT_FOLDERS.values() for name in names)


def folders_of(photo: str, top: str) -> Folders:
    """The folders of a photo.

    Args:
        photo: its path relative to the source's folder, with `/`.
        top: name of the source's folder.
    """
    below = photo.split("/")[:-1]
    return tuple(name for name in (top, *below) if name.casefold() not in IMAGE_FOLDERS)


def is_good(folder: str, good: Collection[str]) -> bool:
    """Whether a folder's name is one of those that mean good, in whatever case."""
    return folder.casefold() in {name.casefold() for name in good}


def nearest_known(folders: Folders, known: Collection[str], good: Collection[str]) -> str | None:
    """The folder nearest to the photo that is a label or means good; None where none is."""
    meaning_good = {name.casefold() for name in good}
    return next(
        (name for name in reversed(folders) if name in known or name.casefold() in meaning_good),
        None,
    )


def kinds_among(photos: Iterable[Folders], good: Collection[str]) -> frozenset[str]:
    """The kinds of defect that the photos of one source are filed under, where no class is given.

    A kind is a folder beside one of good photos. Where a source has no folder of good photos, the
    first of each photo's folders that does not name a part of the split is one.
    """
    met = sorted(set(photos))
    meaning_good = {name.casefold() for name in good}
    beside_good = {
        folders[:depth]
        for folders in met
        for depth, name in enumerate(folders)
        if name.casefold() in meaning_good
    }
    kinds = {_kind(folders, beside_good) for folders in met}
    return frozenset(kind for kind in kinds if kind and kind.casefold() not in meaning_good)


def _kind(folders: Folders, beside_good: Collection[Folders]) -> str | None:
    if beside_good:
        depths = (d for d in reversed(range(len(folders))) if folders[:d] in beside_good)
        return next((folders[depth] for depth in depths), None)
    inner_first = (*folders[1:], *folders[:1])
    return next((name for name in inner_first if name.casefold() not in _SPLITS), None)
