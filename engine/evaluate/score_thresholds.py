"""From which score on a detection counts, chosen on validation photos alone, class by class.

A thing escapes when no detection that counts found it; overkill is the share of the detections
that count and are wrong. Which detection found which thing does not depend on the threshold,
because the surest choose first.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.evaluate.thresholds import NEUTRAL, PLATEAU, between

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Candidates:
    """Thresholds by rising value, and what each does, (K,)."""

    values: Floats
    escape: Floats
    overkill: Floats
    f1: Floats


def choose_score_threshold(
    scores: NDArray[np.floating],
    right: NDArray[np.bool_],
    things: int,
    accept_escape_rate: float | None = None,
    accept_overkill_rate: float | None = None,
) -> tuple[float, str]:
    """The score from which on a detection of one class counts.

    - With an escape rate alone: the highest threshold that keeps it, so with few wrong ones.
    - With an overkill rate alone: the lowest threshold that keeps it.
    - With both: of those that keep both, the one with the best F1; when none does, the highest
      that keeps the escape rate.
    - With neither, or where a single rate cannot be kept: the best F1. Of the thresholds around
      it whose F1 is within 3 % of it, the middle one: the best itself is often an accident of
      few photos, and the middle is furthest from where it gets worse.

    A threshold at which nothing right is left keeps no overkill rate.

    Thresholds lie in the middle between neighbouring scores.

    Args:
        scores: (n,) in 0…1, of the detections that are either right or wrong.
        right: (n,) whether each found a thing.
        things: number of things to be found.
        accept_escape_rate, accept_overkill_rate: what the recipe accepts, as shares of 1.

    Returns:
        The threshold, and what a reader has to know about it; empty where there is nothing.
    """
    if things < 1:
        return NEUTRAL, f"no validation photo shows this class: {NEUTRAL} was taken"
    if not np.any(right):
        return NEUTRAL, f"no detection meets this class on validation: {NEUTRAL} was taken"
    found = _candidates(np.asarray(scores, np.float64), np.asarray(right, bool), things)
    index, note = _choose(found, accept_escape_rate, accept_overkill_rate)
    return float(found.values[index]), note


def _candidates(scores: Floats, right: NDArray[np.bool_], things: int) -> _Candidates:
    values = between(scores)

    def at_or_above(members: Floats) -> Floats:
        below = np.searchsorted(np.sort(members), values, side="left")
        return np.asarray(len(members) - below, np.float64)

    found, count = at_or_above(scores[right]), at_or_above(scores)
    return _Candidates(
        values,
        escape=1.0 - found / things,
        overkill=(count - found) / np.maximum(count, 1.0),
        f1=2.0 * found / (count + things),
    )


def _choose(
    found: _Candidates, escape_rate: float | None, overkill_rate: float | None
) -> tuple[int, str]:
    """The index of the threshold, and the note."""
    if escape_rate is None and overkill_rate is None:
        return _best(found), ""
    escape_kept = _within(found.escape, escape_rate)
    overkill_kept = _within(found.overkill, overkill_rate) & (found.f1 > 0)
    if not escape_kept.any():
        return _best(found), _not_kept("escape", float(found.escape.min()))
    kept = np.flatnonzero(escape_kept & overkill_kept)
    if len(kept):
        if overkill_rate is None:
            return int(kept[-1]), ""
        best = kept[0] if escape_rate is None else kept[np.argmax(found.f1[kept])]
        return int(best), ""
    if escape_rate is None:
        return _best(found), _not_kept("overkill", float(found.overkill[found.f1 > 0].min()))
    index = int(np.flatnonzero(escape_kept)[-1])
    return index, (
        "no threshold keeps both rates on validation: the escape rate is kept, the overkill "
        f"rate is {100 * found.overkill[index]:.1f} %"
    )


def _not_kept(rate: str, least: float) -> str:
    return (
        f"no threshold keeps the {rate} rate on validation, the least is {100 * least:.1f} %: the "
        "best F1 was taken"
    )


def _within(rate: Floats, bound: float | None) -> NDArray[np.bool_]:
    # Shares of whole numbers differ by far more than rounding.
    return np.asarray(rate <= (np.inf if bound is None else bound + 1e-9))


def _best(found: _Candidates) -> int:
    """The middle of the thresholds around the best one that are as good."""
    best = int(np.argmax(found.f1))
    poor = np.flatnonzero(found.f1 < PLATEAU * found.f1[best])
    low = int(poor[poor < best].max(initial=-1)) + 1
    high = int(poor[poor > best].min(initial=len(found.f1))) - 1
    plateau = found.values[low : high + 1]
    return low + int(np.argmin(np.abs(plateau - (plateau[0] + plateau[-1]) / 2.0)))
