"""Which things of a class lie at an angle in their upright boxes, where they lie at many."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.audit.tool.lying import Lying

FEWEST = 10
LEAST_ELONGATED, LEAST_OFF_DEG, LEAST_SHARE = 1.3, 15.0, 0.3
MOST_SPREAD = 1.5
"""Ninth tenth of elongations by the first: things of one kind are about equally long."""

LEAST_DIFFERENCE_DEG = 15.0
"""From the first to the ninth tenth of angles to the box, 36 for things at any angle.

Corners and triangles that all lie alike have an axis of 45 degrees, each of them; turned by quarter
turns or mirrored as well.
"""


def slanting(seen: Sequence[Lying | None]) -> list[int]:
    """Those that lie at an angle; none where these are few, differ in kind or all lie alike."""
    lengths = [lying.elongation for lying in seen if lying is not None]
    if len(lengths) < FEWEST:
        return []
    low, high = np.percentile(lengths, (10, 90))
    if high > MOST_SPREAD * low:
        return []
    angles = {
        at: lying.off_axis_deg
        for at, lying in enumerate(seen)
        if lying is not None and lying.elongation >= LEAST_ELONGATED
    }
    found = [at for at, angle in angles.items() if angle >= LEAST_OFF_DEG]
    if len(found) < LEAST_SHARE * len(seen):
        return []
    low, high = np.percentile(list(angles.values()), (10, 90))
    return found if high - low >= LEAST_DIFFERENCE_DEG else []
