"""How unlike all other objects an object is, with the memory alone held.

The odd patches of an object are in the memory, which takes the farthest first: an object is as odd
as the oddest of its patches there, each by its distance from the nearest patch, in the memory or
not, of any other object. Were it held against the others' patches in the memory alone, it would
miss its own, which are often the only ones of their place there, and any object would look odd.

An object without a patch in the memory is as odd as its patch that is farthest from the memory.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.tasks.anomaly_detection.patches.coreset import EQUAL, Features, squared_distances


class Crowd:
    """Meets the photos one after the other, and then scores their objects.

    Args:
        memory: (M, D) patches.
        owners: (M,) number of the object that each is of.
    """

    def __init__(self, memory: Features, owners: NDArray[np.int64]) -> None:
        self._memory, self._owners = memory, owners
        self._nearest = np.full(len(memory), np.inf, np.float32)
        self._farthest: dict[int, float] = {}
        self._having = set(owners.tolist())

    def meet(self, features: Features, owner: int) -> None:
        """Takes notice of features (N, D) of an object."""
        squares = squared_distances(self._memory, features)
        length = float(np.einsum("nd,nd->n", features, features).max(initial=0.0))
        squares[squares < EQUAL * length] = 0.0
        others = self._owners != owner
        self._nearest[others] = np.minimum(self._nearest, squares.min(axis=1))[others]
        if owner not in self._having:
            farthest = float(squares.min(axis=0).max())
            self._farthest[owner] = max(farthest, self._farthest.get(owner, 0.0))

    def scores(self) -> dict[int, float]:
        """Distance of each object from the others; none where there are no others."""
        met = np.isfinite(self._nearest)
        own = {
            int(owner): float(self._nearest[met & (self._owners == owner)].max())
            for owner in np.unique(self._owners[met])
        }
        return {owner: square**0.5 for owner, square in {**self._farthest, **own}.items()}
