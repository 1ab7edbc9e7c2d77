"""A coreset of a stream of features, in memory that does not grow with the stream.

A coreset of k features is good when none is far from its nearest member: the k-centre problem,
for which choosing the farthest feature again and again is within twice the best (Gonzalez, 1985;
Roth et al., 2022, section 3.2). Over a stream, features nearer to what is kept than a radius are
passed over; when more than `LIMIT` are kept, the radius grows (Charikar et al., Incremental
Clustering, 1997): the result stays within a constant of the best.

Distances are taken between random projections, which keep them well enough (Johnson and
Lindenstrauss, 1984).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Features = NDArray[np.float32]

LIMIT = 20_000
"""Most features held while the stream goes by."""

PROJECTED = 64
"""Numbers that a feature is compared by."""

EQUAL = 1e-5
"""Features whose squared distance is a smaller share of their own squares are the same: float32 and
a matrix product tell no more."""


@dataclass(slots=True)
class CoresetStream:
    """Takes in features, and gives the coreset of all of them.

    Attributes:
        seed: of projection and first choice.
        limit: most features held.
    """

    seed: int
    limit: int = LIMIT
    _kept: Features | None = None
    _near: Features | None = None
    _owner: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    _projection: Features | None = None
    _radius: float = 0.0
    taken_in: int = 0

    def add(self, features: Features, owner: int) -> None:
        """Takes in features (N, D) of the object `owner`."""
        self.taken_in += len(features)
        near = self._project(features)
        if self._near is not None and self._radius > 0.0:
            new = squared_distances(near, self._near).min(axis=1) > self._radius**2
            features, near = features[new], near[new]
        if self._kept is None or self._near is None:
            self._kept, self._near = features.copy(), near
        else:
            self._kept = np.concatenate([self._kept, features])
            self._near = np.concatenate([self._near, near])
        self._owner = np.concatenate([self._owner, np.full(len(features), owner, np.int64)])
        if len(self._owner) > self.limit:
            self._thin(self.limit // 2)

    def coreset(self, count: int) -> tuple[Features, NDArray[np.int64]]:
        """At most `count` features (M, D), and the object that each is of (M,)."""
        if self._kept is None:
            raise ValueError("a coreset of no feature")
        if len(self._owner) > count:
            self._thin(count)
        return self._kept, self._owner

    def _thin(self, count: int) -> None:
        if self._kept is None or self._near is None:
            return
        chosen, radius = farthest_first(self._near, count, self.seed)
        self._kept, self._near = self._kept[chosen], self._near[chosen]
        self._owner = self._owner[chosen]
        self._radius = max(self._radius, radius)

    def _project(self, features: Features) -> Features:
        if self._projection is None:
            width = features.shape[1]
            rng = np.random.default_rng(self.seed)
            size = (width, min(width, PROJECTED))
            random = rng.standard_normal(size, dtype=np.float32) / np.sqrt(np.float32(size[1]))
            self._projection = np.eye(width, dtype=np.float32) if width <= PROJECTED else random
        return np.asarray(features @ self._projection, np.float32)


def farthest_first(features: Features, count: int, seed: int) -> tuple[NDArray[np.int64], float]:
    """Indices of `count` features, each the farthest from those before, and the radius covered.

    Args:
        features: (N, D).
        count: at least 1; fewer are chosen where fewer differ.
    """
    first = int(np.random.default_rng(seed).integers(len(features)))
    squares = np.einsum("nd,nd->n", features, features)
    chosen = [first]
    distance = np.full(len(features), np.inf, np.float32)
    while True:
        last = chosen[-1]
        to_last = squares + squares[last] - 2.0 * (features @ features[last])
        np.minimum(distance, to_last, out=distance)
        farthest = int(distance.argmax())
        radius = float(np.sqrt(max(distance[farthest], 0.0)))
        if len(chosen) >= min(count, len(features)) or distance[farthest] <= 0.0:
            return np.array(chosen, np.int64), radius
        chosen.append(farthest)


def squared_distances(left: Features, right: Features) -> Features:
    """Squared Euclidean distances (N, M) of (N, D) and (M, D), by one matrix product."""
    product = left @ right.T
    product *= -2.0
    product += np.einsum("nd,nd->n", left, left)[:, None]
    product += np.einsum("md,md->m", right, right)[None]
    return np.asarray(np.maximum(product, 0.0), np.float32)
