"""A photo of a defect is marked nowhere.

What it does
------------
Where anomalies are detected, lists the photos that show a defect, as their folder says, and whose
mask marks nothing; and, as advice, where most photos of defects have a mask, those that have none.
They count
as bad in every figure about photos, and are left out of the figures about places (`pixel_auroc`,
`pro`). Data without any masks are no finding: masks are optional.

Why it matters
--------------
An empty mask and a folder of defects contradict each other. If the part is good, it is counted as
an escape, or as a defect found, and neither is true. If it is bad, nobody can say whether the model
looked at the right place.

How to mend it
--------------
Look at each photo. Mark the defect, or move a good part to the folder of good ones. If the whole
photo is what is wrong, leave it as it is and waive this with the reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.audit.audited import Audited
from engine.audit.check import Check
from engine.audit.finding import Observation, Severity
from engine.phrasing import counted
from engine.records import Sample, VerdictAnnotation

MOSTLY = 0.5
SHOWN = 12


def run(audited: Audited) -> Iterator[Observation]:
    """One observation for all empty masks, and one for all that are missing among many."""
    bad = [
        (sample, sample.annotation)
        for sample in audited.samples
        if isinstance(sample.annotation, VerdictAnnotation) and sample.classes
    ]
    unmarked = [(sample, verdict) for sample, verdict in bad if verdict.mask is None]
    empty = [sample for sample, verdict in unmarked if verdict.path is not None]
    missing = [sample for sample, verdict in unmarked if verdict.path is None]
    if empty:
        words = ("photo of a defect has", "photos of defects have")
        yield _observation(
            audited,
            empty,
            f"{counted(len(empty), *words)} a mask that marks nothing",
            "Mark the defect, or move the photo to the folder of good ones",
        )
    have = "has" if len(missing) == 1 else "have"
    if missing and len(bad) - len(missing) >= MOSTLY * len(bad):
        yield _observation(
            audited,
            missing,
            f"{len(missing)} of {counted(len(bad), 'photo')} of defects {have} no mask: the "
            f"figures about places leave {'it' if len(missing) == 1 else 'them'} out",
            "Mark the defect, or leave it: photos are judged all the same",
            severity="advice",
        )


def _observation(
    audited: Audited,
    samples: Sequence[Sample],
    message: str,
    fix: str,
    severity: Severity | None = None,
) -> Observation:
    names = audited.dataset.class_names
    rows = [
        {"sample": each.id, "bbox_xywh": [0, 0, each.size_hw[1], each.size_hw[0]]}
        for each in samples[:SHOWN]
    ]
    return Observation(
        samples=tuple(sample.id for sample in samples),
        message=message,
        evidence={
            "photos": len(samples),
            "classes": sorted({names[index] for each in samples for index in each.classes}),
            "kinds": [{"kind": "marked nowhere", "regions": rows}],
        },
        fix=fix,
        severity=severity,
    )


CHECK = Check("ANN311", "defect-marked-nowhere", "ANN", "warn", "data", run, ("anomaly_detection",))
