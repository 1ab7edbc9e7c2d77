"""The layout of MVTec AD: `train/good`, `test/<kind>`, `ground_truth/<kind>/<stem>_mask.png`.

`data.root` names the folder that holds them. Validation is a share of the good training photos
(20 % unless `data.validation` says otherwise), or `validation/good` where that is there. A source
may also be one of these folders; its masks then lie in `ground_truth` beside it, or in `labels:`.
`test/good` holds good photos, and each other folder in `test` is a kind of defect. With `classes`
these names are their labels, with `data.good` others mean good, and a folder under `ignore` is
passed over; photos in a folder that means nothing are reported as ANN306.

What is not 0 in a mask is anomalous, as in format good_bad. A photo of a defect without a mask
counts as marked nowhere; a mask without a photo is reported as ANN309.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from engine.data.keys import in_mask_folder, mask_keys
from engine.data.readers import Format, Reading, ReadRequest
from engine.data.readers.masks.layout import Layout, find_pairs
from engine.data.source import PhotoSource, image_files
from engine.data.verdicts.folders import folders_of, kinds_among
from engine.data.verdicts.reader import read_verdicts
from engine.errors import UsageError
from engine.records import ReadProblem

GROUND_TRUTH = "ground_truth"


def read(request: ReadRequest) -> Reading:
    """Reads one part: the folder `train`, `validation` or `test`."""
    return read_verdicts(request, _layout(request.source))


def kinds(source: PhotoSource, good: tuple[str, ...]) -> frozenset[str]:
    """The kinds of defect that the folders of a part are called after."""
    pairs = _layout(source).pairs
    return kinds_among((folders_of(pair.image, source.folder.name) for pair in pairs), good)


def _layout(source: PhotoSource) -> Layout:
    if (source.folder / GROUND_TRUTH).is_dir():
        raise UsageError(
            "this folder holds all parts of the set, with the masks of the test photos",
            where=source.key,
            received=str(source.folder),
            allowed="one part, such as its folder test",
            fix="Name the folder with data.root instead, or use format good_bad",
        )
    beside = source.folder.parent / GROUND_TRUTH
    if source.labels is not None or not beside.is_dir():
        return find_pairs(source, ())
    layout = find_pairs(replace(source, labels=beside), ())
    orphans = [each for each in layout.problems if each.evidence.get("orphan")]
    if not orphans:
        return layout
    elsewhere = _photos_beside(source.folder.parent)
    kept = [p for p in layout.problems if p not in orphans or not _has_photo(p, elsewhere)]
    return Layout(layout.pairs, tuple(kept))


def _photos_beside(root: Path) -> frozenset[tuple[str, str]]:
    """Folder and stem, below the part of the split, of every photo of the set."""
    files, _ = image_files(root, key=str(root))
    below = (name.partition("/")[2] for name in files if not in_mask_folder(name))
    return frozenset(_stem(name) for name in below)


def _has_photo(orphan: ReadProblem, photos: frozenset[tuple[str, str]]) -> bool:
    """Whether a mask that belongs to no photo of one part belongs to one of another."""
    below = orphan.sample.partition(f"{GROUND_TRUTH}/")[2]
    stems = {("/".join(folders), stem) for (folders, stem), _ in mask_keys(below, ())}
    return not stems.isdisjoint(photos)


def _stem(name: str) -> tuple[str, str]:
    folder, _, file = name.rpartition("/")
    return folder, Path(file).stem


FORMAT = Format(
    "mvtec",
    "MVTec AD: train/good, test/<kind of defect>, and masks in ground_truth",
    read,
    tasks=("anomaly_detection",),
    documentation=(__doc__ or "").strip(),
    label_folders=(GROUND_TRUTH,),
    kinds=kinds,
)
