"""An annotation holds a label that means nothing in the recipe.

What it does
------------
Reports each mask with a pixel value, a colour or a folder name that is neither background, nor a
label of a class, nor under `ignore`, with the number of pixels and the label that comes closest;
and each file of boxes with such a label; and photos in folders of which none says whether they are
good (`data.good`) or which kind of defect they show.
Such photos are left out of the data.

Why it matters
--------------
A label that is quietly taken for background teaches the model that defects are good. A typing
error in a label does the same.

How to mend it
--------------
Name the label under `classes.<name>.labels` if it means a class, or under `ignore` if it means
neither class nor background. If it is a mistake of the annotator, correct the annotation.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.audit.audited import Audited
from engine.audit.check import Check
from engine.audit.finding import Observation
from engine.audit.problems import observations


def run(audited: Audited) -> Iterator[Observation]:
    """One observation for each annotation with an unknown label."""
    fix = "Name the label under classes.<name>.labels or under ignore, or correct the annotation"
    yield from observations(audited.dataset, "unknown_label", fix)


CHECK = Check("ANN306", "unknown-label", "ANN", "error", "reading", run)
