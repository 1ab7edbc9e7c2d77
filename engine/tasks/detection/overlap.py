"""How much boxes overlap, seen through the symmetry of their class.

A nut whose box was drawn turned by 60 degrees is the same nut: where a class has a symmetry, the
second box of a pair is turned to the angle nearest to that of the first before they are compared.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from shapely import STRtree, area, box, intersection, polygons

from engine.tasks.detection.boxes import HEADING, NO_ANGLE, half_extents, to_corners

QUARTERS = 4
"""Where a quarter turn looks the same, a box is as good with its sides swapped."""

HALF = 0.5
"""Boxes that overlap by more than this have their middles in each other."""

AT_ONCE = 512
"""Boxes whose distances to all others are looked at together."""

SLACK_PX = 1e-2
"""By how much rounding may make a box seem smaller."""

Floats = NDArray[np.float32]
Pairs = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]
"""First, second, and intersection over union: one of each for every pair that may meet."""


def overlaps(
    boxes: Floats,
    others: Floats,
    order: int,
    *,
    once: bool = False,
    least: float = 0.0,
    apart: NDArray[np.uint8] | None = None,
) -> Pairs:
    """The pairs of a box (n, 5) and another (m, 5) that meet.

    Args:
        order: the symmetry of their class; see `engine.tasks.detection.boxes`.
        once: the boxes are the others too; each pair once, none with itself.
        least: intersections over union that are no larger are left out.
        apart: labels (n,) of boxes that are the others too; pairs of one label are left out.
    """
    find = _centred if least >= HALF else _near
    first, second = find(boxes, others)
    if once:
        each_once = first < second
        first, second = first[each_once], second[each_once]
    if apart is not None:
        differ = apart[first] != apart[second]
        first, second = first[differ], second[differ]
    if not len(first):
        return first, second, np.empty(0)
    own, other = boxes[first], others[second].copy()
    if order == NO_ANGLE:
        shared = _upright_overlap(own, other)
    else:
        period = 2 * np.pi / order
        turn = other[:, 4] - own[:, 4]
        other[:, 4] = own[:, 4] + turn - period * np.rint(turn / period)
        shared = _turned_overlap(own, other, least)
        if order % QUARTERS == 0:
            swapped = other[:, [0, 1, 3, 2, 4]]
            shared = np.maximum(shared, _turned_overlap(own, swapped, least))
    meets = shared > least
    return first[meets], second[meets], shared[meets]


def covered(boxes: Floats, others: Floats) -> NDArray[np.float64]:
    """The share of each box (n, 5) that lies in one of the others (m, 5), the largest, (n,)."""
    first, second, shared = overlaps(boxes, others, HEADING)
    sizes, theirs = (np.prod(each[:, 2:4].astype(np.float64), axis=1) for each in (boxes, others))
    common = shared * (sizes[first] + theirs[second]) / (1 + shared)
    most = np.zeros(len(boxes))
    np.maximum.at(most, first, common / np.maximum(sizes[first], 1e-9))
    return most


def _centred(boxes: Floats, others: Floats) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The pairs that may overlap by more than half, whatever their angles.

    Their middles lie in each other: else a line through one's middle would leave the other on one
    side of it, and no more than half of the one could be shared. So they lie no further apart than
    half of the shorter diagonal.
    """
    own, other = (np.hypot(each[:, 2], each[:, 3]) / 2 + SLACK_PX for each in (boxes, others))
    found = [(np.empty(0, np.int64),) * 2]
    for begin in range(0, len(boxes), AT_ONCE):
        rows = slice(begin, begin + AT_ONCE)
        x, y = (boxes[rows, axis, None] - others[None, :, axis] for axis in (0, 1))
        first, second = np.nonzero(x * x + y * y < np.minimum(own[rows, None], other) ** 2)
        found.append((first + begin, second))
    first, second = (np.concatenate(each) for each in zip(*found, strict=True))
    return first, second


def _near(boxes: Floats, others: Floats) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The pairs whose enclosing circles meet, whatever their angles."""
    if not len(boxes) or not len(others):
        nothing = np.empty(0, np.int64)
        return nothing, nothing
    own, other = (_surroundings(each) for each in (boxes, others))
    first, second = STRtree(other).query(own)
    sizes = (np.hypot(each[:, 2], each[:, 3]) for each in (boxes[first], others[second]))
    apart = np.hypot(*(boxes[first, :2] - others[second, :2]).T)
    meet = 2 * apart < sum(sizes)
    return first[meet], second[meet]


def _surroundings(boxes: Floats) -> NDArray[np.object_]:
    """The squares around the circles around boxes."""
    x, y = boxes[:, 0], boxes[:, 1]
    reach = np.hypot(boxes[:, 2], boxes[:, 3]) / 2
    return np.asarray(box(x - reach, y - reach, x + reach, y + reach))


def _upright_overlap(boxes: Floats, others: Floats) -> NDArray[np.float64]:
    """Of n pairs of boxes whose angles mean nothing."""
    own, other = boxes.astype(np.float64), others.astype(np.float64)
    low = np.maximum(own[:, :2] - own[:, 2:4] / 2, other[:, :2] - other[:, 2:4] / 2)
    high = np.minimum(own[:, :2] + own[:, 2:4] / 2, other[:, :2] + other[:, 2:4] / 2)
    common = np.prod(np.maximum(high - low, 0), axis=1)
    union = np.prod(own[:, 2:4], axis=1) + np.prod(other[:, 2:4], axis=1) - common
    return np.asarray(common / np.maximum(union, 1e-9))


def _most_overlap(boxes: Floats, others: Floats) -> NDArray[np.float64]:
    """What intersection over union n pairs may have at most, by the upright boxes around them.

    Most neighbours in a crowd are told apart by this, without cutting polygons.
    """
    reach = [half_extents(each) for each in (boxes, others)]
    low = np.maximum(boxes[:, :2] - reach[0], others[:, :2] - reach[1])
    high = np.minimum(boxes[:, :2] + reach[0], others[:, :2] + reach[1])
    sides = np.maximum(high - low + SLACK_PX, 0)
    sizes = [each[:, 2].astype(np.float64) * each[:, 3] for each in (boxes, others)]
    common = np.minimum(sides[:, 0] * sides[:, 1], np.minimum(*sizes))
    return np.asarray(common / np.maximum(sizes[0] + sizes[1] - common, 1e-9))


def _turned_overlap(boxes: Floats, others: Floats, least: float) -> NDArray[np.float64]:
    """Of n pairs of boxes; where it can be no more than `least`, something no larger than that."""
    shared = _most_overlap(boxes, others)
    close = shared > least
    shared[close] = _overlap(boxes[close], others[close])
    return shared


def _overlap(boxes: Floats, others: Floats) -> NDArray[np.float64]:
    """Of n pairs of boxes."""
    own, other = (polygons(to_corners(each).astype(np.float64)) for each in (boxes, others))
    common = area(intersection(own, other))
    union = area(own) + area(other) - common
    return np.asarray(common / np.maximum(union, 1e-9))
