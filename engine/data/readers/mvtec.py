"""The layout of MVTec AD: `train/good`, `test/<kind>`, `ground_truth/<kind>/<stem>_mask.png`.

`data.root` names the folder that holds them. Validation is a share of the good training photos
(20 % unless `data.validation` says otherwise), or `validation/good` where that is there. A source
may also be one of these folders; its masks then lie in `ground_truth` beside it, or in `labels:`.
`test/good` holds good photos, and each other folder in `test` is a kind of defect. With `classes`
these names are their labels, with `data.good` others mean good, and a folder under `ignore` is
passed over; photos in a folder that means nothing are reported as ANN306.

Where folders share names of photos (`validation/cut/000.png` and `test/cut/000.png`), the folder's
name says whose mask it is: `ground_truth/validation/cut/000_mask.png`. It goes before
`ground_truth/cut/000_mask.png`. Such a mask without a folder's name marks neither photo if it marks
anything; the photos are left out and reported as ANN309.

What is not 0 in a mask is anomalous, as in format good_bad. A photo of a defect without a mask
counts as marked nowhere; a mask without a photo is reported as ANN309.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from engine.data.keys import Key, image_key, mask_keys
from engine.data.readers import Format, Reading, ReadRequest
from engine.data.readers.masks.layout import Layout, Pair, find_pairs
from engine.data.source import PhotoSource, image_files, listed_files
from engine.data.verdicts.folders import folders_of, kinds_among
from engine.data.verdicts.reader import read_verdicts
from engine.errors import UsageError
from engine.records import ReadProblem, Sample, VerdictAnnotation

GROUND_TRUTH = "ground_truth"
_Photos = Mapping[tuple[str, Key], str]
"""The photos of a set, relative to its root, by the folder they lie in and their key below it."""


def read(request: ReadRequest) -> Reading:
    """Reads one part: the folder `train`, `validation` or `test`."""
    layout, shared = _layout(request.source)
    reading = read_verdicts(request, layout)
    refused = {
        sample.id: shared[sample.id]
        for sample in reading.samples
        if sample.id in shared and _is_marked(sample)
    }
    samples = tuple(sample for sample in reading.samples if sample.id not in refused)
    return Reading(samples, (*reading.problems, *refused.values()))


def kinds(source: PhotoSource, good: tuple[str, ...]) -> frozenset[str]:
    """The kinds of defect that the folders of a part are called after."""
    pairs = _layout(source)[0].pairs
    return kinds_among((folders_of(pair.image, source.folder.name) for pair in pairs), good)


def _layout(source: PhotoSource) -> tuple[Layout, Mapping[str, ReadProblem]]:
    """The photos of a part with their masks, and what to say of masks that fit others as well."""
    if (source.folder / GROUND_TRUTH).is_dir():
        raise UsageError(
            "this folder holds all parts of the set, with the masks of the test photos",
            where=source.key,
            received=str(source.folder),
            allowed="one part, such as its folder test",
            fix="Name the folder with data.root instead, or use format good_bad",
        )
    root = source.folder.parent
    beside = root / GROUND_TRUTH
    if source.labels is not None or not beside.is_dir():
        return find_pairs(source, ()), {}
    layout = find_pairs(replace(source, labels=beside), ())
    photos = _photos_of(root)
    problems = tuple(each for each in layout.problems if not _has_photo(each, photos))
    shared = _shared(layout.pairs, source, photos)
    own = beside / source.folder.name
    if not own.is_dir():
        return Layout(layout.pairs, problems), shared
    mine = {pair.image: pair for pair in find_pairs(replace(source, labels=own), ()).pairs}
    pairs = tuple(mine[each.image] if mine[each.image].masks else each for each in layout.pairs)
    sure = {image for image, pair in mine.items() if pair.masks}
    return Layout(pairs, problems), {key: shared[key] for key in shared if key not in sure}


def _photos_of(root: Path) -> _Photos:
    files, _ = image_files(root, key=str(root))
    split = ((name, *name.partition("/")[::2]) for name in files)
    return {(part, image_key(below)): name for name, part, below in split if part != GROUND_TRUTH}


def _has_photo(problem: ReadProblem, photos: _Photos) -> bool:
    """Whether it tells of a mask that belongs to no photo of one part, but to one of another."""
    if not problem.evidence.get("orphan"):
        return False
    below = problem.sample.partition(f"{GROUND_TRUTH}/")[2]
    parts = {part for part, _ in photos}
    first, _, rest = below.partition("/")
    wanted = {key for key, _ in mask_keys(below, ())}
    if any((part, key) in photos for part in parts for key in wanted):
        return True
    return first in parts and any((first, key) in photos for key, _ in mask_keys(rest, ()))


def _shared(pairs: Iterable[Pair], source: PhotoSource, photos: _Photos) -> dict[str, ReadProblem]:
    """What to say of photos whose mask fits a photo of the same name in another folder too."""
    own = source.folder.name
    others = sorted({part for part, _ in photos} - {own})
    listed = {image for image, mask in listed_files(source) if mask} if source.list else set()
    found = {}
    for pair in pairs:
        key = image_key(pair.image)
        twins = [photos[part, key] for part in others if (part, key) in photos]
        if pair.masks and twins and pair.image not in listed:
            found[pair.image] = _whose(pair, twins, source.folder)
    return found


def _whose(pair: Pair, twins: Sequence[str], folder: Path) -> ReadProblem:
    root = folder.parent
    name = pair.masks[0].path.relative_to(root).as_posix()
    mine = f"{GROUND_TRUTH}/{folder.name}/{name.removeprefix(f'{GROUND_TRUTH}/')}"
    return ReadProblem(
        "missing_annotation",
        pair.image,
        f"its mask {name} fits {', '.join(twins)} as well",
        {"mask": os.path.relpath(pair.masks[0].path, folder), "photos": list(twins)},
        f"If it marks this photo, move it to {mine}; or give the photos names of their own",
    )


def _is_marked(sample: Sample) -> bool:
    return isinstance(sample.annotation, VerdictAnnotation) and sample.annotation.mask is not None


FORMAT = Format(
    "mvtec",
    "MVTec AD: train/good, test/<kind of defect>, and masks in ground_truth",
    read,
    tasks=("anomaly_detection",),
    documentation=(__doc__ or "").strip(),
    label_folders=(GROUND_TRUTH,),
    kinds=kinds,
)
