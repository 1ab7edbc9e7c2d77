"""Photos with boxes as samples and problems: what all formats that store boxes share."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from engine.data.boxes.geometry import Corners, flaw
from engine.data.boxes.stored import BoxedPhoto, BoxMeanings, BrokenEntry, StoredBox
from engine.data.digest import sha256_bytes
from engine.data.images import read_bytes
from engine.data.in_threads import in_threads
from engine.data.readers import Reading, ReadRequest
from engine.errors import UnreadableImage, UsageError
from engine.phrasing import counted
from engine.recipe.wording import did_you_mean
from engine.records import IGNORE, BoxAnnotation, ProblemKind, ReadProblem, Sample

SHOWN = 10
CORRECT = "Correct what stands there"


def read_boxed(
    request: ReadRequest,
    photos: Sequence[BoxedPhoto],
    *,
    labelled: bool = True,
    problems: Sequence[ReadProblem] = (),
) -> Reading:
    """Reads photos and their boxes; those with a problem are left out of the samples.

    Args:
        request: as the format got it.
        photos: what the format found.
        labelled: whether it gives classes; without them the recipe may have one class.
        problems: what the format could not use besides.

    Raises:
        UsageError: when the format gives no classes and the recipe has several.
    """
    if not labelled:
        _require_one_class(request)
    meanings = BoxMeanings.of(request.labels)

    def read(photo: BoxedPhoto) -> Sample | ReadProblem:
        return _read_photo(photo, request, meanings)

    results = in_threads(read, photos, request.progress)
    samples = tuple(each for each in results if isinstance(each, Sample))
    found = tuple(each for each in results if isinstance(each, ReadProblem))
    return Reading(samples, (*problems, *_with_remedies(found, samples)))


def _with_remedies(found: Sequence[ReadProblem], samples: Sequence[Sample]) -> list[ReadProblem]:
    """The problems, those of broken entries with what to do about them.

    Only where fewer photos are read than not is the format in doubt.
    """
    read = sum(bool(sample.classes) for sample in samples)
    broken = sum(each.kind == "unreadable_boxes" for each in found)
    fix = CORRECT if read >= broken else f"{CORRECT}, or choose the format that it belongs to"
    return [
        replace(each, fix=fix) if each.kind == "unreadable_boxes" and not each.fix else each
        for each in found
    ]


def _require_one_class(request: ReadRequest) -> None:
    names = request.labels.class_names
    if len(names) > 1:
        raise UsageError(
            "this format tells no classes, so it serves recipes with one class",
            where=f"data.format, {request.source.key}",
            received=f"{len(names)} classes: {', '.join(names)}",
            fix="Leave one class in the recipe, or store the annotations in a format with classes "
            "(`dltrain formats`)",
        )


def _read_photo(
    photo: BoxedPhoto, request: ReadRequest, meanings: BoxMeanings
) -> Sample | ReadProblem:
    path = request.source.folder / photo.image
    try:
        data = read_bytes(path)
        sha256 = sha256_bytes(data)
        probe = request.probe.photo(data, sha256, photo.image)
    except UnreadableImage as error:
        return ReadProblem("unreadable_image", photo.image, f"the file {error.message}")
    if photo.file is None and request.unlabelled == "error":
        return ReadProblem(
            "missing_annotation",
            photo.image,
            f"no annotation was found for this photo{photo.looked_for}",
            {"orphan": False},
        )
    entries = photo.entries(probe.size_hw)
    problem = _problem(photo, entries, probe.size_hw, meanings, request)
    if problem is not None:
        return problem
    boxes = [entry for entry in entries if isinstance(entry, StoredBox)]
    sample = Sample(
        id=photo.image,
        image=path,
        size_hw=probe.size_hw,
        annotation=_annotation(photo.file, boxes, meanings),
        object="",
        sha256=sha256,
        bit_depth=probe.bit_depth,
    )
    request.probe.understood(sample)
    return sample


def _annotation(
    file: Path | None, boxes: Sequence[StoredBox], meanings: BoxMeanings
) -> BoxAnnotation:
    classes = [IGNORE if box.ignored else meanings.index(box.label) for box in boxes]
    texts = tuple(box.text for box in boxes if box.text is not None)
    return BoxAnnotation(
        path=file,
        corners=np.array([box.corners for box in boxes], np.float32).reshape(-1, 4, 2),
        class_indices=np.array(classes, np.uint8),
        texts=texts if boxes and len(texts) == len(boxes) else None,
    )


def _problem(
    photo: BoxedPhoto,
    entries: Sequence[StoredBox | BrokenEntry],
    size_hw: tuple[int, int],
    meanings: BoxMeanings,
    request: ReadRequest,
) -> ReadProblem | None:
    """The first kind of problem that the entries of a photo have."""
    boxes = [entry for entry in entries if isinstance(entry, StoredBox)]
    broken = [(entry.where, entry.message) for entry in entries if isinstance(entry, BrokenEntry)]
    strange = [box for box in boxes if not box.ignored and meanings.index(box.label) is None]
    unknown = [
        (box.where, f"the label {box.label!r} means nothing in the recipe") for box in strange
    ]
    flaws = [(box, flaw(box.corners, size_hw)) for box in boxes]
    flawed = [(box, found) for box, found in flaws if found is not None]
    if broken:
        told = _told(photo, "unreadable_boxes", broken, request)
        fixes = [entry.fix for entry in entries if isinstance(entry, BrokenEntry)]
        return replace(told, fix=fixes[0])
    if unknown:
        labels = sorted({str(box.label) for box in strange})
        known = f"Known: {meanings.known(strange[0].label)}"
        hint = did_you_mean(labels[0], meanings.shown) or known
        return _told(photo, "unknown_label", unknown, request, {"labels": labels}, hint)
    if flawed:
        said = [(box.where, f"the box {found.said}") for box, found in flawed]
        corners = [_rounded(box.corners) for box, _ in flawed[:SHOWN]]
        told = _told(photo, "broken_box", said, request, {"corners": corners})
        return replace(told, fix=". ".join(dict.fromkeys(found.fix for _, found in flawed)))
    return None


def _told(
    photo: BoxedPhoto,
    kind: ProblemKind,
    said: Sequence[tuple[str, str]],
    request: ReadRequest,
    evidence: dict[str, object] | None = None,
    hint: str = "",
) -> ReadProblem:
    file = photo.file.name if photo.file else ""
    path = _relative(photo.file, request.source.folder)
    where, message = said[0]
    more = f" (and {counted(len(said) - 1, 'more box', 'more boxes')})" if len(said) > 1 else ""
    entries = [each for each, _ in said[:SHOWN] if each]
    shown: dict[str, object] = {"annotation": path, "entries": entries}
    place = f"{file}:{where}" if where else file
    text = f"{place}: {message}{more}" if place else f"{message}{more}"
    return ReadProblem(
        kind, photo.image, f"{text}. {hint}" if hint else text, shown | (evidence or {})
    )


def _relative(file: Path | None, folder: Path) -> str:
    return Path(os.path.relpath(file, folder)).as_posix() if file else ""


def _rounded(corners: Corners) -> list[list[float]]:
    return [[round(x, 1), round(y, 1)] for x, y in corners]
