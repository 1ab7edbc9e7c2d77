"""Characters as polylines: the paths of `skeleton_table`, corners rounded or cut."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from engine.lettering.skeleton_table import SKELETONS

Path = NDArray[np.float64]
"""(n, 2) points, x in 0…8 and y in 0…15; the baseline is at 12."""

BASELINE = 12.0
SOFTNESS = (0.5, 1.2, 2.0, 2.0, 3.0, 3.0, 4.0, 4.0)
"""Radii of corners to choose from, in units of the paths."""


@lru_cache(maxsize=4096)
def paths(character: str, alternative: int, radius: float, *, cut: bool) -> tuple[Path, ...]:
    """The polylines of a character.

    Args:
        alternative: which of its forms, counted on from the first again where there are fewer.
        radius: of round corners, in units of the paths.
        cut: corners are cut off rather than rounded, as in engravings.
    """
    forms = SKELETONS[character].split("|")
    form = forms[alternative % len(forms)]
    return tuple(_rounded(path.split(), radius, cut) for path in form.split(",") if path)


def _rounded(words: list[str], radius: float, cut: bool) -> Path:
    points = np.array([(int(word[0], 16), int(word[1], 16)) for word in words], np.float64)
    soft = [len(word) > 2 for word in words]
    steps = np.array([0.0, 1.0]) if cut else np.linspace(0.0, 1.0, 6)
    result = [points[:1]]
    for index in range(1, len(points) - 1):
        corner = points[index]
        if not soft[index] or radius <= 0:
            result.append(corner[None])
            continue
        ends = []
        for other in (index - 1, index + 1):
            leg = points[other] - corner
            length = float(np.hypot(*leg))
            most = length / 2 if soft[other] else length
            ends.append(corner + leg * min(radius, most) / length)
        t = steps[:, None]
        result.append((1 - t) ** 2 * ends[0] + 2 * t * (1 - t) * corner + t**2 * ends[1])
    result.append(points[-1:])
    return np.concatenate(result)
