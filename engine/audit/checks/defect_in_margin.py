"""A defect or a thing lies in the margin along the image edge.

What it does
------------
Lists the defects that reach into `margins.edge`, and the things whose box has its middle there, or
outside of `input.roi`. What lies there of a defect is left out of training, masked and not turned
into background; so are such boxes. The report measures the edge apart from the interior. A box
around the whole photo, such as a line of text that was cut out, has its middle in the interior.

Why it matters
--------------
Near the edge a network sees less around a pixel, so it is less accurate there, and what the frame
cuts looks like something else. What lies in the margin alone teaches nothing.

How to mend it
--------------
Point the camera so that the inspected surface keeps a margin to the image edge. If the edge must
be inspected and its accuracy will do, lower `margins.edge`. Where things lie at the edge by chance,
as parts on a belt do, nothing need be done: annotate them all the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from engine.audit.audited import Audited
from engine.audit.check import Check
from engine.audit.finding import Observation
from engine.audit.regions import AnnotatedRegion
from engine.phrasing import counted
from engine.records import BoxAnnotation, Sample

SHOWN = 10
LEAVE_IN = (
    "Photograph the {} further in, lower margins.edge, or leave them: the margin is there for this"
)
LEAVE_OUT = "Correct input.roi, or leave them if they are not to be found"
OUTSIDE = "outside of input.roi, where nothing is trained on or measured"


def run(audited: Audited) -> Iterator[Observation]:
    """One observation for each photo with something in the margin."""
    for sample in audited.samples:
        if isinstance(sample.annotation, BoxAnnotation):
            yield from _things(audited, sample)
        else:
            yield from _defects(audited, sample)


def _things(audited: Audited, sample: Sample) -> Iterator[Observation]:
    """Boxes whose middle is not inspected; ANN305 tells those with a middle off the photo."""
    names, margin_px = audited.dataset.class_names, audited.margin_px(sample)
    boxes = audited.edge_boxes(sample)
    outside = boxes.furthest_first(boxes.in_photo & ~boxes.in_frame)
    near = boxes.furthest_first(boxes.in_frame & ~boxes.inspected)
    leave_in = LEAVE_IN.format(audited.settings.marked)
    in_margin = f"in the margin of {margin_px} px: not trained on, measured apart"
    for here, words, fix in ((outside, OUTSIDE, LEAVE_OUT), (near, in_margin, leave_in)):
        if here:
            more = f" (and {counted(len(here) - 1, 'more box', 'more boxes')})"
            message = f"a box of {names[here[0].class_index]!r}{more if len(here) > 1 else ''} has "
            rows = [each.row(names) for each in here]
            yield _observation(audited, sample, rows, f"{message}its middle {words}", fix)


def _defects(audited: Audited, sample: Sample) -> Iterator[Observation]:
    names, frame, margin_px = (
        audited.dataset.class_names,
        audited.frame(sample),
        audited.margin_px(sample),
    )
    regions = audited.regions[sample.id]
    outside = [region for region in regions if not region.meets(frame)]
    near = [region for region in regions if region.in_margin(frame, margin_px)]
    near = [region for region in near if region not in outside]
    near.sort(key=lambda region: region.gap_px(frame))
    for here, words in ((outside, f"lies {OUTSIDE}"), (near, _how_near(near, frame, margin_px))):
        if here:
            more = f" (and {len(here) - 1} more)" if len(here) > 1 else ""
            message = f"a region of {names[here[0].class_index]!r}{more} {words}"
            rows = [{"class": names[r.class_index], "bbox_xywh": list(r.bbox_xywh)} for r in here]
            fix = "Keep a margin around what is inspected, or lower margins.edge"
            yield _observation(audited, sample, rows, message, fix)


def _how_near(
    near: Sequence[AnnotatedRegion], frame_xywh: tuple[int, int, int, int], margin_px: int
) -> str:
    if not near:
        return ""
    gap_px = max(near[0].gap_px(frame_xywh), 0)
    return f"reaches into the margin: {gap_px} px from the edge, the margin is {margin_px} px"


def _observation(
    audited: Audited,
    sample: Sample,
    rows: Sequence[Mapping[str, object]],
    message: str,
    fix: str,
) -> Observation:
    return Observation(
        samples=(sample.id,),
        message=message,
        evidence={
            "margin_px": audited.margin_px(sample),
            "inner_xywh": list(audited.inspected(sample)),
            "split": audited.part_of[sample.id],
            "boxes": list(rows[:SHOWN]),
        },
        fix=fix,
    )


CHECK = Check("ANN301", "defect-in-the-margin", "ANN", "warn", "data", run)
