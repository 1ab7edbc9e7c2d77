"""Reads a source of photos with masks into samples and problems, on several threads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from engine.data.digest import sha256_bytes
from engine.data.images import is_lossy, read_bytes
from engine.data.in_threads import in_threads
from engine.data.probe import MaskProbe, Probe
from engine.data.readers import Reading, ReadRequest
from engine.data.readers.masks.layout import MaskFile, Pair, find_pairs
from engine.data.readers.masks.refusals import (
    Refused,
    beside,
    refusal,
    size_mismatch,
    unknown_label,
)
from engine.data.readers.masks.values import (
    Meanings,
    decode_values,
    meanings,
)
from engine.errors import UnreadableImage
from engine.records import Annotation, MaskAnnotation, ProblemKind, ReadProblem, Sample

Annotate = Callable[[Pair, tuple[int, int]], Annotation]
"""(photo with its masks, its height and width in px) -> its annotation; raises Refused."""


@dataclass(frozen=True, slots=True)
class _Rules:
    """What one photo is read by."""

    known: Meanings
    lone_class: bool
    unlabelled_is_good: bool
    probe: Probe


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
    rules = _Rules(known, not labelled_by_path, request.unlabelled == "empty", request.probe)
    return read_pairs(
        layout.pairs,
        layout.problems,
        request,
        lambda pair, size_hw: _annotation(pair, size_hw, rules),
    )


def read_pairs(
    pairs: Sequence[Pair],
    problems: Sequence[ReadProblem],
    request: ReadRequest,
    annotate: Annotate,
) -> Reading:
    """Reads photos with their masks on several threads; what is refused becomes a problem.

    Args:
        pairs: the photos.
        problems: what was found besides.
        request: as the format got it.
        annotate: understands the masks of one photo.
    """
    results = in_threads(
        lambda pair: _read_pair(pair, request.probe, annotate), pairs, request.progress
    )
    samples = tuple(each for each in results if isinstance(each, Sample))
    refused = tuple(each for each in results if isinstance(each, ReadProblem))
    return Reading(samples, (*problems, *refused))


def _read_pair(pair: Pair, probe: Probe, annotate: Annotate) -> Sample | ReadProblem:
    try:
        data = read_bytes(pair.path)
        sha256 = sha256_bytes(data)
        photo = probe.photo(data, sha256, pair.image)
    except UnreadableImage as error:
        return ReadProblem("unreadable_image", pair.image, f"the file {error.message}")
    try:
        annotation = annotate(pair, photo.size_hw)
    except Refused as refused:
        return refused.problem
    sample = Sample(
        id=pair.image,
        image=pair.path,
        size_hw=photo.size_hw,
        annotation=annotation,
        object="",
        sha256=sha256,
        bit_depth=photo.bit_depth,
    )
    probe.understood(sample)
    return sample


def _annotation(pair: Pair, size_hw: tuple[int, int], rules: _Rules) -> MaskAnnotation:
    layers = [_layer(pair, mask, size_hw, rules) for mask in pair.masks]
    if layers:
        classes = frozenset[int]().union(*(layer.classes for layer in layers))
        return replace(layers[0], classes=classes, more=tuple(layers[1:]))
    if rules.unlabelled_is_good:
        return MaskAnnotation(path=None)
    raise refusal(pair, "missing_annotation", "no mask was found for this photo", {"orphan": False})


def _layer(pair: Pair, file: MaskFile, size_hw: tuple[int, int], rules: _Rules) -> MaskAnnotation:
    mask = read_mask_of(pair, file.path, size_hw, rules.probe)
    label = file.label or pair.folder_label
    target = rules.known.names[label] if label else None
    decoding = decode_values(
        mask.counts,
        mask.maximum,
        target,
        rules.known,
        lone_class=rules.lone_class,
    )
    if decoding.unknown:
        raise unknown_label(pair, file.path, decoding, rules.known, by_path=not rules.lone_class)
    return MaskAnnotation(file.path, decoding.values, decoding.threshold, decoding.classes)


def read_mask_of(pair: Pair, path: Path, size_hw: tuple[int, int], probe: Probe) -> MaskProbe:
    """What one mask of a photo of that height and width holds.

    Raises:
        Refused: the mask cannot be read, was stored with loss, or has another size.
    """
    kind: ProblemKind = "unreadable_mask"
    try:
        data = read_bytes(path)
        kind = "lossy_mask" if is_lossy(data) else kind
        mask = probe.mask(data, path)
    except UnreadableImage as error:
        message = f"the mask {path.name} {error.message}"
        raise refusal(pair, kind, message, {"mask": beside(pair, path)}) from error
    if mask.size_hw != size_hw:
        raise size_mismatch(pair, path, mask.size_hw, size_hw)
    return mask
