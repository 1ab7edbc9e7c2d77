"""A photo of a defect is among those that good is learnt from.

What it does
------------
Where anomalies are detected, reports the photos of defects that are in training, by kind, and each
photo in a folder of good ones whose mask marks something. Where parts are shared out by the tool,
objects with a defect go to validation and test alone; what is reported lies in a training source
of its own, without a share. If this is lowered or waived, photos of defects are left out of
training all the same. A photo in a good folder whose mask marks something is then neither good nor
bad, in whatever part: it is not learnt from, chooses no threshold and counts in no figure. The
report names what was left out.

Why it matters
--------------
What good looks like is learnt from these photos alone. A defect among them is learnt as good, and
that very kind passes the line without a word. A mask on a good photo says that one of the two, the
folder or the mask, is wrong.

How to mend it
--------------
Move the photos of defects out of the training folder, to validation or test; or let the tool share
out (`data.pool`, or `validation: 20 %`), which keeps them out. Put a photo whose mask is right into
the folder of its kind; delete a mask that is wrong.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from engine.audit.audited import Audited
from engine.audit.check import Check
from engine.audit.finding import Observation
from engine.phrasing import counted
from engine.records import Sample

SHOWN = 12


def run(audited: Audited) -> Iterator[Observation]:
    """One observation for each kind in training, and for each good photo with marks."""
    by_kind: dict[int, list[Sample]] = defaultdict(list)
    for sample in audited.dataset.train:
        if sample.classes:
            by_kind[min(sample.classes)].append(sample)
    for kind, samples in sorted(by_kind.items()):
        yield _learnt(audited, audited.dataset.class_names[kind], samples)
    for sample in audited.samples:
        yield from _marked(audited, sample)


def _learnt(audited: Audited, kind: str, samples: Sequence[Sample]) -> Observation:
    objects = len({sample.object for sample in samples})
    rows = [{"sample": each.id, "bbox_xywh": _place(audited, each)} for each in samples[:SHOWN]]
    return Observation(
        samples=tuple(sample.id for sample in samples),
        message=f"{counted(len(samples), 'photo')} of {kind!r} in training, where good is learnt",
        evidence={
            "class": kind,
            "photos": len(samples),
            "objects": objects,
            "kinds": [{"kind": f"{kind} in training", "regions": rows}],
        },
        fix="Move them to validation or test, or let the tool share out: validation: 20 %",
    )


def _place(audited: Audited, sample: Sample) -> list[int]:
    """Where the largest mark of a photo is; the whole photo where nobody marked it."""
    regions = sorted(audited.regions[sample.id], key=lambda region: -region.area_px)
    whole = (0, 0, sample.size_hw[1], sample.size_hw[0])
    return list(regions[0].bbox_xywh if regions else whole)


def _marked(audited: Audited, sample: Sample) -> Iterator[Observation]:
    regions = audited.marks_on_good(sample)
    if not regions:
        return
    evidence: dict[str, object] = {
        "split": audited.part_of[sample.id],
        "boxes": [{"bbox_xywh": list(region.bbox_xywh)} for region in regions[:SHOWN]],
    }
    path = sample.annotation.path if sample.annotation is not None else None
    if path is not None and audited.dataset.folder is not None:
        evidence["mask"] = Path(os.path.relpath(path, audited.dataset.folder)).as_posix()
    yield Observation(
        samples=(sample.id,),
        message=f"the folder says good, and the mask marks {counted(len(regions), 'place')}",
        evidence=evidence,
        fix="Move the photo to the folder of its kind of defect, or delete the mask",
    )


CHECK = Check("ANN310", "defect-among-good", "ANN", "error", "data", run, ("anomaly_detection",))
