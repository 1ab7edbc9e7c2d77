"""Boosted trees as plain numbers, fitted by `benchmarks/audit/marks.py`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

PATH = Path(__file__).with_name("trees.json")


@dataclass(frozen=True, slots=True)
class Trees:
    """Nodes of all trees in a row; a leaf is its own child.

    Attributes:
        roots: (trees,) the first node of each.
        feature, threshold, left, right: (nodes,); `left` is taken up to the threshold.
        value: (nodes,), log odds that a leaf adds.
        bias: log odds to start from.
        limit: log odds beyond which a stroke counts as drawn.
    """

    roots: NDArray[np.int64]
    feature: NDArray[np.int64]
    threshold: NDArray[np.float64]
    left: NDArray[np.int64]
    right: NDArray[np.int64]
    value: NDArray[np.float64]
    bias: float
    limit: float

    def log_odds(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """Of each of the rows (n, features)."""
        places = np.repeat(self.roots[None], len(rows), axis=0)
        lines = np.arange(len(rows))[:, None]
        while True:
            low = rows[lines, self.feature[places]] <= self.threshold[places]
            following = np.where(low, self.left[places], self.right[places])
            if (following == places).all():
                return np.asarray(self.bias + self.value[places].sum(axis=1), np.float64)
            places = following


@cache
def fitted_trees() -> Trees:
    """Those that the project ships."""
    stored = json.loads(PATH.read_text(encoding="utf-8"))
    return Trees(
        roots=np.array(stored["roots"], np.int64),
        feature=np.array(stored["feature"], np.int64),
        threshold=np.array(stored["threshold"], np.float64),
        left=np.array(stored["left"], np.int64),
        right=np.array(stored["right"], np.int64),
        value=np.array(stored["value"], np.float64),
        bias=stored["bias"],
        limit=stored["limit"],
    )
