"""Boosted trees as plain numbers, fitted by `benchmarks/audit/marks.py`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

PATH = Path(__file__).with_name("trees.npz")


@dataclass(frozen=True, slots=True)
class Trees:
    """Nodes of all trees in a row, each followed by what lies to its left.

    Attributes:
        roots: (trees,) the first node of each.
        feature: (nodes,).
        number: (nodes,) up to which the left is taken, or the log odds that a leaf adds.
        right: (nodes,) how far away the node to the right is; 0 for a leaf.
        bias: log odds to start from.
        limit: log odds beyond which a stroke counts as drawn.
    """

    roots: NDArray[np.int64]
    feature: NDArray[np.int64]
    number: NDArray[np.float64]
    right: NDArray[np.int64]
    bias: float
    limit: float

    def log_odds(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """Of each of the rows (n, features)."""
        places = np.repeat(self.roots[None], len(rows), axis=0)
        lines = np.arange(len(rows))[:, None]
        while True:
            right = self.right[places]
            if not right.any():
                return np.asarray(self.bias + self.number[places].sum(axis=1), np.float64)
            low = rows[lines, self.feature[places]] <= self.number[places]
            places = places + np.where(right == 0, 0, np.where(low, 1, right))


def read_trees(path: Path) -> Trees:
    """Those of a file that `write_trees` wrote."""
    with np.load(path) as stored:
        return Trees(
            stored["roots"].astype(np.int64),
            stored["feature"].astype(np.int64),
            stored["number"].astype(np.float64),
            stored["right"].astype(np.int64),
            float(stored["bias"]),
            float(stored["limit"]),
        )


def write_trees(path: Path, trees: Trees) -> None:
    """In as few bytes as they need."""
    np.savez_compressed(
        path,
        roots=trees.roots.astype(np.uint32),
        feature=trees.feature.astype(np.uint8),
        number=trees.number.astype(np.float32),
        right=trees.right.astype(np.uint8),
        bias=np.float64(trees.bias),
        limit=np.float64(trees.limit),
    )


@cache
def fitted_trees() -> Trees:
    """Those that the project ships."""
    return read_trees(PATH)
