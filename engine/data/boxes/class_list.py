"""The names of the numbered classes of a YOLO data set, where a file beside it tells them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import yaml

from engine.data.source import PhotoSource
from engine.errors import UsageError

LISTS = ("data.yaml", "data.yml", "dataset.yaml", "classes.txt", "obj.names")
"""Looked for first; any other YAML file with `names` serves where none of these is there."""

UP = 3
"""So many folders above the photos are looked into."""


def class_list(source: PhotoSource) -> Mapping[int, str]:
    """Name by number, from `names` of a YAML file, or from `classes.txt` or `obj.names`.

    Looked for in the folders of the labels and the photos, then above them; empty where there is
    none that can be read.

    Raises:
        UsageError: when two files of one folder tell different names.
    """
    for folder in _folders(source):
        others = sorted((*folder.glob("*.yaml"), *folder.glob("*.yml")))
        usual = {folder / name: _names(folder / name) for name in LISTS}
        told = {path: names for path, names in usual.items() if names}
        told = told or {path: names for path in others if (names := _names(path))}
        _require_agreement(told, source)
        if told:
            return next(iter(told.values()))
    return {}


def _require_agreement(told: Mapping[Path, Mapping[int, str]], source: PhotoSource) -> None:
    first, *others = told.items() or [(Path(), {})]
    for path, names in others:
        if names != first[1]:
            raise UsageError(
                "two files tell different names for the classes",
                where=f"{source.key}: {path.parent}",
                received=f"{first[0].name}: {_shown(first[1])}; {path.name}: {_shown(names)}",
                fix="Remove the one that does not belong to these labels, or give the classes by "
                "number (`labels: [0]`)",
            )


def _shown(names: Mapping[int, str]) -> str:
    return ", ".join(list(names.values())[:5])


def _folders(source: PhotoSource) -> Iterator[Path]:
    for start in (source.labels, source.folder):
        if start is not None and start.is_dir():
            yield from (start, *list(start.resolve().parents)[:UP])


def _names(path: Path) -> dict[int, str]:
    try:
        text = path.read_text(encoding="utf-8-sig")
        if path.suffix.lower() in (".txt", ".names"):
            lines = text.splitlines()
            return {number: line.strip() for number, line in enumerate(lines) if line.strip()}
        names = yaml.load(text, Loader=yaml.BaseLoader)["names"]  # text alone
    except (OSError, ValueError, yaml.YAMLError, TypeError, KeyError):
        return {}
    if isinstance(names, list):
        return {number: str(name) for number, name in enumerate(names)}
    if isinstance(names, dict) and all(str(number).isdigit() for number in names):
        return {int(number): str(name) for number, name in names.items()}
    return {}
