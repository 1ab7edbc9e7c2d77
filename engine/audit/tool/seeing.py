"""Figures of what boxes hold, as JSON can keep them: they cost more than all other checks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, astuple
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from engine.audit.tool.crops import box_mask, cut_crop
from engine.audit.tool.likeness import Likeness
from engine.audit.tool.looked_at import LookedAt, ratios
from engine.audit.tool.lying import Lying, how_it_lies
from engine.audit.tool.symmetry import SymmetryFigures, measure
from engine.data.boxes.geometry import sizes_wh
from engine.records import Sample

MOST_ROUND_RATIO = 1.35
"""A thing with another symmetry than 2 is not longer than this, by its shorter side."""

Grey = Callable[[Sample], NDArray[np.uint8]]
"""The grey photo (H, W) of a sample; raises UnreadableImage where it is gone."""

Result = TypeVar("Result")


def see_symmetry(boxes: Sequence[LookedAt], grey: Grey) -> dict[str, Any]:
    """How the things look turned."""
    crops = _of_each(boxes, grey, lambda photo, box: cut_crop(photo, box.corners))
    sizes = sizes_wh(np.array([each.corners for each in boxes]))
    ratio = float(np.median(ratios(boxes)))
    mask = box_mask(ratio, wide=float(np.median(sizes[:, 0] - sizes[:, 1])) > 0)
    figures = measure(Likeness(np.array(crops), mask), round_enough=ratio <= MOST_ROUND_RATIO)
    return {
        **asdict(figures),
        "own": list(figures.own.items()),
        "told": list(figures.told.items()),
        "upright": figures.upright.tolist(),
    }


def symmetry_of(seen: dict[str, Any]) -> SymmetryFigures:
    """What `see_symmetry` gave."""
    return SymmetryFigures(
        alike=seen["alike"],
        own=dict(seen["own"]),
        told=dict(seen["told"]),
        upright=np.array(seen["upright"]),
        agreement=seen["agreement"],
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
