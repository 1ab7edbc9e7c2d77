"""An annotation does not fit its photo, or cannot be read.

What it does
------------
Reports a mask whose size differs from its photo's, a mask that cannot be decoded, and a mask that
was stored with lossy compression; a file of boxes with a line that states none; a box without area,
outside of its photo, reversed (its corners go round anticlockwise), dented or crossing itself. Such
photos are left out of the data. A box that reaches out of its photo is a warning, and stays; where
it lies in `margins.edge` too, ANN301 tells it and this does not, unless ANN301 is off.

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
run from the top left of the thing along its top, then on clockwise.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.audit.audited import Audited
from engine.audit.check import Check
from engine.audit.finding import Observation
from engine.audit.problems import observations
from engine.audit.regions import AnnotatedRegion
from engine.data.boxes.geometry import bounds_xywh, overhang_px
from engine.phrasing import counted
from engine.records import IGNORE, BoxAnnotation, Sample

TOLERATED_PX = 2.0
SHOWN = 10


def run(audited: Audited) -> Iterator[Observation]:
    """One observation for each mask that does not fit or cannot be read."""
    yield from observations(
        audited.dataset, "size_mismatch", "Export the mask again at the photo's own size"
    )
    yield from observations(audited.dataset, "lossy_mask", "Export the mask again as PNG")
    yield from observations(audited.dataset, "unreadable_mask", "Export the mask again as PNG")
    yield from observations(
        audited.dataset, "unreadable_boxes", "Correct the line, or choose the format it belongs to"
    )
    yield from observations(
        audited.dataset, "broken_box", "Correct the box: along the thing's top, then on clockwise"
    )
    for sample in audited.samples:
        if isinstance(sample.annotation, BoxAnnotation):
            yield from _reaching_out(audited, sample, sample.annotation)


def _reaching_out(
    audited: Audited, sample: Sample, annotation: BoxAnnotation
) -> Iterator[Observation]:
    """One observation for a photo with boxes that are partly outside of it."""
    overhang = [overhang_px(each, sample.size_hw) or 0.0 for each in annotation.corners.tolist()]
    out = [at for at, px in enumerate(overhang) if px > TOLERATED_PX]
    out = [at for at in out if not _told_before(audited, sample, annotation, at)]
    out.sort(key=lambda at: -overhang[at])
    if out:
        more = f" (and {counted(len(out) - 1, 'more box', 'more boxes')})" if len(out) > 1 else ""
        yield Observation(
            samples=(sample.id,),
            message=f"a box{more} reaches {overhang[out[0]]:.0f} px out of the photo",
            evidence={"corners": annotation.corners[out[:SHOWN]].round(1).tolist()},
            fix="Mark what the photo shows of the thing, or leave a margin around the things",
            severity="warn",
        )


def _told_before(audited: Audited, sample: Sample, annotation: BoxAnnotation, at: int) -> bool:
    """Whether ANN301 tells this box."""
    if annotation.class_indices[at] == IGNORE or not audited.settings.margin_told:
        return False
    frame = audited.frame(sample)
    box = AnnotatedRegion(0, bounds_xywh(annotation.corners[at]), 0)
    return box.in_margin(frame, audited.margin_px(sample)) and not box.holds(frame)


CHECK = Check("ANN305", "broken-geometry", "ANN", "error", "reading", run)
