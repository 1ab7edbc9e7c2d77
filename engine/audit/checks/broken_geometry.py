"""An annotation does not fit its photo, or cannot be read.

What it does
------------
Reports a mask whose size differs from its photo's, a mask that cannot be decoded, and a mask that
was stored with lossy compression. Such photos are left out of the data.

Why it matters
--------------
A mask of another size marks other pixels than the annotator meant; scaled to fit, it would teach
the model wrong borders. JPEG changes the values of a mask near every edge, which turns one class
into another.

How to mend it
--------------
Export the masks again from the annotation tool, as PNG, at the photo's own size. If width and
height are transposed, the photo carries an EXIF orientation that the annotation tool did not
apply: export the photo upright, then annotate.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.audit.audited import Audited
from engine.audit.check import Check
from engine.audit.finding import Observation
from engine.audit.problems import observations


def run(audited: Audited) -> Iterator[Observation]:
    """One observation for each mask that does not fit or cannot be read."""
    yield from observations(
        audited.dataset, "size_mismatch", "Export the mask again at the photo's own size"
    )
    yield from observations(audited.dataset, "lossy_mask", "Export the mask again as PNG")
    yield from observations(audited.dataset, "unreadable_mask", "Export the mask again as PNG")


CHECK = Check("ANN305", "broken-geometry", "ANN", "error", "reading", run)
