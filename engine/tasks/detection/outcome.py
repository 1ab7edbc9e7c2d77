"""What the model got right and wrong on one photo.

These definitions are the contract behind the metrics of detection; a change is a breaking change.

*Regions.* A thing belongs to the `interior` when its middle lies there, else to the `edge`; so does
a detection. In the figures of a region, things of another one are not asked for: a detection on one
of them is neither right nor wrong, and a detection with nothing under it counts where it lies.
A detection is neither right nor wrong either where half of it lies in a box to be ignored.

*Right.* As COCO has it (`engine.tasks.detection.matching`), at ten overlaps; the figures at the
chosen thresholds use an intersection over union of at least 0.5.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from engine.tasks.detection.detections import Detections, Things
from engine.tasks.detection.matching import THRESHOLDS, match
from engine.tasks.detection.photos import inside_margin

Region = Literal["all", "interior", "edge"]
REGIONS: tuple[Region, ...] = ("all", "interior", "edge")


@dataclass(frozen=True, slots=True, eq=False)
class RegionOutcome:
    """Of the m things and n detections of a photo, in one of its regions.

    Attributes:
        wanted: (m,) the things that are to be found.
        thing: (T, n) the thing that each detection found at each overlap, -1 for none.
        counted: (T, n) the detections that count as right or wrong.
    """

    name: Region
    wanted: NDArray[np.bool_]
    thing: NDArray[np.int64]
    counted: NDArray[np.bool_]

    @property
    def right(self) -> NDArray[np.bool_]:
        """(T, n) the detections that found a thing."""
        return self.thing >= 0


@dataclass(frozen=True, slots=True, eq=False)
class PhotoOutcome:
    """Everything that the report needs of one photo; `edge` is missing where there is no margin."""

    sample_id: str
    object: str
    size_hw: tuple[int, int]
    things: Things
    detections: Detections
    regions: tuple[RegionOutcome, ...]

    def region(self, name: Region) -> RegionOutcome | None:
        """The outcome in one region, None where the photo has no such region."""
        return next((region for region in self.regions if region.name == name), None)


def observe(
    sample_id: str,
    object: str,
    size_hw: tuple[int, int],
    things: Things,
    detections: Detections,
    margin_px: float,
    orders: Sequence[int],
) -> PhotoOutcome:
    """Compares what was found on a photo with what is there.

    Args:
        size_hw: of the photo's region of interest, in px.
        things: **with** those in the margin: that region is measured too.
        margin_px: width of the edge band; 0 for none.
        orders: the symmetry of each class.
    """
    inner_things = inside_margin(things.boxes, size_hw, margin_px)
    inner_found = inside_margin(detections.boxes, size_hw, margin_px)
    members = {
        "all": (np.ones(len(things), bool), np.ones(len(detections), bool)),
        "interior": (inner_things, inner_found),
        "edge": (~inner_things, ~inner_found),
    }
    regions = tuple(
        _in_region(name, *members[name], things, detections, orders)
        for name in REGIONS
        if name != "edge" or margin_px > 0
    )
    return PhotoOutcome(sample_id, object, size_hw, things, detections, regions)


def _in_region(
    name: Region,
    member: NDArray[np.bool_],
    found_here: NDArray[np.bool_],
    things: Things,
    detections: Detections,
    orders: Sequence[int],
) -> RegionOutcome:
    to_ignore = things.ignored | ~member
    thing = np.full((len(THRESHOLDS), len(detections)), -1, np.int64)
    counted = np.ones(thing.shape, bool)
    for index, order in enumerate(orders):
        own = np.flatnonzero(detections.classes == index)
        there = np.flatnonzero((things.classes == index) | things.ignored)
        matches = match(
            detections.boxes[own],
            detections.scores[own],
            things.boxes[there],
            to_ignore[there],
            things.ignored[there],
            order,
        )
        known = np.append(there, -1)  # -1 stays -1
        thing[:, own] = known[matches.thing]
        counted[:, own] = ~matches.ignored
    counted &= (thing >= 0) | found_here
    return RegionOutcome(name, member & ~things.ignored, thing, counted)
