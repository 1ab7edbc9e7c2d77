"""A defect lies in the margin along the image edge.

What it does
------------
Lists the annotated regions that reach into `margins.edge`, or lie outside of `input.roi`. Their
pixels there are left out of training, masked and not turned into background, and the report
measures the edge apart from the interior. A box around the whole photo, such as a line of text that
was cut out, has no margin.

Why it matters
--------------
Near the edge a network sees less around a pixel, so it is less accurate there, and a defect that
the frame cuts looks like another one. A defect that lies in the margin alone teaches nothing.

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
        frame = audited.settings.roi_xywh or (0, 0, sample.size_hw[1], sample.size_hw[0])
        margin_px = audited.settings.margin.to_px((frame[3], frame[2]))
        inner = audited.inspected(sample)
        regions = audited.regions[sample.id]
        if isinstance(sample.annotation, BoxAnnotation):
            regions = tuple(each for each in regions if not each.holds(frame))
        outside = [region for region in regions if not region.meets(frame)]
        near = [region for region in regions if margin_px and region.gap_px(frame) < margin_px]
        near = [region for region in near if region not in outside]
        near.sort(key=lambda region: region.gap_px(frame))
        if outside:
            words = "outside of input.roi, where nothing is trained on or measured"
            yield _observation(audited, sample, outside, f"lies {words}", inner, margin_px)
        if near:
            gap = max(near[0].gap_px(frame), 0)
            words = f"reaches into the margin: {gap} px from the edge, the margin is {margin_px} px"
            yield _observation(audited, sample, near, words, inner, margin_px)


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
