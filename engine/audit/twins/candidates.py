"""Which photos may show the same thing: those that share the most points.

Every point of every photo votes for the photos that hold its nearest neighbours among all points
of the data set. What all parts of a product have in common is as near in every photo, so its
votes are spread over all of them; what two photos alone share votes for each other. That is why
this adapts to the data set, and why no fixed likeness is asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.audit.photos.keypoints import DESCRIPTOR_BYTES, Keypoints
from engine.audit.twins.nearest import Points, nearest_of_others

FEWEST_VOTES = 4
MOST_PARTNERS = 8
"""Partners a photo that are looked at closely, for each way of seeing it."""

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Candidate:
    """Two photos, by position, of which the first is mirrored or not, and their shared points."""

    first: int
    second: int
    mirrored: bool
    votes: int


def find_candidates(points: Sequence[Keypoints]) -> list[Candidate]:
    """Pairs of photos that share points, the best partners of each; sorted by position."""
    known = _points([each.descriptors for each in points])
    found: dict[tuple[int, int, bool], int] = {}
    for mirrored in (False, True):
        asked = _points([each.mirrored for each in points]) if mirrored else known
        pairs, votes = _vote(asked, known, len(points))
        for (first, second), count in zip(pairs.tolist(), votes.tolist(), strict=True):
            key = (min(first, second), max(first, second), mirrored)
            found[key] = max(found.get(key, 0), count)
    return [Candidate(*pair, votes=votes) for pair, votes in sorted(found.items())]


def _points(descriptors: Sequence[NDArray[np.uint8]]) -> Points:
    stacked = np.vstack([np.zeros((0, DESCRIPTOR_BYTES), np.uint8), *descriptors])
    owner = np.repeat(np.arange(len(descriptors)), [len(each) for each in descriptors])
    return Points(np.ascontiguousarray(stacked).view(np.uint64), owner)


def _vote(asked: Points, known: Points, count: int) -> tuple[Ints, Ints]:
    """Pairs (asking photo, partner), shape (n, 2), and how many points voted for each."""
    positions, neighbours = nearest_of_others(asked, known)
    ballots = np.unique(positions * count + known.owner[neighbours])  # each photo once a point
    asking, partners = asked.owner[ballots // count], ballots % count
    pairs, votes = np.unique(asking * count + partners, return_counts=True)
    enough = votes >= FEWEST_VOTES
    return _best(pairs[enough], votes[enough], count)


def _best(pairs: Ints, votes: Ints, count: int) -> tuple[Ints, Ints]:
    """The partners with the most votes of each asking photo."""
    order = np.lexsort((-votes, pairs // count))
    pairs, votes = pairs[order], votes[order]
    firsts = np.searchsorted(pairs // count, pairs // count, side="left")
    kept = np.arange(len(pairs)) - firsts < MOST_PARTNERS
    return np.stack([pairs[kept] // count, pairs[kept] % count], axis=1), votes[kept]
