"""The nearest points of other photos, by hash tables over parts of the descriptors' bits.

Multi-index hashing (Norouzi et al., Fast search in Hamming space, 2012): two descriptors that vary
in few bits are equal in at least one of several parts. Where very many points share a part, each is
compared with the few that follow it there, photo by photo: what all products show says nothing
about a pair, photos of one part are still linked one to the next, and the time does not grow with
the square of the photos.

Of numpy alone: faiss, which has such an index, cannot leave out any of a full bucket and took three
times as long (see benchmarks/audit).
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.data.workers import WORKERS

FARTHEST_BITS = 56
"""Of 256; what differs by more is another point."""

TABLES = 5
FULLEST, FOLLOWING = 64, 16
"""In a bucket of more points than `FULLEST`, each is compared with the `FOLLOWING` next ones."""

MOST_NEAREST = 3
_LEAST_KEY_BITS, _MOST_KEY_BITS = 14, 24
_PAIRS_AT_ONCE = 1 << 18
_MOST_THREADS = 4
_WORDS = 4

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Points:
    """Points of many photos.

    Attributes:
        words: (n, 4) uint64, the 256 bits of each descriptor.
        owner: (n,) position of the photo that each is of.
    """

    words: NDArray[np.uint64]
    owner: Ints

    def __len__(self) -> int:
        return len(self.words)


def nearest_of_others(asked: Points, known: Points) -> tuple[Ints, Ints]:
    """For points that are asked about, the nearest known points that belong to other photos.

    Returns:
        positions in `asked`, ascending, up to `MOST_NEAREST` of each; positions in `known`.
    """
    if not len(asked) or not len(known):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    key_bits = int(np.clip(round(np.log2(len(known))), _LEAST_KEY_BITS, _MOST_KEY_BITS))

    def of_table(table: int) -> Ints:
        found = list(_in_table(asked, known, table * key_bits, key_bits))
        return np.concatenate(found) if found else np.zeros(0, np.int64)

    with ThreadPoolExecutor(max_workers=min(WORKERS, _MOST_THREADS)) as pool:
        packed = np.concatenate(list(pool.map(of_table, range(TABLES))))
    packed.sort()
    packed = packed[np.diff(packed, prepend=-1) > 0]
    positions, neighbours = packed // len(known) >> 9, packed % len(known)
    kept = np.ones(len(packed), np.bool_)
    kept[MOST_NEAREST:] = positions[MOST_NEAREST:] != positions[:-MOST_NEAREST]
    return positions[kept], neighbours[kept]


def _in_table(asked: Points, known: Points, first_bit: int, key_bits: int) -> Iterator[Ints]:
    """Close pairs of one bucket, as one number each: asked point, bits that differ, known point."""
    keys = _keys(known.words, first_bit, key_bits)
    order = np.argsort(keys, kind="stable")
    sizes = np.bincount(keys, minlength=1 << key_bits)
    ends = np.cumsum(sizes)
    asked_keys = _keys(asked.words, first_bit, key_bits)
    asked_order = np.argsort(asked_keys, kind="stable")  # neighbours in memory are asked in turn
    asked_keys, asked_owner = asked_keys[asked_order], asked.owner[asked_order]
    columns = [np.ascontiguousarray(known.words[order, word]) for word in range(_WORDS)]
    asked_columns = [np.ascontiguousarray(asked.words[asked_order, word]) for word in range(_WORDS)]
    owner = known.owner[order]
    photos = 1 + max(int(known.owner[-1]), int(asked.owner[-1]))
    after_own = np.searchsorted(
        keys[order] * photos + owner, asked_keys * photos + asked_owner, side="right"
    )
    counts = np.where(sizes[asked_keys] <= FULLEST, sizes[asked_keys], FOLLOWING)
    pairs = np.cumsum(counts)
    low = 0
    while low < len(pairs):
        before = int(pairs[low - 1]) if low else 0
        high = max(low + 1, int(np.searchsorted(pairs, before + _PAIRS_AT_ONCE, side="right")))
        one = np.repeat(np.arange(low, high), counts[low:high])
        other = np.arange(before, before + len(one)) + (after_own - pairs + counts)[one]
        bucket = asked_keys[one]
        other -= np.where(other >= ends[bucket], sizes[bucket], 0)  # round and round in a bucket
        bits = np.zeros(len(one), np.uint16)
        for ours, theirs in zip(asked_columns, columns, strict=True):
            bits += np.bitwise_count(ours[one] ^ theirs[other])
        close = np.flatnonzero((bits <= FARTHEST_BITS) & (owner[other] != asked_owner[one]))
        one, other = one[close], other[close]
        yield ((asked_order[one] << 9) | bits[close]) * len(known) + order[other]
        low = high


def _keys(words: NDArray[np.uint64], first_bit: int, key_bits: int) -> Ints:
    """`key_bits` bits of each descriptor, from `first_bit` on."""
    word, shift = divmod(first_bit, 64)
    keys = words[:, word] >> np.uint64(shift)
    if shift + key_bits > 64:
        keys = keys | words[:, word + 1] << np.uint64(64 - shift)
    return (keys & np.uint64((1 << key_bits) - 1)).astype(np.int64)
