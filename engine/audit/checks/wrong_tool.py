"""The annotation tool does not fit the thing.

What it does
------------
Looks at what boxes of each class hold, at most 40 of them, ten at least:

- thin or small things marked with boxes: the median box is under 6 px high or wide, or is ten times
  as long as wide and under 16 px across;
- upright boxes around things that lie at many angles: the things fill their boxes, are about
  equally elongated, at least 30 % lie more than 15 degrees off, and their angles differ by 15
  degrees or more (corners and triangles that all lie alike do not);
- oriented boxes on things that look the same however they are turned;
- a `symmetry` that the crops contradict: a turn that should change the thing changes nothing, and
  the things tell no heading steadily, however small its mark; or one that should change nothing
  changes it;
- boxes marked upside down: turned by 180 degrees they look like the others, as they are not. Edges
  alone must say so, and things that are rather mirrored, or other variants, are passed over.

It asks for things that look alike, so it is quiet about classes whose members differ, as text does.

Why it matters
--------------
A box around a scratch is mostly background. A network cannot learn a heading that the thing does
not have, and spends itself on the try; boxes marked upside down teach it to guess. An upright box
around a slanting part says little about where the part is.

How to mend it
--------------
Mark thin things with a brush (task: segmentation), things at an angle with oriented boxes, things
without a direction with upright boxes (task: detection). State the symmetry: `none` for a thing
with a heading, 2 for two equal ends, 6 for a nut, `round` for a washer. Turn the boxes that are
upside down.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from engine.audit.audited import Audited
from engine.audit.check import Check
from engine.audit.finding import Observation
from engine.audit.tool.declared import contradiction
from engine.audit.tool.looked_at import LookedAt, across_px, ratios
from engine.audit.tool.slanting import slanting
from engine.data.boxes.geometry import as_lists
from engine.recipe.metrics import DETECTION

FEWEST = 10
SMALL_PX, THIN_PX, THIN_RATIO = 6.0, 16.0, 10.0
LEAST_ALIKE = 0.6
MOST_UPSIDE_DOWN = 0.3
SHOWN = 12


def run(audited: Audited) -> Iterator[Observation]:
    """What speaks against the boxes of each class."""
    for index, name in enumerate(audited.dataset.class_names):
        boxes = audited.boxes(index)
        if len(boxes) < FEWEST:
            continue
        yield from _thin(name, boxes)
        if audited.settings.task == "detection":
            yield from _lying(name, boxes, audited)
        else:
            yield from _turned(name, audited.settings.symmetries[index], boxes, audited)


def _thin(name: str, boxes: Sequence[LookedAt]) -> Iterator[Observation]:
    across, ratio = float(np.median(across_px(boxes))), float(np.median(ratios(boxes)))
    if across < SMALL_PX or (ratio >= THIN_RATIO and across < THIN_PX):
        words = "small" if across < SMALL_PX else "thin"
        yield _observation(
            f"the things of {name!r} are {words} for boxes: half of them are under {across:.0f} px "
            f"across, {ratio:.1f} times as long",
            {"class": name, "px across": round(across, 1), "length by width": round(ratio, 1)},
            boxes,
            "Mark them with a brush (task: segmentation)",
        )


def _lying(name: str, boxes: Sequence[LookedAt], audited: Audited) -> Iterator[Observation]:
    found = [boxes[at] for at in slanting(audited.lying(boxes))]
    if found:
        share = len(found) / len(boxes)
        yield _observation(
            f"upright boxes of {name!r} hold things that lie at an angle: {share:.0%} of those "
            "looked at",
            {"class": name, "share": round(share, 3)},
            found,
            "Mark them with oriented boxes (task: oriented_detection)",
        )


def _turned(
    name: str, declared: str | int, boxes: Sequence[LookedAt], audited: Audited
) -> Iterator[Observation]:
    seen = audited.turned(boxes)
    if seen is None or seen[0].alike < LEAST_ALIKE:
        return
    figures, headings = seen
    evidence = {
        "class": name,
        "symmetry": declared,
        "likeness of two things": round(figures.alike, 3),
        "likeness after a turn": _by_turn(figures.own),
        "what the headings tell": _by_turn(figures.told),
        "how steadily": _by_turn(figures.steady),
    }
    against = contradiction(declared, figures, float(np.median(ratios(boxes))))
    if against is not None:
        yield _observation(f"{name!r} {against.said}", evidence, boxes, against.fix)
    elif declared == "none":
        down = [boxes[at] for at in headings.upside_down()]
        if len(down) > MOST_UPSIDE_DOWN * len(boxes):
            message = f"the headings of {name!r} are marked at random: {len(down)} of "
            message += f"{len(boxes)} looked at lie upside down to the others"
            yield _observation(message, evidence, down, "Mark the same end as top on each", boxes)
        elif down:
            are, them = ("is", "it") if len(down) == 1 else ("are", "them")
            message = f"{len(down)} of {len(boxes)} boxes of {name!r} looked at {are} upside down"
            yield _observation(message, evidence, down, f"Turn {them} by 180 degrees", boxes)


def _by_turn(figures: Mapping[float, float]) -> dict[str, float]:
    return {f"{turn:.0f}": round(value, 3) for turn, value in figures.items()}


def _observation(
    message: str,
    evidence: Mapping[str, object],
    boxes: Sequence[LookedAt],
    fix: str,
    among: Sequence[LookedAt] = (),
) -> Observation:
    """With a sheet of the boxes, each with its top up, and one of the others to compare."""
    accused = {id(each) for each in boxes}
    others = [each for each in among if id(each) not in accused]
    kinds = [_kind("these, their marked top up", boxes)]
    if others:
        kinds.append(_kind("the others, their marked top up", others))
    return Observation(
        samples=tuple(dict.fromkeys(each.sample.id for each in boxes)),
        message=message,
        evidence={**evidence, "kinds": kinds},
        fix=fix,
    )


def _kind(title: str, boxes: Sequence[LookedAt]) -> dict[str, object]:
    rows = [{"sample": each.sample.id, "corners": as_lists(each.corners)} for each in boxes[:SHOWN]]
    return {"kind": title, "regions": rows}


CHECK = Check("ANN304", "wrong-annotation-tool", "ANN", "warn", "data", run, DETECTION)
