"""Which photos may show the same thing: those that share the most points.

Every point of every photo votes for the photos that hold its nearest neighbours among all points
of the data set. What all parts of a product have in common is as near in every photo, so its
votes are spread over all of them; what two photos alone share votes for each other. That is why
this adapts to the data set, and why no fixed likeness is asked for.

The neighbours are found with faiss (Johnson et al., Billion-scale similarity search, 2019) by
several hash tables over the bits of the descriptors (Norouzi et al., Multi-index hashing, 2012).
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.audit.photos.keypoints import DESCRIPTOR_BYTES, Keypoints
from engine.data.workers import WORKERS

NEIGHBOURS = 4
FARTHEST_BITS = 56
"""Of 256; what differs by more is another point."""

TABLES = 5
FEWEST_VOTES = 4
MOST_PARTNERS = 8
"""Partners a photo that are looked at closely, for each way of seeing it."""

_CHUNK = 20_000
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
    index = _index([each.descriptors for each in points])
    if index is None:
        return []
    owners = np.repeat(np.arange(len(points)), [len(each.descriptors) for each in points])
    found: dict[tuple[int, int, bool], int] = {}
    for mirrored in (False, True):
        asked = [each.mirrored if mirrored else each.descriptors for each in points]
        asking = np.repeat(np.arange(len(points)), [len(each) for each in asked])
        pairs, votes = _vote(index, np.vstack(asked), asking, owners, len(points))
        for (first, second), count in zip(pairs.tolist(), votes.tolist(), strict=True):
            key = (min(first, second), max(first, second), mirrored)
            found[key] = max(found.get(key, 0), count)
    return [Candidate(*pair, votes=votes) for pair, votes in sorted(found.items())]


def _index(descriptors: Sequence[NDArray[np.uint8]]) -> object | None:
    import faiss

    stacked = np.vstack([np.zeros((0, DESCRIPTOR_BYTES), np.uint8), *descriptors])
    if not len(stacked):
        return None
    bits = int(np.clip(round(np.log2(len(stacked))), 14, 24))
    index = faiss.IndexBinaryMultiHash(8 * DESCRIPTOR_BYTES, TABLES, bits)
    index.add(stacked)
    return index


def _vote(
    index: object, asked: NDArray[np.uint8], asking: Ints, owners: Ints, count: int
) -> tuple[Ints, Ints]:
    """Pairs (asking photo, partner), shape (n, 2), and how many points voted for each."""

    def keys_of(start: int) -> Ints:
        part = slice(start, start + _CHUNK)
        distances, neighbours = index.search(asked[part], NEIGHBOURS)  # type: ignore[attr-defined]
        return _pairs(distances, neighbours, asking[part], owners, count)

    with ThreadPoolExecutor(max_workers=WORKERS) as pool:
        keys = list(pool.map(keys_of, range(0, len(asked), _CHUNK)))
    if not keys:
        return np.zeros((0, 2), np.int64), np.zeros(0, np.int64)
    pairs, votes = np.unique(np.concatenate(keys), return_counts=True)
    enough = votes >= FEWEST_VOTES
    return _best(pairs[enough], votes[enough], count)


def _pairs(
    distances: NDArray[np.int32], neighbours: Ints, asking: Ints, owners: Ints, count: int
) -> Ints:
    """A number a pair for each point and photo that it votes for, each photo once a point."""
    partners = owners[np.maximum(neighbours, 0)]
    valid = (neighbours >= 0) & (distances <= FARTHEST_BITS) & (partners != asking[:, None])
    for rank in range(1, neighbours.shape[1]):
        repeated = (partners[:, :rank] == partners[:, rank : rank + 1]) & valid[:, :rank]
        valid[:, rank] &= ~repeated.any(axis=1)
    pairs: Ints = (asking[:, None] * count + partners)[valid]
    return pairs


def _best(pairs: Ints, votes: Ints, count: int) -> tuple[Ints, Ints]:
    """The partners with the most votes of each asking photo."""
    order = np.lexsort((-votes, pairs // count))
    pairs, votes = pairs[order], votes[order]
    firsts = np.searchsorted(pairs // count, pairs // count, side="left")
    kept = np.arange(len(pairs)) - firsts < MOST_PARTNERS
    return np.stack([pairs[kept] // count, pairs[kept] % count], axis=1), votes[kept]
