"""How far a reading is from what stands there: edit distances (Levenshtein, 1966) of rapidfuzz."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

Column = tuple[str, str]
"""What stands there and what was read in its place; one of them is empty where nothing is."""


def edit_distance(truth: str, said: str) -> int:
    """Fewest characters to be replaced, left out or put in to turn one into the other."""
    return int(Levenshtein.distance(truth, said))


def word_distance(truth: str, said: str) -> int:
    """The same of whole words, split at blanks."""
    return int(Levenshtein.distance(truth.split(), said.split()))


def aligned(truth: str, said: str) -> tuple[Column, ...]:
    """The two texts side by side, with the fewest differences, from the left to the right."""
    columns: list[Column] = []
    for block in Levenshtein.opcodes(truth, said):
        there = truth[block.src_start : block.src_end]
        read = said[block.dest_start : block.dest_end]
        longer = max(len(there), len(read))
        columns += [(there[at : at + 1], read[at : at + 1]) for at in range(longer)]
    return tuple(columns)


def truth_read(truth: str, said: str) -> NDArray[np.bool_]:
    """Which characters of the truth were read right, (len(truth),)."""
    return np.array([there == read for there, read in aligned(truth, said) if there], bool)


def said_right(truth: str, said: str) -> NDArray[np.bool_]:
    """Which characters of the reading are right, (len(said),)."""
    return np.array([there == read for there, read in aligned(truth, said) if read], bool)
