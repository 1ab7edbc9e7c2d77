"""What the charts of OCR show, as numbers: characters mixed up, positions, rejects."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.tasks.ocr.edits import aligned, truth_read
from engine.tasks.ocr.verdicts import ReadField

FEWEST_FIELDS = 5
"""Fewer say next to nothing of a place."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Confusion:
    """What became of one character.

    Attributes:
        character: empty for places where nothing stands.
        there: how often it stands in the fields; 0 for nothing.
        wrong: how often it was not read right.
        read_as: what was read instead, and how often, the most frequent first; empty for nothing.
    """

    character: str
    there: int
    wrong: int
    read_as: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True, eq=False)
class ByPosition:
    """Of the fields of one class: how many have a character at each place, and how many are right.

    Attributes:
        count, right: (longest,), from the left.
    """

    class_index: int
    count: NDArray[np.int64]
    right: NDArray[np.int64]

    @property
    def telling(self) -> int:
        """How many places, from the left, enough fields have; where all are few, all of them."""
        fewest = min(FEWEST_FIELDS, int(self.count.max(initial=0)))
        return int((self.count >= fewest).sum())


@dataclass(frozen=True, slots=True, eq=False)
class AtReject:
    """Share right of the readings that are passed on, by the share that is not.

    Attributes:
        rejected, accuracy: (K,), rejected rises.
        chosen: the same pair at the chosen threshold; None where it passes nothing on.
    """

    rejected: Floats
    accuracy: Floats
    chosen: tuple[float, float] | None


def confusions(read: Sequence[ReadField]) -> tuple[Confusion, ...]:
    """The characters that were misread, the most frequently misread first.

    Of unreadable fields, what the network saw counts.
    """
    there = Counter[str]()
    wrong: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for each in read:
        there.update(each.truth)
        for character, said in aligned(each.truth, each.best):
            if character != said:
                wrong[character][said] += 1
    rows = [
        Confusion(
            character,
            there[character],
            instead.total(),
            tuple(sorted(instead.items(), key=lambda pair: (-pair[1], pair[0]))),
        )
        for character, instead in wrong.items()
    ]
    return tuple(sorted(rows, key=lambda row: (-row.wrong, row.character)))


def by_position(read: Sequence[ReadField]) -> tuple[ByPosition, ...]:
    """How often the characters at each place are read right, class by class.

    Of unreadable fields, what the network saw counts.
    """
    own: defaultdict[int, list[NDArray[np.bool_]]] = defaultdict(list)
    for each in read:
        own[each.class_index].append(truth_read(each.truth, each.best))
    found = []
    for index in sorted(own):
        longest = max(map(len, own[index]))
        count, right = np.zeros(longest, np.int64), np.zeros(longest, np.int64)
        for flags in own[index]:
            count[: len(flags)] += 1
            right[: len(flags)] += flags
        found.append(ByPosition(index, count, right))
    return tuple(found)


def at_reject(read: Sequence[ReadField], threshold: float) -> AtReject:
    """Accuracy over the share rejected, at every threshold that tells readings apart.

    Args:
        read: located fields; of those that are unreadable, nothing can be passed on.
        threshold: the chosen one.
    """
    readable = [each for each in read if each.said is not None]
    confidences = np.array([each.confidence for each in readable], np.float64)
    right = np.array([each.exact for each in readable], bool)

    def at(limit: float) -> tuple[float, float] | None:
        passed = confidences >= limit
        if not passed.any():
            return None
        return 1 - float(passed.sum()) / len(read), float(right[passed].mean())

    points = [point for limit in np.unique(confidences) if (point := at(limit)) is not None]
    rejected, accuracy = np.array(points, np.float64).reshape(-1, 2).T
    return AtReject(rejected, accuracy, at(threshold))
