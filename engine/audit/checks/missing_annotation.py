"""A photo has no annotation, or an annotation has no photo.

What it does
------------
Reports each photo for which no annotation was found, unless the recipe declares such photos to be
good with `data.unlabelled: empty`, and each annotation file that belongs to no photo. Photos
without an annotation are left out of the data. Where folders say which photos are good (formats
mvtec and good_bad) masks are optional, and only a mask without a photo is reported; in format
mvtec also each photo whose mask fits a photo of another part as well.

Why it matters
--------------
"Not annotated" and "verified good" are different things. A photo that nobody looked at, taken for
good, teaches the model to overlook its defects. An annotation without its photo usually means that
a file was renamed, and that its photo now counts as not annotated.

How to mend it
--------------
Annotate the photo; an empty mask (all background), or an empty file of boxes, says that it is good.
If every photo without one is verified good, state `data.unlabelled: empty`. Give a mask, or a file
of boxes, the name of its photo.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.audit.audited import Audited
from engine.audit.check import Check
from engine.audit.finding import Observation
from engine.audit.problems import observations


def run(audited: Audited) -> Iterator[Observation]:
    """One observation for each photo without annotation, or annotation without photo."""
    fix = (
        "Annotate the photo (an empty annotation says good), rename the file that lost its "
        "partner, or state data.unlabelled: empty"
    )
    yield from observations(audited.dataset, "missing_annotation", fix)


CHECK = Check("ANN309", "missing-annotation", "ANN", "error", "reading", run)
