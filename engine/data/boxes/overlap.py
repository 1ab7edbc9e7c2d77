"""How much boxes overlap: intersection over union of any two convex quadrilaterals."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from shapely import STRtree, area, intersection, polygons

Corners = NDArray[np.float32]
Pairs = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]
"""First, second, and intersection over union: one of each for every pair that meets."""


def pairs_within(corners: Corners) -> Pairs:
    """The pairs of boxes (n, 4, 2) that meet, each once, the first before the second."""
    first, second, shared = pairs_between(corners, corners)
    once = first < second
    return first[once], second[once], shared[once]


def pairs_between(corners: Corners, others: Corners) -> Pairs:
    """The pairs of a box (n, 4, 2) and another (m, 4, 2) that meet."""
    if not len(corners) or not len(others):
        nothing = np.empty(0, np.int64)
        return nothing, nothing, np.empty(0)
    own, other = (polygons(each.astype(np.float64)) for each in (corners, others))
    first, second = STRtree(other).query(own, predicate="intersects")
    common = area(intersection(own[first], other[second]))
    union = area(own[first]) + area(other[second]) - common
    return first, second, common / np.maximum(union, 1e-9)
