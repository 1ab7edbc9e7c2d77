"""What the crops of a class say of its symmetry, and of the headings that were marked."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.audit.tool.likeness import Likeness

ORDERS = (2, 3, 4, 5, 6, 8)
BETWEEN_DEG = (25.0, 75.0, 105.0, 155.0)
"""Turns that no order of `ORDERS` leaves alike."""

FULL_TURN = 360.0


@dataclass(frozen=True, slots=True)
class SymmetryFigures:
    """Attributes:
    alike: how alike two of the things look, laid the best way: a correlation, median of pairs.
    own: by degrees, how alike a thing looks to itself after a turn, as a share of `alike`.
    told: by degrees, how much better two things agree as they were marked than with one of them
        turned, as a share of `alike`; about 0 where a turn changes nothing.
    upright: (n,), how each thing agrees with the others, as it was marked rather than turned by
        180 degrees: 1 as all others, -1 upside down to all of them.
    agreement: how far the things agree about which way is up, however they were marked, 0 to 1.
    """

    alike: float
    own: dict[float, float]
    told: dict[float, float]
    upright: NDArray[np.float64]
    agreement: float

    def order(self, least_own: float, most_told: float) -> int:
        """The highest order of `ORDERS` whose turn changes nothing; 1 where there is none."""
        found = [
            order
            for order in ORDERS
            if self.own.get(FULL_TURN / order, 0.0) >= least_own
            and self.told[FULL_TURN / order] <= most_told
        ]
        return max(found, default=1)


def measure(likeness: Likeness, *, round_enough: bool) -> SymmetryFigures:
    """The figures of a class.

    Args:
        likeness: of its crops.
        round_enough: whether the boxes are about as wide as high, so that other turns than 180
            degrees are worth a look.
    """
    turns = [FULL_TURN / order for order in ORDERS if round_enough or order == 2]
    turns += BETWEEN_DEG if round_enough else ()
    still, half = likeness.turned(0), likeness.turned(180)
    different = ~np.eye(len(still.pairs), dtype=bool)
    best = np.maximum.reduce([still.pairs, *(likeness.turned(turn).pairs for turn in turns)])
    alike = max(float(np.median(best[different])), 1e-3)
    as_marked = float(still.pairs[different].mean())
    gain = np.where(different, still.pairs.astype(np.float64) - half.pairs, 0.0)
    side = _majority(gain)
    upright = (gain @ side) / np.maximum(np.abs(gain).sum(axis=1), 1e-6)
    return SymmetryFigures(
        alike=alike,
        own={turn: float(np.median(likeness.turned(turn).own)) / alike for turn in turns},
        told={
            turn: (as_marked - float(likeness.turned(turn).pairs[different].mean())) / alike
            for turn in turns
        },
        upright=upright,
        agreement=float((upright * side).mean()),
    )


def _majority(gain: NDArray[np.float64]) -> NDArray[np.float64]:
    """1 for things that lie as most do, -1 for those upside down to them."""
    _, vectors = np.linalg.eigh((gain + gain.T) / 2)
    side = np.where(vectors[:, -1] >= 0, 1.0, -1.0)
    return side if side.sum() >= 0 else -side
