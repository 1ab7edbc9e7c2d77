"""A place looks like an annotated defect and is not annotated.

What it does
------------
Learns from small pictures of the photos what annotated places look like, and lists the places that
look alike and are not annotated. Each photo is judged by what was learnt from others, so annotated
regions are tried as if they were not: a place is told when it looks more like an annotated one than
half of these do, or when six in ten places that look like it are annotated. The 20 likeliest are
told; after these are mended, others come up. It is quiet below 20 annotated regions on 10 photos,
and where looks do not tell what is annotated.

Measured with one annotation in ten taken away, on objects that nothing was chosen on: of those
taken away 0.64 (magnetic tiles), 0.79 (DeepPCB, boxes) and 0.63 (caps) are among the first twice as
many places; of the first 20 that are told 0.90, 0.98 and 0.48 had been taken away. The others are
print, or what nobody marked. Defects of less than 2 px when the photo is shrunk to 256 px are not
seen.

Why it matters
--------------
A defect that is marked here and not there teaches the network both. It learns to be unsure, and in
the test set a right call counts as a mistake.

How to mend it
--------------
Look at each place. Annotate it if it is a defect; a kind that nobody wants to find needs no
annotation anywhere, or an `ignore` label. Waive the finding for photos where it is none.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.audit.audited import Audited
from engine.audit.check import Check
from engine.audit.finding import Observation
from engine.audit.lookalikes.remember import Lookalike

SHOWN = 20
"""Places that are told; after these are mended, others come up."""


def run(audited: Audited) -> Iterator[Observation]:
    """One observation for each photo with places that are among the likeliest."""
    found = audited.lookalikes
    of_photo: dict[str, list[Lookalike]] = {}
    for each in found[:SHOWN]:
        of_photo.setdefault(each.sample, []).append(each)
    for sample, places in of_photo.items():
        yield _observation(audited, sample, places, found)


def _observation(
    audited: Audited, sample: str, places: list[Lookalike], found: tuple[Lookalike, ...]
) -> Observation:
    names = audited.dataset.class_names
    rank = 1 + found.index(places[0])
    where = "{}, {}".format(*places[0].bbox_xywh[:2])
    more = f", and {len(places) - 1} more" if len(places) > 1 else ""
    return Observation(
        samples=(sample,),
        message=f"a place at {where} px looks like {names[places[0].class_index]!r} and is not "
        f"annotated{more}",
        evidence={
            "rank": f"{rank} of {len(found)} such places",
            "annotated among what looks alike": round(places[0].likelihood, 2),
            "annotated regions that look less like one": round(places[0].above, 2),
            "split": audited.part_of[sample],
            "boxes": [
                {"class": names[each.class_index], "bbox_xywh": list(each.bbox_xywh)}
                for each in places
            ],
            "resembles": [
                {"sample": each.resembles, "bbox_xywh": list(each.resembles_xywh)}
                for each in places
            ],
        },
        fix="Annotate it if it is a defect, or waive this with the reason why it is none",
    )


CHECK = Check("ANN303", "unannotated-lookalike", "ANN", "advice", "data", run)
