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
of boxes, that lost its photo the name of the photo, put the photo back, or remove the file. In
formats mvtec and good_bad, where `unlabelled` has no meaning, that is all there is to mend.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.audit.audited import Audited
from engine.audit.check import Check
from engine.audit.finding import Observation
from engine.audit.problems import observations
from engine.records import ReadProblem

OF_A_PHOTO = (
    "Annotate the photo (an empty annotation says good), rename the file that lost its partner, or "
    "state data.unlabelled: empty"
)
OF_AN_ORPHAN = "Give it the name of its photo, put the photo back, or remove it"


def run(audited: Audited) -> Iterator[Observation]:
    """One observation for each photo without annotation, or annotation without photo."""
    yield from observations(audited.dataset, "missing_annotation", _fix)


def _fix(problem: ReadProblem) -> str:
    """What to do: a declaration about photos mends no annotation that belongs to none."""
    return OF_AN_ORPHAN if problem.evidence.get("orphan") else OF_A_PHOTO


CHECK = Check("ANN309", "missing-annotation", "ANN", "error", "reading", run)
