"""A defect or a thing lies in the margin along the image edge.

What it does
------------
Lists the annotated regions that reach into `margins.edge`, or lie outside of `input.roi`. Their
pixels there are left out of training, masked and not turned into background; so are boxes whose
middle lies there. The report measures the edge apart from the interior. A box around the whole
photo, such as a line of text that was cut out, has no margin.

Why it matters
--------------
Near the edge a network sees less around a pixel, so it is less accurate there, and what the frame
cuts looks like something else. What lies in the margin alone teaches nothing.

How to mend it
--------------
Point the camera so that the inspected surface keeps a margin to the image edge. If the edge must
be inspected and its accuracy will do, lower `margins.edge`.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.audit.audited import Audited
from engine.audit.check import Check
from engine.audit.finding import Observation
from engine.audit.regions import AnnotatedRegion
from engine.records import BoxAnnotation, Sample

SHOWN = 10


def run(audited: Audited) -> Iterator[Observation]:
    """One observation for each photo with regions in the margin."""
    for sample in audited.samples:
        frame, margin_px = audited.frame(sample), audited.margin_px(sample)
        inner = audited.inspected(sample)
        regions = audited.regions[sample.id]
        if isinstance(sample.annotation, BoxAnnotation):
            regions = tuple(each for each in regions if not each.holds(frame))
        outside = [region for region in regions if not region.meets(frame)]
        near = [region for region in regions if region.in_margin(frame, margin_px)]
        near = [region for region in near if region not in outside]
        near.sort(key=lambda region: region.gap_px(frame))
        if outside:
            words = "outside of input.roi, where nothing is trained on or measured"
            yield _observation(audited, sample, outside, f"lies {words}", inner, margin_px)
        if near:
            words = f"{_how_near(near[0], sample, frame)}, the margin is {margin_px} px"
            yield _observation(audited, sample, near, words, inner, margin_px)


def _how_near(
    region: AnnotatedRegion, sample: Sample, frame_xywh: tuple[int, int, int, int]
) -> str:
    height, width = sample.size_hw
    out_px = -region.gap_px((0, 0, width, height))
    if out_px > 0:
        return f"reaches {out_px} px out of the photo"
    return f"reaches into the margin: {max(region.gap_px(frame_xywh), 0)} px from the edge"


def _observation(
    audited: Audited,
    sample: Sample,
    regions: list[AnnotatedRegion],
    words: str,
    inner_xywh: tuple[int, int, int, int],
    margin_px: int,
) -> Observation:
    names = audited.dataset.class_names
    more = f" (and {len(regions) - 1} more)" if len(regions) > 1 else ""
    return Observation(
        samples=(sample.id,),
        message=f"a region of {names[regions[0].class_index]!r}{more} {words}",
        evidence={
            "margin_px": margin_px,
            "inner_xywh": list(inner_xywh),
            "split": audited.part_of[sample.id],
            "boxes": [
                {"class": names[region.class_index], "bbox_xywh": list(region.bbox_xywh)}
                for region in regions[:SHOWN]
            ],
        },
        fix="Keep a margin around what is inspected, or lower margins.edge",
    )


CHECK = Check("ANN301", "defect-in-the-margin", "ANN", "warn", "data", run)
