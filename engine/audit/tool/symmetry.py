"""What the crops of a class say of its symmetry."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.audit.tool.likeness import Likeness

ORDERS = (2, 3, 4, 5, 6, 8)
BETWEEN_DEG = (25.0, 75.0, 105.0, 155.0)
"""Turns that no order of `ORDERS` leaves alike."""

FULL_TURN, QUARTER_TURN = 360.0, 90.0


@dataclass(frozen=True, slots=True)
class SymmetryFigures:
    """Attributes:
    alike: how alike two of the things look, laid the best way: a correlation, median of pairs.
    own: by degrees, how alike a thing looks to itself after a turn, as a share of `alike`.
    told: by degrees, how much better two things agree as they were marked than with one of them
        turned, as a share of `alike`; about 0 where a turn changes nothing.
    steady: by degrees, how steadily the things tell it: the t statistic over them. A small mark
        tells little, and steadily.
    """

    alike: float
    own: dict[float, float]
    told: dict[float, float]
    steady: dict[float, float]

    def order(self, least_own: float, most_told: float, most_steady: float) -> int:
        """The highest order of `ORDERS` whose turn changes nothing; 1 where there is none."""
        found = [
            order
            for order in ORDERS
            if self.own.get(FULL_TURN / order, 0.0) >= least_own
            and self.told[FULL_TURN / order] <= most_told
            and self.steady[FULL_TURN / order] <= most_steady
        ]
        return max(found, default=1)


def measure(whole: Likeness, circle: Likeness, *, round_enough: bool) -> SymmetryFigures:
    """The figures of a class.

    Args:
        whole: of all that its boxes hold, for quarter turns.
        circle: of what other turns keep.
        round_enough: whether the boxes are about as wide as high, so that other turns than 180
            degrees are worth a look.
    """
    turns = [FULL_TURN / order for order in ORDERS if round_enough or order == 2]
    turns += BETWEEN_DEG if round_enough else ()
    quarters = [turn for turn in turns if turn % QUARTER_TURN == 0]
    likeness = {turn: whole if turn in quarters else circle for turn in turns}
    alike = {id(whole): _alike(whole, quarters)}
    if round_enough:
        alike[id(circle)] = _alike(circle, turns)
    own, told, steady = {}, {}, {}
    for turn in turns:
        seen, by = likeness[turn], alike[id(likeness[turn])]
        own[turn] = float(np.median(seen.turned(turn).own)) / by
        gain = _gain(seen, turn)
        told[turn] = float(gain.mean()) / by
        steady[turn] = _t_statistic(gain)
    return SymmetryFigures(alike[id(circle if round_enough else whole)], own, told, steady)


def _alike(likeness: Likeness, turns: list[float]) -> float:
    best = np.maximum.reduce([likeness.turned(turn).pairs for turn in (0.0, *turns)])
    different = ~np.eye(len(best), dtype=bool)
    return max(float(np.median(np.maximum(best, best.T)[different])), 1e-3)


def _gain(likeness: Likeness, turn: float) -> NDArray[np.float64]:
    """(n,), how much better each thing agrees with the others as marked than after a turn."""
    still, turned = (likeness.turned(each).pairs.astype(np.float64) for each in (0.0, turn))
    gain = still - (turned + turned.T) / 2
    np.fill_diagonal(gain, 0.0)
    return np.asarray(gain.sum(axis=1) / (len(gain) - 1))


def _t_statistic(values: NDArray[np.float64]) -> float:
    return float(values.mean() / max(values.std(ddof=1) / np.sqrt(len(values)), 1e-9))
