"""Which boxes of a class were marked upside down to the others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.audit.tool.likeness import Likeness

HALF_TURN = 180.0
LEAST_AGREEMENT = 0.85
UPSIDE_DOWN = -0.5
LEAST_LIKE_OTHERS = 0.85
MOST_MIRRORED = 0.015
"""Mirrored parts are, by their median, so much more like the others when mirrored than turned."""


@dataclass(frozen=True, slots=True)
class HeadingFigures:
    """Attributes:
    upright: (n,), how each thing agrees with the others, as it was marked rather than turned by
        180 degrees: 1 as all others, -1 upside down to all of them.
    upright_by_edges: (n,), the same by edges alone: -1 for no variant with bright and dark swapped.
    like_others: (n,), how alike each thing looks to those that lie as most do when it is turned by
        180 degrees, as a share of how alike these look to one another. Low for other shapes.
    like_mirrored: (n,), the same when it is mirrored instead of turned.
    agreement: how far the things agree about which way is up, however they were marked, 0 to 1.
    """

    upright: NDArray[np.float64]
    upright_by_edges: NDArray[np.float64]
    like_others: NDArray[np.float64]
    like_mirrored: NDArray[np.float64]
    agreement: float

    def upside_down(self) -> list[int]:
        """The things that are the others turned; none where these do not agree."""
        if self.agreement < LEAST_AGREEMENT:
            return []
        turned = (self.upright <= UPSIDE_DOWN) & (self.upright_by_edges <= UPSIDE_DOWN)
        alike = self.like_others >= LEAST_LIKE_OTHERS
        found = np.flatnonzero(turned & alike)
        mirrored = self.like_mirrored[found] - self.like_others[found]
        return found.tolist() if len(found) and np.median(mirrored) <= MOST_MIRRORED else []


def measure_headings(whole: Likeness, edges: Likeness) -> HeadingFigures:
    """The figures of a class: of all that its boxes hold, and of the edges in them alone."""
    still, half = (whole.turned(turn).pairs.astype(np.float64) for turn in (0.0, HALF_TURN))
    gain = _gain(whole)
    side = _majority(gain)
    upright = _agreement(gain, side)
    most = side > 0
    among = still[np.ix_(most, most)][~np.eye(int(most.sum()), dtype=bool)]
    alike = max(float(np.median(among)), 1e-3)
    return HeadingFigures(
        upright=upright,
        upright_by_edges=_agreement(_gain(edges), side),
        like_others=_median_of_others(half, most) / alike,
        like_mirrored=_median_of_others(whole.mirrored(), most) / alike,
        agreement=float((upright * side).mean()),
    )


def _gain(likeness: Likeness) -> NDArray[np.float64]:
    still, half = (likeness.turned(turn).pairs.astype(np.float64) for turn in (0.0, HALF_TURN))
    gain = still - half
    np.fill_diagonal(gain, 0.0)
    return np.asarray(gain)


def _median_of_others(pairs: NDArray[np.floating], among: NDArray[np.bool_]) -> NDArray[np.float64]:
    """(n,), of each thing with those that it is asked about, itself left out."""
    others = pairs.astype(np.float64)
    np.fill_diagonal(others, np.nan)
    return np.asarray(np.nanmedian(others[:, among], axis=1))


def _agreement(gain: NDArray[np.float64], side: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray((gain @ side) / np.maximum(np.abs(gain).sum(axis=1), 1e-6))


def _majority(gain: NDArray[np.float64]) -> NDArray[np.float64]:
    """1 for things that lie as most do, -1 for those upside down to them."""
    _, vectors = np.linalg.eigh((gain + gain.T) / 2)
    side = np.where(vectors[:, -1] >= 0, 1.0, -1.0)
    return side if side.sum() >= 0 else -side
