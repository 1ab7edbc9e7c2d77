"""A place looks like an annotated one and is not annotated.

What it does
------------
Learns from small pictures of the photos what annotated places look like, and lists the places that
look alike and are not annotated. Each photo is judged by what was learnt from others, so annotated
regions are tried as if they were not: a place is told when it looks more like an annotated one than
half of these do, or when six in ten places that look like it are annotated, but never when nine in
ten of the annotated regions look more like one. The 20 likeliest are
told, in one finding; after these are mended, others come up. It is quiet below 20 annotated regions
on 10 photos, and where looks do not tell what is annotated.

Measured with one annotation in ten taken away, on objects that nothing was chosen on: of those
taken away 0.64 (magnetic tiles), 0.79 (DeepPCB, boxes) and 0.63 (caps) are among the first twice as
many places; of the first 20 that are told 0.90, 0.98 and 0.48 had been taken away. The others are
print, or what nobody marked. What has less than 2 px when the photo is shrunk to 256 px is not
seen.

Why it matters
--------------
A defect or a thing that is marked here and not there teaches the network both. It learns to be
unsure, and in the test set a right call counts as a mistake.

How to mend it
--------------
Look at each place. Annotate it if it is one; a kind that nobody wants to find needs no annotation
anywhere, or an `ignore` label. On photos where nothing was forgotten the list holds what
comes nearest: that is no fault. Waive it then (`samples: ["*"]`). Where anomalies are detected,
a place on a good photo says that it may be a photo of a defect: move it to the folder of its kind.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.audit.audited import Audited
from engine.audit.check import Check
from engine.audit.finding import Observation
from engine.audit.lookalikes.photos import BoxXywh
from engine.audit.lookalikes.remember import Lookalike
from engine.phrasing import counted

SHOWN = 20
"""Places that are told, in one finding; after these are mended, others come up."""


def run(audited: Audited) -> Iterator[Observation]:
    """One observation for the likeliest places of all photos."""
    found = audited.lookalikes
    if not found:
        return
    names, told = audited.dataset.class_names, found[:SHOWN]
    first = told[0]
    x, y = first.bbox_xywh[:2]
    others = len(found) - len(told)
    beyond = f" (and {counted(others, 'less likely one')})" if others else ""
    yield Observation(
        samples=tuple(dict.fromkeys(each.sample for each in told)),
        message=f"{counted(len(told), 'place')}{beyond} may lack an annotation; the likeliest: "
        f"{first.sample} at ({x}, {y}) px looks like {names[first.class_index]!r}",
        evidence={
            "places": [_row(each, names) for each in told],
            "kinds": [
                _kind("the places, likeliest first", [(e.sample, e.bbox_xywh) for e in told]),
                _kind(
                    "annotated, and what each resembles",
                    [(e.resembles, e.resembles_xywh) for e in told],
                ),
            ],
        },
        fix=_fix(audited),
    )


def _fix(audited: Audited) -> str:
    marked = audited.settings.marked
    if audited.settings.learns_good:
        return (
            f"Move good photos that show {marked} to the folder of their kind, and mark all of "
            "each defect; or waive this with the reason why they are none"
        )
    return f"Annotate those that are {marked}, or waive this with the reason why they are none"


def _row(place: Lookalike, names: Sequence[str]) -> dict[str, object]:
    return {
        "sample": place.sample,
        "bbox_xywh": list(place.bbox_xywh),
        "class": names[place.class_index],
        "annotated among what looks alike": round(place.likelihood, 2),
        "annotated regions that look less like one": round(place.above, 2),
    }


def _kind(title: str, places: Sequence[tuple[str, BoxXywh]]) -> dict[str, object]:
    return {
        "kind": title,
        "regions": [{"sample": sample, "bbox_xywh": list(box)} for sample, box in places],
    }


CHECK = Check("ANN303", "unannotated-lookalike", "ANN", "advice", "data", run)
