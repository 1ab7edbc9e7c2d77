"""How likely each place is annotated, judged by the places of other photos.

What it looks like, and how far the most alike annotated and the most alike other place are. All
is learnt from, and compared with, places of the other folds alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.neighbors import NearestNeighbors

from engine.audit.lookalikes.photos import ANNOTATED, BACKGROUND

Figures = NDArray[np.float32]
Numbers = NDArray[np.intp]
Kinds = NDArray[np.int8]

FOLDS = 3
DIMENSIONS = 30
MOST_FOR_AXES = 2400
NEIGHBOURS = (1, 3)
MOST_COMPARED = 6000
"""Places that each is compared with."""

FAR = 9.0
"""Distance, in spreads of the places, to what does not exist."""

MOST_ANNOTATED, MOST_OTHERS = 1500, 4000
"""Places that the trees learn from."""

TREES, LEAST_LEAF = 60, 3


@dataclass(frozen=True, slots=True)
class Axes:
    """The axes (patch, dimensions) along which patches differ most, and the middle (patch,)."""

    middle: Figures
    axes: Figures

    def along(self, patches: Figures) -> Figures:
        """Where patches (n, patch) lie, (n, dimensions)."""
        return np.asarray((patches - self.middle) @ self.axes, np.float32)


def main_axes(patches: Figures, rng: np.random.Generator) -> Axes:
    """The axes of patches (n, patch)."""
    chosen = patches[some(np.arange(len(patches)), MOST_FOR_AXES, rng)]
    middle = chosen.mean(0)
    _, axes = np.linalg.eigh(np.cov(chosen - middle, rowvar=False))
    return Axes(middle, np.ascontiguousarray(axes[:, ::-1][:, :DIMENSIONS], np.float32))


def some(numbers: Numbers, most: int, rng: np.random.Generator) -> Numbers:
    """All of them, or so many drawn from them."""
    return numbers if len(numbers) <= most else rng.choice(numbers, most, replace=False)


def judge(
    figures: Figures, looks: Figures, kind: Kinds, fold: Numbers, rng: np.random.Generator
) -> tuple[NDArray[np.float64], Numbers]:
    """How likely each place is annotated, and which annotated place it is most like (-1: none).

    Args:
        figures: (n, figures) of each place.
        looks: (n, dimensions) where its patch lies.
        kind: (n,) `ANNOTATED`, `BACKGROUND` or `UNUSED`.
        fold: (n,) of its photo.
        rng: draws where there are more places than are learnt from.
    """
    near, resembles = _neighbours(looks, kind, fold, rng)
    every = np.concatenate([figures, looks, near], 1)
    likelihood = np.zeros(len(every))
    for each in range(FOLDS):
        own = fold == each
        if own.any():
            likelihood[own] = _likelihood(every, kind, ~own, own, rng)
    return likelihood, resembles


def _neighbours(
    looks: Figures, kind: Kinds, fold: Numbers, rng: np.random.Generator
) -> tuple[Figures, Numbers]:
    """Distances to the most alike annotated and other places of other folds, and which."""
    looks = looks / max(float(looks.std(0).mean()), 1e-6)
    most = max(NEIGHBOURS)
    distances = np.full((len(looks), 2 * len(NEIGHBOURS)), FAR, np.float32)
    resembles = np.full(len(looks), -1, np.intp)
    for each in range(FOLDS):
        own = np.flatnonzero(fold == each)
        for side, wanted in enumerate((ANNOTATED, BACKGROUND)):
            others = np.flatnonzero((fold != each) & (kind == wanted))
            others = some(others, MOST_COMPARED, rng)
            if len(others) < most or not len(own):
                continue
            index = NearestNeighbors(n_neighbors=most, algorithm="brute").fit(looks[others])
            far, which = index.kneighbors(looks[own])
            first = side * len(NEIGHBOURS)
            distances[own, first : first + len(NEIGHBOURS)] = far[:, [k - 1 for k in NEIGHBOURS]]
            if wanted == ANNOTATED:
                resembles[own] = others[which[:, 0]]
    logarithms = np.log(distances + 0.1)
    return np.concatenate([logarithms, logarithms[:, :2] - logarithms[:, 2:]], 1), resembles


def _likelihood(
    figures: Figures,
    kind: Kinds,
    others: NDArray[np.bool_],
    own: NDArray[np.bool_],
    rng: np.random.Generator,
) -> NDArray[np.float64]:
    """How likely the places of one fold are annotated, learnt from those of the others."""
    rows, weights = [], []
    for wanted, most in ((ANNOTATED, MOST_ANNOTATED), (BACKGROUND, MOST_OTHERS)):
        every = np.flatnonzero(others & (kind == wanted))
        if not len(every):
            return np.zeros(np.count_nonzero(own))
        rows.append(some(every, most, rng))
        weights.append(len(every) / len(rows[-1]))
    chosen = np.concatenate(rows)
    trees = ExtraTreesClassifier(TREES, min_samples_leaf=LEAST_LEAF, random_state=0)
    trees.fit(figures[chosen], kind[chosen] == ANNOTATED)
    share = trees.predict_proba(figures[own])[:, 1]
    yes, no = share * weights[0], (1 - share) * weights[1]
    return np.asarray(yes / (yes + no), np.float64)
