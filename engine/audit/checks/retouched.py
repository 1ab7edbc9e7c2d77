"""A place on the photo was retouched.

What it does
------------
Looks for places that were painted over, blurred or copied from elsewhere after the photo had been
compressed. A JPEG leaves its steps in every block of 8 x 8 px; what is made later does not have
them, whether the photo is then stored without loss or as a finer JPEG. On photos of two tones it
looks for grey places, on lossless ones that never were a JPEG for places that are there twice.
Of retouches planted on photos from JPEG 65 % are found: 94 % stored as PNG, 85 % as JPEG of 95 and
finer, 16 % as JPEG of 80 to 84. Where no JPEG came before, 6 % are found in PNG and 3 % in JPEG.
None of 604 untouched photos was accused, nor of 600 stored once more as PNG or JPEG; of a set that
was stored as JPEG once more and then as PNG, 3 of 81. 16 bits, and JPEGs that EXIF turns, are not
looked at.

Why it matters
--------------
Who removes an arrow leaves a smooth or repeated patch where it was, and that patch lies on the
defect. A model learns the patch as readily as the arrow. The camera on the line makes neither.

How to mend it
--------------
Use the photos as the camera stored them, or leave those out with `exclude`. What a station writes
on its photos after compression is reported as well: take photos without it, or waive it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.audit.audited import Audited
from engine.audit.check import Check
from engine.audit.finding import Observation
from engine.audit.photos.patches import Patch, Reason

LEAST_EVIDENCE: dict[Reason, float] = {"compression": 12.0, "grey": 20.0, "copy": 8.0}
"""Of a patch that is reported; see `engine.audit.photos.patches.Patch`."""

_SAID: dict[Reason, str] = {
    "compression": "it has not gone through the compression that the rest of the photo has",
    "grey": "it is grey on a photo of two tones",
    "copy": "it is there twice, pixel by pixel",
}
_FIGURE: dict[Reason, str] = {
    "compression": "log_odds",
    "grey": "grey_px",
    "copy": "equal_runs",
}

MANY, MOST_SHARE = 10, 0.6
"""So many photos, and such a share of all, are not retouched by hand: a station does it."""


def run(audited: Audited) -> Iterator[Observation]:
    """One observation for each retouched photo; one for all where most photos are."""
    found = {
        name: patches
        for name, facts in audited.facts.items()
        if (patches := reported(facts.patches))
    }
    if len(found) >= max(MANY, MOST_SHARE * len(audited.facts)):
        yield Observation(
            samples=tuple(found),
            message=f"{len(found)} of {len(audited.facts)} photos have places that were changed "
            "after compression: something is written on all of them, or all were retouched",
            evidence={"photos": len(found)},
            fix="Take the photos as the camera stored them; if a station marks them, waive this",
        )
        return
    for name, patches in found.items():
        x, y, width, height = patches[0].box_xywh
        more = f", and {len(patches) - 1} more" if len(patches) > 1 else ""
        yield Observation(
            samples=(name,),
            message=f"a place of {width} x {height} px at ({x}, {y}) looks retouched: "
            f"{_SAID[patches[0].reason]}{more}",
            evidence={
                "boxes": [
                    {
                        "bbox_xywh": list(patch.box_xywh),
                        _FIGURE[patch.reason]: patch.evidence,
                    }
                    for patch in patches
                ]
            },
            fix="Use the photo as the camera stored it, or leave it out with `exclude`",
        )


def reported(patches: Iterable[Patch]) -> list[Patch]:
    """Those of a photo's patches that are far enough from what untouched photos have."""
    return [patch for patch in patches if patch.evidence >= LEAST_EVIDENCE[patch.reason]]


CHECK = Check("IMG402", "retouched", "IMG", "advice", "data", run)
