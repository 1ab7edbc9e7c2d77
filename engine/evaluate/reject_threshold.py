"""From which confidence on a reading is passed on, chosen on validation photos alone.

A wrong reading that is passed on is an escape: nobody looks at it again. One that is rejected
costs a look, right or wrong, and so does a field of which nothing can be read.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.evaluate.thresholds import NEUTRAL, between
from engine.phrasing import counted, percent

RULE_OF_THREE = 3.0
"""n fields without a mistake show a rate of about 3 / n at 95 % (Hanley & Lippman-Hand, JAMA 249,
1983)."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Candidates:
    """Thresholds by rising value, and what each does, (K,)."""

    values: Floats
    wrong: Floats
    rejected: Floats
    f1: Floats


def choose_reject_threshold(
    confidences: NDArray[np.floating],
    right: NDArray[np.bool_],
    wrong_read_rate: float | None = None,
    reject_rate: float | None = None,
    *,
    fields: int | None = None,
    located: int | None = None,
) -> tuple[float, str]:
    """The confidence from which on a reading is passed on.

    - With neither rate asked: 0, so that nothing is rejected but what is unreadable.
    - With a wrong-read rate alone: the lowest threshold that keeps it, so with few rejected.
    - With a reject rate alone: the highest threshold that keeps it, so with few wrong ones.
    - With both: of those that keep both, the one with the best F1; when none does, the lowest
      that keeps the wrong-read rate.
    - Where a single rate cannot be kept: the threshold that comes nearest to it.

    A threshold at which nothing right is passed on keeps no rate. Apart from 0, thresholds lie in
    the middle between neighbouring confidences.

    Args:
        confidences: (n,) in 0…1, of the readable readings of fields that were located.
        right: (n,) whether each is what stands there.
        wrong_read_rate: share of all fields of which a wrong text may be passed on.
        reject_rate: share of the located fields whose reading may be rejected.
        fields: number of fields to be read, n where it is not given.
        located: number of those that were located, readable or not; n where it is not given.

    Returns:
        The threshold, and what a reader has to know about it; empty where there is nothing.
    """
    if wrong_read_rate is None and reject_rate is None:
        return 0.0, (
            "accept bounds neither wrong_read_rate nor reject_rate: no reading is rejected but "
            "unreadable ones"
        )
    if not np.any(right):
        return NEUTRAL, f"no reading is right on validation: {NEUTRAL} was taken"
    many = len(confidences)
    wanted, seen = max(fields or 0, many), max(located or 0, many)
    found = _candidates(np.asarray(confidences, np.float64), np.asarray(right, bool), wanted, seen)
    index, note = _choose(found, wrong_read_rate, reject_rate)
    notes = [note, _too_few(wrong_read_rate, wanted)]
    return float(found.values[index]), "; ".join(filter(None, notes))


def _candidates(
    confidences: Floats, right: NDArray[np.bool_], fields: int, located: int
) -> _Candidates:
    values = np.r_[0.0, between(confidences)[1:]]

    def at_or_above(members: Floats) -> Floats:
        below = np.searchsorted(np.sort(members), values, side="left")
        return np.asarray(len(members) - below, np.float64)

    passed, good = at_or_above(confidences), at_or_above(confidences[right])
    some = good > 0
    return _Candidates(
        values[some],
        wrong=((passed - good) / fields)[some],
        rejected=((located - passed) / located)[some],
        f1=(2.0 * good / (passed + fields))[some],
    )


def _choose(
    found: _Candidates, wrong_read_rate: float | None, reject_rate: float | None
) -> tuple[int, str]:
    """The index of the threshold, and the note."""
    wrong_kept = _within(found.wrong, wrong_read_rate)
    reject_kept = _within(found.rejected, reject_rate)
    if not wrong_kept.any():
        least = int(np.argmin(found.wrong))
        return least, _not_kept("wrong-read", float(found.wrong[least]))
    if not reject_kept.any() and wrong_read_rate is None:
        return 0, _not_kept("reject", float(found.rejected[0]))
    kept = np.flatnonzero(wrong_kept & reject_kept)
    if not len(kept):
        index = int(np.flatnonzero(wrong_kept)[0])
        return index, (
            "no threshold keeps both rates on validation: the wrong-read rate is kept, the reject "
            f"rate is {100 * found.rejected[index]:.1f} %"
        )
    if wrong_read_rate is None:
        return int(kept[-1]), ""
    best = kept[0] if reject_rate is None else kept[np.argmax(found.f1[kept])]
    return int(best), ""


def _too_few(wrong_read_rate: float | None, fields: int) -> str:
    """What so few fields cannot show."""
    shown = RULE_OF_THREE / fields
    if wrong_read_rate is None or wrong_read_rate >= shown:
        return ""
    return (
        f"{counted(fields, 'validation field')} cannot show a wrong-read rate of less than about "
        f"{percent(min(1.0, shown), 2)}"
    )


def _not_kept(rate: str, least: float) -> str:
    return f"no threshold keeps the {rate} rate on validation, the least is {100 * least:.1f} %"


def _within(rate: Floats, bound: float | None) -> NDArray[np.bool_]:
    # Shares of whole numbers differ by far more than rounding.
    return np.asarray(rate <= (np.inf if bound is None else bound + 1e-9))
