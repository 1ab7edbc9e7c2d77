"""The names of the numbered classes of a YOLO data set, where a file beside it tells them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import yaml

from engine.data.source import PhotoSource

TEXT_LISTS = ("classes.txt", "obj.names")
UP = 3
"""So many folders above the photos are looked into."""


def class_list(source: PhotoSource) -> dict[int, str]:
    """Name by number, from `names` of a YAML file, or from `classes.txt` or `obj.names`.

    Looked for in the folders of the labels and the photos, then above them; empty where there is
    none that can be read.
    """
    for folder in _folders(source):
        for path in sorted((*folder.glob("*.yaml"), *folder.glob("*.yml"))):
            if names := _from_yaml(path):
                return names
        for name in TEXT_LISTS:
            if names := _from_text(folder / name):
                return names
    return {}


def _folders(source: PhotoSource) -> Iterator[Path]:
    for start in (source.labels, source.folder):
        if start is not None:
            yield from (start, *list(start.resolve().parents)[:UP])


def _from_yaml(path: Path) -> dict[int, str]:
    try:
        names = yaml.safe_load(path.read_text(encoding="utf-8"))["names"]
    except (OSError, ValueError, yaml.YAMLError, TypeError, KeyError):
        return {}
    if isinstance(names, list):
        return {number: str(name) for number, name in enumerate(names)}
    if isinstance(names, dict) and all(isinstance(number, int) for number in names):
        return {number: str(name) for number, name in names.items()}
    return {}


def _from_text(path: Path) -> dict[int, str]:
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError):
        return {}
    return {number: line.strip() for number, line in enumerate(lines) if line.strip()}
