"""Two kinds among regions: an axis that parts them, found on some objects and tried on others.

Regions of one object are no witnesses for one another. So the objects are dealt into folds; an axis
is sought on all folds but one, the regions of that one are laid on it, and only where they lie is
tested. A search over many axes finds two heaps in any crowd of points; on others it has no part in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.audit.kinds.dip import LEAST_SHARE, chance, dip, valley

Matrix = NDArray[np.float64]

FOLDS = 6
STARTS = 30
STEPS = 40
REFINED = 6
ROUNDS = 4
FEWEST_OBJECTS = 16
OBJECTS_A_DIMENSION = 8
MOST_DIMENSIONS = 12
PICKS = 15


@dataclass(frozen=True, slots=True)
class Separation:
    """How clearly regions fall into two kinds.

    Attributes:
        chance: how often one kind alone would look as divided.
        depth: of the valley between the two heaps; 0 is none, 1 that nothing lies between.
        agreement: mean correlation of the axes that the folds found, without sign.
        second: (n,) bool, which regions are of the second kind.
        scores: (n,) where each lies on its fold's axis, in spreads.
    """

    chance: float
    depth: float
    agreement: float
    second: NDArray[np.bool_]
    scores: Matrix


def separate(features: Matrix, objects: Sequence[str], seed: int = 0) -> Separation | None:
    """Tries to part regions (n, features) of named objects in two; None where there are too few."""
    names, owner = np.unique(np.asarray(objects), return_inverse=True)
    if len(names) < FEWEST_OBJECTS:
        return None
    rng = np.random.default_rng(seed)
    scaled = _scaled(features)
    fold = (rng.permutation(len(names)) % FOLDS)[owner]
    dimensions = int(np.clip(len(names) // OBJECTS_A_DIMENSION, 2, MOST_DIMENSIONS))
    scores = np.zeros(len(scaled))
    everywhere: list[Matrix] = []
    for number in range(FOLDS):
        known = fold != number
        axis = _best_axis(scaled[known], dimensions, rng)
        laid = scaled @ axis
        laid = (laid - laid[known].mean()) / max(float(laid[known].std()), 1e-9)
        if everywhere and np.corrcoef(laid, everywhere[0])[0, 1] < 0:
            laid = -laid
        everywhere.append(laid)
        scores[~known] = laid[~known]
    alike = np.abs(np.corrcoef(np.array(everywhere)))[np.triu_indices(FOLDS, 1)]
    between = valley(scores)
    return Separation(
        chance=chance([_one_of_each(scores, owner, rng) for _ in range(PICKS)], seed),
        agreement=float(alike.mean()),
        depth=between.depth,
        second=scores > between.at,
        scores=scores,
    )


def _one_of_each(scores: Matrix, owner: NDArray[np.intp], rng: np.random.Generator) -> Matrix:
    """The score of one region of each object, drawn."""
    order = rng.permutation(len(scores))
    _, first = np.unique(owner[order], return_index=True)
    return np.asarray(scores[order[first]])


def _scaled(features: Matrix) -> Matrix:
    """Each figure around its median, in spreads, none farther than five; constant ones are 0."""
    middle = np.median(features, axis=0)
    spread = 1.4826 * np.median(np.abs(features - middle), axis=0)
    spread = np.maximum(spread, 0.5 * features.std(axis=0))
    spread[spread < 1e-3] = np.inf
    return np.asarray(np.clip((features - middle) / spread, -5.0, 5.0))


def _best_axis(scaled: Matrix, dimensions: int, rng: np.random.Generator) -> Matrix:
    """The axis (features,) among the proposed ones on which the regions dip deepest."""
    centred = scaled - scaled.mean(axis=0)
    _, lengths, directions = np.linalg.svd(centred, full_matrices=False)
    kept = int(np.count_nonzero(lengths[:dimensions] > 1e-6 * lengths[0]))
    whitening = directions[:kept].T / (lengths[:kept] / np.sqrt(len(scaled)))
    white = centred @ whitening
    proposed = np.vstack([_flattest(white, rng), *_two_means(white, centred, rng)])
    depths = [dip(white @ axis) for axis in proposed]
    refined = [_refined(white, proposed[at]) for at in np.argsort(depths)[-REFINED:]]
    deepest = max(refined, key=lambda axis: dip(white @ axis))
    return np.asarray(whitening @ deepest)


def _refined(white: Matrix, axis: Matrix) -> Matrix:
    """Fisher's direction between the heaps that an axis shows, as often as they become clearer.

    So axes that show the same heaps more or less clearly become the same.
    """
    depth = dip(white @ axis)
    for _ in range(ROUNDS):
        laid = white @ axis
        fisher = _fisher(white, laid > valley(laid).at)
        if fisher is None or dip(white @ fisher) < depth:
            break
        axis, depth = fisher, dip(white @ fisher)
    return axis


def _fisher(white: Matrix, second: NDArray[np.bool_]) -> Matrix | None:
    """The direction that parts two groups best; None where one of them is too small."""
    share = float(second.mean())
    if not LEAST_SHARE < share < 1 - LEAST_SHARE:
        return None
    middles = np.stack([white[~second].mean(axis=0), white[second].mean(axis=0)])
    within = np.cov((white - middles[second.astype(np.intp)]).T) + 0.1 * np.eye(white.shape[1])
    return np.asarray(np.linalg.solve(within, middles[1] - middles[0]))


def _flattest(white: Matrix, rng: np.random.Generator) -> Matrix:
    """Directions (starts, k) of locally least kurtosis.

    Where two heaps of like shape are about as large, that is the direction that parts them best
    (Peña and Prieto, Cluster identification using projections, JASA 2001).
    """
    count, size = white.shape
    axes = rng.normal(size=(STARTS, size))
    axes[: min(size, STARTS)] = np.eye(size)[:STARTS]
    for _ in range(STEPS):
        axes /= np.linalg.norm(axes, axis=1, keepdims=True)
        laid = white @ axes.T
        slope = (laid**3).T @ white / count - (laid**4).mean(axis=0)[:, None] * axes
        axes = axes - 0.35 * slope / np.maximum(1.0, np.linalg.norm(slope, axis=1, keepdims=True))
    return axes


def _two_means(white: Matrix, centred: Matrix, rng: np.random.Generator) -> list[Matrix]:
    """Fisher's direction between two means, found in either metric."""
    found: list[Matrix] = []
    enough = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 12, 1e-3)
    for space in (white, centred):
        for _ in range(3):
            cv2.setRNGSeed(int(rng.integers(2**31)))
            points = space.astype(np.float32)
            _, nearer, _ = cv2.kmeans(points, 2, None, enough, 1, cv2.KMEANS_RANDOM_CENTERS)  # type: ignore[call-overload]
            fisher = _fisher(white, np.asarray(nearer)[:, 0] == 1)
            if fisher is not None:
                found.append(fisher[None])
    return found
