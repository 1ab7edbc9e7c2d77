"""Average precision: the area under precision over recall, read at 101 recalls.

As COCO has it: precision at a recall is the highest at that recall or beyond (Lin et al., 2014).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

RECALLS = np.linspace(0.0, 1.0, 101)


def average_precision(
    scores: NDArray[np.floating],
    right: NDArray[np.bool_],
    weights: NDArray[np.floating],
    things: float,
) -> float:
    """The average precision of a class.

    Args:
        scores: (n,) of the predictions that count.
        right: (n,) whether each found a thing.
        weights: (n,) how often each counts; a resample of the photos gives others than 1.
        things: number of things to be found, weighted alike; 0 leaves the figure undefined (NaN).
    """
    if things <= 0:
        return float("nan")
    if not len(scores):
        return 0.0
    order = np.argsort(-scores, kind="stable")
    found = np.cumsum(right[order] * weights[order])
    wrong = np.cumsum(~right[order] * weights[order])
    recall = found / things
    precision = found / np.maximum(found + wrong, 1e-12)
    envelope = np.maximum.accumulate(precision[::-1])[::-1]
    at = np.searchsorted(recall, RECALLS - 1e-12, side="left")
    return float(
        np.where(at < len(envelope), envelope[np.minimum(at, len(envelope) - 1)], 0.0).mean()
    )
