"""An annotation does not fit its photo, or cannot be read.

What it does
------------
Reports a mask whose size differs from its photo's, a mask that cannot be decoded, and a mask that
was stored with lossy compression; a file of boxes with a line that states none; a box without area,
outside of its photo, reversed (its corners go round anticlockwise), dented or crossing itself. Such
photos are left out of the data. Boxes that reach out of their photo are a warning, and stay: each
photo with one whose middle is not on it, and all others together. Those with their middle in
`margins.edge` ANN301 tells, and this does not, unless ANN301 is off. Texts less than 5 px high,
photos that are one line included, are a warning and stay: nobody can read these.

Why it matters
--------------
A mask of another size marks other pixels than the annotator meant; scaled to fit, it would teach
the model wrong borders. JPEG changes the values of a mask near every edge, which turns one class
into another. The order of a box's corners is all that tells its heading: reversed or crossing
corners teach a wrong one.

How to mend it
--------------
Export the masks again from the annotation tool, as PNG, at the photo's own size. If width and
height are transposed, the photo carries an EXIF orientation that the annotation tool did not
apply: export the photo upright, then annotate. Correct a box in the annotation tool: its corners
run from the top left of the thing along its top, then on clockwise. Photograph what is too
low to be read from nearer, or annotate it as illegible (`###`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from engine.audit.audited import Audited
from engine.audit.check import Check
from engine.audit.edge_boxes import EdgeBox
from engine.audit.finding import Observation
from engine.audit.problems import observations
from engine.data.boxes.geometry import as_lists, sizes_wh
from engine.phrasing import counted
from engine.records import BoxAnnotation, Sample

TOLERATED_PX = 2.0
SHOWN = 12
LEAST_TEXT_PX = 5
"""Height under which no letters can be told: the smallest fonts of screens have 5 px."""

MOST_MARGIN = 0.5
"""Share of a photo's shorter side that the margins of both edges may take, to be of use."""


def run(audited: Audited) -> Iterator[Observation]:
    """One observation for each mask that does not fit or cannot be read."""
    yield from observations(
        audited.dataset, "size_mismatch", "Export the mask again at the photo's own size"
    )
    yield from observations(audited.dataset, "lossy_mask", "Export the mask again as PNG")
    yield from observations(audited.dataset, "unreadable_mask", "Export the mask again as PNG")
    yield from observations(
        audited.dataset,
        "unreadable_boxes",
        "Correct what stands there, or choose the format that it belongs to",
    )
    yield from observations(audited.dataset, "broken_box", "Correct the box in the annotation tool")
    for sample in audited.samples:
        yield from _off_the_photo(audited, sample)
    yield from _reaching_out(audited)
    yield from _too_low_to_read(audited)


def _off_the_photo(audited: Audited, sample: Sample) -> Iterator[Observation]:
    """One observation for a photo with boxes that lie outside of it by more than half."""
    boxes = audited.edge_boxes(sample)
    out = boxes.furthest_first(~boxes.in_photo)
    if out:
        more = f" (and {counted(len(out) - 1, 'more box', 'more boxes')})" if len(out) > 1 else ""
        name = audited.dataset.class_names[out[0].class_index]
        yield Observation(
            samples=(sample.id,),
            message=f"a box of {name!r}{more} has its middle outside of the photo: it reaches "
            f"{out[0].overhang_px:.0f} px out, and is not trained on",
            evidence={"corners": [as_lists(each.corners) for each in out[:SHOWN]]},
            fix="Mark what the photo shows of the thing, or leave it if the thing is that large",
            severity="warn",
        )


def _reaching_out(audited: Audited) -> Iterator[Observation]:
    """One observation for all boxes that are learnt though the photo cuts them."""
    out = [
        (sample, each) for sample in audited.samples for each in _learnt_and_cut(audited, sample)
    ]
    if not out:
        return
    out.sort(key=lambda found: -found[1].overhang_px)
    furthest_px, photos = out[0][1].overhang_px, dict.fromkeys(sample.id for sample, _ in out)
    names = audited.dataset.class_names
    rows = [{"sample": sample.id, **each.row(names)} for sample, each in out[:SHOWN]]
    yield Observation(
        samples=tuple(photos),
        message=f"{counted(len(out), 'box reaches', 'boxes reach')} out of "
        f"{counted(len(photos), 'photo')}, the furthest {furthest_px:.0f} px: what nobody can see "
        "is trained on and measured",
        evidence={
            "boxes": len(out),
            "furthest_px": round(furthest_px, 1),
            "kinds": [{"kind": "furthest out first", "regions": rows}],
        },
        fix=f"Mark what the photos show of the {audited.settings.marked}{_or_leave_out(out)}",
        severity="warn",
    )


def _too_low_to_read(audited: Audited) -> Iterator[Observation]:
    """One observation for each class with texts that are too low to be read."""
    if not audited.settings.text_fields:
        return
    for index, name in enumerate(audited.dataset.class_names):
        low = sorted(
            ((height, sample, corners) for sample in audited.samples
             for height, corners in _low_boxes(sample, index)),
            key=lambda each: each[0],
        )  # fmt: skip
        if low:
            lowest, these = low[0][0], "it" if len(low) == 1 else "these"
            regions = [{"sample": s.id, "corners": as_lists(c)} for _, s, c in low[:SHOWN]]
            yield Observation(
                samples=tuple(dict.fromkeys(sample.id for _, sample, _ in low)),
                message=f"{counted(len(low), 'text')} of {name!r} under {LEAST_TEXT_PX} px high, "
                f"the lowest {lowest:.0f} px: nobody can read {these}",
                evidence={
                    "class": name,
                    "texts": len(low),
                    "lowest_px": round(lowest, 1),
                    "kinds": [{"kind": "lowest first", "regions": regions}],
                },
                fix="Correct the box, photograph the text from nearer, or annotate it as ###",
                severity="warn",
            )


def _low_boxes(sample: Sample, index: int) -> list[tuple[float, NDArray[np.float32]]]:
    """Height in px and corners of the boxes of a class that are too low."""
    annotation = sample.annotation
    if not isinstance(annotation, BoxAnnotation) or annotation.texts is None:
        return []
    heights = sizes_wh(annotation.corners)[:, 1]
    low = (heights < LEAST_TEXT_PX) & (annotation.class_indices == index)
    return [(float(heights[at]), annotation.corners[at]) for at in np.flatnonzero(low).tolist()]


def _learnt_and_cut(audited: Audited, sample: Sample) -> list[EdgeBox]:
    boxes = audited.edge_boxes(sample)
    return boxes.furthest_first(boxes.inspected & (boxes.overhang_px > TOLERATED_PX))


def _or_leave_out(out: Sequence[tuple[Sample, EdgeBox]]) -> str:
    """The other remedy, where it leaves something of the photos."""
    largest = max(float(np.ptp(each.corners, axis=0).max()) for _, each in out)
    if largest > MOST_MARGIN * min(min(sample.size_hw) for sample, _ in out):
        return ""
    return ", or make margins.edge half of the largest thing, which leaves them out"


CHECK = Check("ANN305", "broken-geometry", "ANN", "error", "reading", run)
