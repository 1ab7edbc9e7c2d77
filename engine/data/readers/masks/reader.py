"""Reads a source of photos with masks into samples and problems, on several threads."""

from __future__ import annotations

import difflib
import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from engine.data.digest import sha256_bytes
from engine.data.images import IntegerArray, decode_image, decode_mask, is_lossy, read_bytes
from engine.data.readers import Reading, ReadRequest
from engine.data.readers.masks.layout import MaskFile, Pair, find_pairs
from engine.data.readers.masks.values import (
    Decoding,
    Meanings,
    count_values,
    decode_values,
    meanings,
)
from engine.errors import UnreadableImage
from engine.records import MaskAnnotation, ProblemKind, ReadProblem, Sample


@dataclass(frozen=True, slots=True)
class _Rules:
    """What one photo is read by."""

    known: Meanings
    lone_class: bool
    unlabelled_is_good: bool


class _Refused(Exception):
    """A photo that cannot be used; carries the problem to the end of its thread."""

    def __init__(self, problem: ReadProblem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def read(request: ReadRequest) -> Reading:
    """Reads a source of photos with masks; every photo and mask is decoded once.

    Photos with a problem are told as problems and left out of the samples.

    Raises:
        UsageError: when a folder or list of the source is missing or cannot be read.
    """
    known = meanings(request.labels)
    layout = find_pairs(request.source, known.names)
    labelled_by_path = any(
        pair.folder_label or any(mask.label for mask in pair.masks) for pair in layout.pairs
    )
    rules = _Rules(known, not labelled_by_path, request.unlabelled == "empty")
    results = _in_threads(
        lambda pair: _read_pair(pair, rules), layout.pairs, request.progress or _no_progress
    )
    samples = tuple(each for each in results if isinstance(each, Sample))
    problems = tuple(each for each in results if isinstance(each, ReadProblem))
    return Reading(samples, layout.problems + problems)


def _in_threads(
    work: Callable[[Pair], Sample | ReadProblem],
    pairs: Sequence[Pair],
    progress: Callable[[int, int], None],
) -> list[Sample | ReadProblem]:
    """Decoding releases the interpreter's lock, so threads serve and memory stays bounded."""
    results = []
    pool = ThreadPoolExecutor(max_workers=min(16, os.cpu_count() or 1))
    try:
        for result in pool.map(work, pairs):
            results.append(result)
            progress(len(results), len(pairs))
    finally:
        pool.shutdown(cancel_futures=True)  # or Ctrl-C would wait for every photo still to come
    return results


def _no_progress(done: int, total: int) -> None:
    del done, total


def _read_pair(pair: Pair, rules: _Rules) -> Sample | ReadProblem:
    try:
        data = read_bytes(pair.path)
        image = decode_image(data, pair.image)
    except UnreadableImage as error:
        return ReadProblem("unreadable_image", pair.image, f"the file {error.message}")
    height, width = image.shape[:2]
    try:
        annotation = _annotation(pair, (height, width), rules)
    except _Refused as refused:
        return refused.problem
    return Sample(
        id=pair.image,
        image=pair.path,
        size_hw=(height, width),
        annotation=annotation,
        object="",
        sha256=sha256_bytes(data),
        bit_depth=8 * image.dtype.itemsize,
    )


def _annotation(pair: Pair, size_hw: tuple[int, int], rules: _Rules) -> MaskAnnotation:
    layers = [_layer(pair, mask, size_hw, rules) for mask in pair.masks]
    if layers:
        classes = frozenset[int]().union(*(layer.classes for layer in layers))
        return replace(layers[0], classes=classes, more=tuple(layers[1:]))
    if rules.unlabelled_is_good:
        return MaskAnnotation(path=None)
    raise _refusal(
        pair, "missing_annotation", "no mask was found for this photo", {"orphan": False}
    )


def _layer(pair: Pair, file: MaskFile, size_hw: tuple[int, int], rules: _Rules) -> MaskAnnotation:
    mask = _read_mask(pair, file.path)
    height, width = mask.shape
    if (height, width) != size_hw:
        raise _size_mismatch(pair, file.path, (height, width), size_hw)
    label = file.label or pair.folder_label
    target = rules.known.names[label] if label else None
    decoding = decode_values(
        count_values(mask),
        int(np.iinfo(mask.dtype).max),
        target,
        rules.known,
        lone_class=rules.lone_class,
    )
    if decoding.unknown:
        raise _unknown_label(pair, file.path, decoding, rules)
    return MaskAnnotation(file.path, decoding.values, decoding.threshold, decoding.classes)


def _read_mask(pair: Pair, path: Path) -> IntegerArray:
    kind: ProblemKind = "unreadable_mask"
    try:
        data = read_bytes(path)
        kind = "lossy_mask" if is_lossy(data) else kind
        return decode_mask(data, path.name)
    except UnreadableImage as error:
        message = f"the mask {path.name} {error.message}"
        raise _refusal(pair, kind, message, {"mask": _beside(pair, path)}) from error


def _size_mismatch(
    pair: Pair, mask: Path, mask_hw: tuple[int, int], image_hw: tuple[int, int]
) -> _Refused:
    message = (
        f"the mask {mask.name} has {mask_hw[1]} x {mask_hw[0]} px, "
        f"the photo {image_hw[1]} x {image_hw[0]} px"
    )
    if mask_hw == image_hw[::-1]:
        message += "; the sizes are transposed, so the mask was probably drawn on the photo "
        message += "without its EXIF orientation"
    evidence = {"mask": _beside(pair, mask), "mask_size_hw": mask_hw, "image_size_hw": image_hw}
    return _refusal(pair, "size_mismatch", message, evidence)


def _unknown_label(pair: Pair, mask: Path, decoding: Decoding, rules: _Rules) -> _Refused:
    shown = sorted(decoding.unknown.items(), key=lambda item: -item[1])[:8]
    values = {_value_name(value): count for value, count in shown}
    listed = ", ".join(f"{value} ({count} px)" for value, count in values.items())
    message = f"the mask {mask.name} holds values that mean nothing in the recipe: {listed}"
    hint = _hint(pair, decoding, rules)
    evidence: dict[str, object] = {"mask": _beside(pair, mask), "values": values}
    evidence["known"] = [_value_name(value) for value, _ in decoding.values]
    return _refusal(pair, "unknown_label", f"{message}. {hint}", evidence)


def _hint(pair: Pair, decoding: Decoding, rules: _Rules) -> str:
    """What the user most likely meant."""
    if not rules.lone_class and pair.folder_label is None:
        folders = Path(pair.image).parent.parts
        for folder in reversed(folders):
            close = difflib.get_close_matches(folder, rules.known.names, n=1)
            if close:
                return f"Its folder is {folder!r}. Did you mean the label {close[0]!r}?"
        if folders:
            return f"None of its folders ({'/'.join(folders)}) is a label of the recipe"
    known = [value for value, _ in decoding.values if value]
    value = next(iter(decoding.unknown))
    close = difflib.get_close_matches(str(value), [str(each) for each in known], n=1)
    if close and len(str(value)) > 1:
        return f"Did you mean {close[0]}?"
    if set(decoding.unknown) == {255}:
        return (
            "If 255 is the defect, put the masks into a folder a class or state "
            "`labels: [255]`; if it means neither, state `ignore: [255]`"
        )
    return "State the values with `labels` of a class, or under `ignore`"


def _beside(pair: Pair, mask: Path) -> str:
    """The mask's path relative to the photo's source, like the photo's own."""
    folder = pair.path.parents[len(Path(pair.image).parts) - 1]
    return Path(os.path.relpath(mask, folder)).as_posix()


def _value_name(value: int) -> str:
    return str(value) if value <= 0xFFFF else f"#{value:06x}"


def _refusal(
    pair: Pair, kind: ProblemKind, message: str, evidence: Mapping[str, object]
) -> _Refused:
    return _Refused(ReadProblem(kind, pair.image, message, evidence))
