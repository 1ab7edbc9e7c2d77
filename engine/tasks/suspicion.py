"""How sure a model must be of something on a training photo to doubt its annotation.

It was trained to call what nobody annotated background. On validation photos its word is free:
where it is as sure, and nearly always right there, it is to be believed.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

LEAST_RIGHT = 0.95
"""Share of the marks on validation photos, at least as sure, that lie on something annotated."""

FEWEST_RIGHT = 5


def choose_suspicion(marks: Sequence[tuple[float, bool]]) -> float | None:
    """The limit; None where its marks are not right often enough to say.

    Args:
        marks: (how sure, whether right) of all marks on validation photos.
    """
    ordered = sorted(marks, key=lambda mark: -mark[0])
    right = np.cumsum([is_right for _, is_right in ordered])
    share = right / np.arange(1, len(ordered) + 1)
    enough = np.flatnonzero((share >= LEAST_RIGHT) & (right >= FEWEST_RIGHT))
    return ordered[enough[-1]][0] if len(enough) else None
