"""Annotation formats: one module or package each, found by listing this package.

A format reads one source into samples and problems. To add one, add a file that exports
`FORMAT = Format(name, description, read)`; nothing else has to change.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from engine.data.probe import Decoding, Probe
from engine.data.source import PhotoSource
from engine.recipe.good_names import GOOD_NAMES
from engine.recipe.metrics import Task
from engine.records import ReadProblem, Sample

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class LabelTable:
    """What the labels of a source mean.

    Attributes:
        class_names: the recipe's classes in order; the index is the class.
        labels: for each class, the source labels that mean it: names, pixel values, or colours
            written `#rrggbb`.
        ignore: source labels that are neither class nor background.
    """

    class_names: tuple[str, ...]
    labels: tuple[tuple[str | int, ...], ...]
    ignore: tuple[str | int, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """What a source held. Ids are relative to the source's folder; objects are not named yet."""

    samples: tuple[Sample, ...]
    problems: tuple[ReadProblem, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadRequest:
    """What a format is asked to read.

    Attributes:
        source: the files.
        labels: what their labels mean.
        oriented: whether boxes may be turned, because the task is about angles.
        unlabelled: whether a photo without an annotation is a problem or verified good.
        progress: called with (photos done, photos in all).
        probe: whom to ask what the pixels of a file are.
        good: names of folders whose photos show good parts, compared without case.
    """

    source: PhotoSource
    labels: LabelTable
    oriented: bool = False
    unlabelled: Literal["error", "empty"] = "error"
    progress: Progress | None = None
    probe: Probe = field(default_factory=Decoding)
    good: tuple[str, ...] = GOOD_NAMES


@dataclass(frozen=True, slots=True)
class Format:
    """An annotation format.

    Attributes:
        name: as recipes write it under `data.format`.
        description: a line for `dltrain formats`.
        read: reads one source.
        tasks: that its annotations serve.
        label_folders: names of the folder, beside the photos' own, that holds its annotations.
        documentation: what it reads and how, in Markdown, for `docs/formats.md`.
        kinds: the kinds of defect that a source's folders are called after, given the names that
            mean good; None where folders do not tell.
    """

    name: str
    description: str
    read: Callable[[ReadRequest], Reading]
    tasks: tuple[Task, ...]
    documentation: str = ""
    label_folders: tuple[str, ...] = ("labels", "labeltxt", "annotations", "gt")
    kinds: Callable[[PhotoSource, tuple[str, ...]], frozenset[str]] | None = None


def formats() -> dict[str, Format]:
    """All formats of this package by name, sorted."""
    modules = (
        importlib.import_module(f"{__name__}.{module.name}")
        for module in pkgutil.iter_modules(__path__)
    )
    found: list[Format] = [module.FORMAT for module in modules]
    return {each.name: each for each in sorted(found, key=lambda each: each.name)}
