"""Average precision: the area under precision over recall, read at 101 recalls.

As COCO has it: precision at a recall is the highest at that recall or beyond (Lin et al., 2014).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.evaluate.statistic import RankedDetections

RECALLS = 101
_AT_ONCE = 200_000
"""Weights of detections handled at a time: what stays in a processor's cache is quickest."""

Floats = NDArray[np.float64]


def average_precision(ranked: RankedDetections, weights: Floats) -> Floats:
    """The average precision of one class under each row of object weights.

    Args:
        ranked: of n detections at T thresholds of overlap.
        weights: (R, objects), how often each object counts; ones for the plain figure.

    Returns:
        (T, R); NaN where the weights leave nothing to be found.
    """
    order = np.argsort(-ranked.scores, kind="stable")
    found_at = [np.flatnonzero(row) for row in ranked.right[:, order]]
    left_out = [np.flatnonzero(row) for row in ~ranked.counted[:, order]]
    things = weights @ ranked.things
    result = np.full((len(found_at), len(weights)), np.nan)
    defined = np.flatnonzero(things > 0)
    step = max(1, _AT_ONCE // max(1, len(order)))
    for start in range(0, len(defined), step):
        rows = defined[start : start + step]
        weight = weights[rows][:, ranked.object_index[order]]
        seen = np.cumsum(weight, axis=1)
        for level, (found, out) in enumerate(zip(found_at, left_out, strict=True)):
            before = np.searchsorted(out, found)
            result[level, rows] = _area(
                np.cumsum(weight[:, found], axis=1),
                seen[:, found] - _sums(weight[:, out])[:, before],
                things[rows],
            )
    return result


def _area(found: Floats, seen: Floats, things: Floats) -> Floats:
    """The area of each row: (R, k) things found and detections seen by then, (R,) things.

    Only right detections matter: precision falls from each of them to the next.
    """
    precision = np.divide(found, seen, out=np.zeros_like(found), where=seen > 0)
    best = np.maximum.accumulate(precision[:, ::-1], axis=1)[:, ::-1]
    # Of the recalls 0.00, 0.01 … 1.00, those that each detection is the first to reach.
    reached = np.floor(found * ((RECALLS - 1) / things)[:, None] + 1e-9) + 1.0
    first = np.diff(reached, axis=1, prepend=0.0)
    return np.asarray((best * first).sum(axis=1) / RECALLS)


def _sums(weight: Floats) -> Floats:
    """Sums of the first 0, 1 … m of (R, m): (R, m + 1)."""
    return np.cumsum(np.pad(weight, ((0, 0), (1, 0))), axis=1)
