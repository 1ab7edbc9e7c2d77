"""An image file cannot be read.

What it does
------------
Decodes every image file of the data and reports those that are empty, truncated, no image at all,
of an unusual kind (CMYK, several pictures in a file) or too large, and symbolic links that leave
the data folder. Also reports photos of which `input.roi` or `margins.edge` leaves nothing to judge.
All of them are left out of the data.

Why it matters
--------------
Many programs hand back a half-grey picture for a truncated file, or nothing at all, and go on.
The model would then learn from pictures that no camera ever took.

How to mend it
--------------
Copy the file again from the camera or its archive, convert it to 8- or 16-bit grey or RGB, or
leave it out with `exclude`.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.audit.audited import Audited
from engine.audit.check import Check
from engine.audit.finding import Observation
from engine.audit.problems import observations


def run(audited: Audited) -> Iterator[Observation]:
    """One observation for each image file that cannot be read or judged."""
    fix = "Copy the file again from its origin, or leave it out with `exclude`"
    yield from observations(audited.dataset, "unreadable_image", fix)
    fix = "Correct `input.roi` or `margins.edge`, or leave the photo out with `exclude`"
    yield from observations(audited.dataset, "nothing_to_judge", fix)


CHECK = Check("IMG403", "unreadable-image", "IMG", "error", "reading", run)
