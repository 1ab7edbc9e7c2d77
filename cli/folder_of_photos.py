"""What to name instead of a folder of photos: patterns that fit what is in it."""

from __future__ import annotations

import os
import shlex
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

MOST_FOLDERS = 100
"""Folders in a folder that are looked into."""


def name_photos_of(folder: Path) -> str:
    """The advice for one who named a folder where photos are wanted, without its full stop.

    The patterns have the suffixes of the photos in it, the most frequent first, or of those in its
    folders; they can be pasted into a shell.
    """
    if not os.access(folder, os.R_OK | os.X_OK):
        return "The folder cannot be read: name files of photos"
    files, folders = _listed(folder)
    suffixes = _suffixes(files)
    if suffixes:
        return f"Name the photos in it: {_patterns(folder, '*', suffixes)}"
    deeper = _suffixes(name for own in folders[:MOST_FOLDERS] for name in _listed(folder / own)[0])
    if deeper:
        return f"Name the photos in its folders: {_patterns(folder, '*/*', deeper)}"
    if not files and not folders:
        return "The folder is empty: name files of photos"
    return "No photo lies in it: name files of photos (PNG, JPEG, TIFF, BMP or WebP)"


def _listed(folder: Path) -> tuple[list[str], list[str]]:
    """Names of the files and of the folders that a pattern finds; none where it cannot be read."""
    try:
        with os.scandir(folder) as found:
            entries = sorted((own.name, own.is_dir()) for own in found)
    except OSError:
        return [], []
    seen = [entry for entry in entries if not entry[0].startswith(".")]
    return [name for name, is_dir in seen if not is_dir], [name for name, is_dir in seen if is_dir]


def _suffixes(names: Iterable[str]) -> list[str]:
    """The suffixes of photos as they are written, the most frequent first."""
    from engine.data.images import IMAGE_SUFFIXES

    written = Counter(Path(name).suffix for name in names)
    photos = [suffix for suffix in sorted(written) if suffix.lower() in IMAGE_SUFFIXES]
    return sorted(photos, key=lambda suffix: -written[suffix])


def _patterns(folder: Path, stem: str, suffixes: list[str]) -> str:
    return " ".join(f"{shlex.quote(str(folder))}/{stem}{suffix}" for suffix in suffixes)
