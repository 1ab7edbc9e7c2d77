"""Figures of what boxes hold, as JSON can keep them: they cost more than all other checks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, astuple
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from engine.audit.tool.crops import box_mask, cut_crop
from engine.audit.tool.declared import MOST_ROUND_RATIO
from engine.audit.tool.headings import HeadingFigures, measure_headings
from engine.audit.tool.likeness import Likeness
from engine.audit.tool.looked_at import LookedAt, ratios
from engine.audit.tool.lying import Lying, how_it_lies
from engine.audit.tool.symmetry import SymmetryFigures, measure
from engine.data.boxes.geometry import sizes_wh
from engine.records import Sample

Grey = Callable[[Sample], NDArray[np.uint8]]
"""The grey photo (H, W) of a sample; raises UnreadableImage where it is gone."""

Result = TypeVar("Result")

BY_TURN = ("own", "told", "steady")
BY_THING = ("upright", "upright_by_edges", "like_others", "like_mirrored")


def see_turned(boxes: Sequence[LookedAt], grey: Grey) -> dict[str, Any]:
    """How the things look turned."""
    crops = np.array(_of_each(boxes, grey, lambda photo, box: cut_crop(photo, box.corners)))
    sizes = sizes_wh(np.array([each.corners for each in boxes]))
    ratio, wide = float(np.median(ratios(boxes))), float(np.median(sizes[:, 0] - sizes[:, 1])) > 0
    mask = box_mask(ratio, wide=wide)
    whole = Likeness(crops, mask)
    circle = Likeness(crops, box_mask(ratio, wide=wide, circle=True))
    symmetry = measure(whole, circle, round_enough=ratio <= MOST_ROUND_RATIO)
    headings = measure_headings(whole, Likeness(crops, mask, edges_only=True))
    by_turn = {name: list(getattr(symmetry, name).items()) for name in BY_TURN}
    return {
        "symmetry": {"alike": symmetry.alike, **by_turn},
        "headings": {
            **asdict(headings),
            **{name: getattr(headings, name).tolist() for name in BY_THING},
        },
    }


def turned_of(seen: dict[str, Any]) -> tuple[SymmetryFigures, HeadingFigures]:
    """What `see_turned` gave."""
    symmetry, headings = seen["symmetry"], seen["headings"]
    by_turn = {name: dict(symmetry[name]) for name in BY_TURN}
    by_thing = {name: np.array(headings[name]) for name in BY_THING}
    return (
        SymmetryFigures(symmetry["alike"], **by_turn),
        HeadingFigures(agreement=headings["agreement"], **by_thing),
    )


def see_lying(boxes: Sequence[LookedAt], grey: Grey) -> list[tuple[float, ...] | None]:
    """How the thing in each upright box lies."""
    found = _of_each(boxes, grey, lambda photo, box: how_it_lies(photo, box.bbox_xywh))
    return [None if lying is None else astuple(lying) for lying in found]


def lying_of(seen: Sequence[Sequence[float] | None]) -> tuple[Lying | None, ...]:
    """What `see_lying` gave."""
    return tuple(None if each is None else Lying(*each) for each in seen)


def _of_each(
    boxes: Sequence[LookedAt], grey: Grey, work: Callable[[NDArray[np.uint8], LookedAt], Result]
) -> list[Result]:
    """The work on each box, in their order; photos are read once, one after the other."""
    found: dict[int, Result] = {}
    for name in dict.fromkeys(box.sample.id for box in boxes):
        own = [at for at, box in enumerate(boxes) if box.sample.id == name]
        photo = grey(boxes[own[0]].sample)
        found |= {at: work(photo, boxes[at]) for at in own}
    return [found[at] for at in range(len(boxes))]
