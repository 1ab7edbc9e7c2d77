"""Pairs of photos that show the same thing, and the groups that they form."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import astuple, dataclass, replace
from functools import lru_cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.audit.photos.facts import PhotoFacts
from engine.audit.photos.preview import Grey, flatten, unpack
from engine.audit.photos.store import FactStore
from engine.audit.twins.agreement import FULL, Agreement, compare
from engine.audit.twins.alignment import Alignment, align
from engine.audit.twins.candidates import Candidate, find_candidates
from engine.data.workers import WORKERS

Progress = Callable[[int, int], None]

VERSION = 4
FEWEST_INLIERS = 6

CERTAIN = 0.5
_WEIGHTS = (0.884, 12.208, 6.416, -4.349, 3.48, 6.996, 5.026, -3.787)
_BIAS = -19.344
"""A logistic regression over planted pairs and pairs of different parts; see benchmarks/audit."""


@dataclass(frozen=True, slots=True)
class Twin:
    """Two photos of the same thing, by position; `first < second`.

    Attributes:
        mirrored: whether the first must be mirrored to lie on the second.
        matrix: (2, 3) as rows, px of the first preview, mirrored or not, to px of the second.
        identical: the pixels are equal, whatever the files.
        certainty: 0 to 1.
    """

    first: int
    second: int
    mirrored: bool
    matrix: tuple[tuple[float, ...], ...]
    identical: bool
    certainty: float


def find_twins(photos: Sequence[PhotoFacts], progress: Progress | None = None) -> tuple[Twin, ...]:
    """Pairs of photos that show the same thing, sorted by position.

    Of photos with equal pixels the first alone is compared with others.

    Args:
        photos: their facts; `Twin.first` and `second` count in this order.
        progress: called with (pairs looked at, pairs to look at).
    """
    identical, firsts = _identical(photos)
    different = [photos[position] for position in firsts]
    open_pairs = [
        replace(each, first=firsts[each.first], second=firsts[each.second])
        for each in find_candidates([photo.keypoints for photo in different])
    ]
    found: dict[tuple[int, int], Twin] = {}
    for done, twin in enumerate(_looked_at(photos, open_pairs), start=1):
        if twin is not None:
            key = twin.first, twin.second
            if key not in found or twin.certainty > found[key].certainty:
                found[key] = twin
        if progress is not None:
            progress(done, len(open_pairs))
    return tuple(sorted((*identical, *found.values()), key=lambda t: (t.first, t.second)))


def remembered_twins(
    store: FactStore,
    digests: Sequence[str],
    photos: Sequence[PhotoFacts],
    progress: Progress | None = None,
) -> tuple[Twin, ...]:
    """`find_twins`, or what it found in the same photos before.

    Args:
        digests: of the photos' files, one each.
    """
    key = "twins:" + hashlib.sha256(f"{VERSION} {' '.join(digests)}".encode()).hexdigest()
    stored = store.plain(key)
    if stored is None:
        twins = find_twins(photos, progress)
        store.put_plain(key, [astuple(twin) for twin in twins])
        return twins
    return tuple(_restored(row) for row in stored)


def groups(count: int, pairs: Sequence[tuple[int, int]]) -> tuple[tuple[int, ...], ...]:
    """Positions 0 to `count` - 1, those that pairs connect together; each group sorted."""
    lead = list(range(count))  # scipy has this, and takes a quarter of a second to import

    def leader(position: int) -> int:
        while lead[position] != position:
            lead[position] = position = lead[lead[position]]
        return position

    for first, second in pairs:
        one, other = sorted((leader(first), leader(second)))
        lead[other] = one
    members: dict[int, list[int]] = {}
    for position in range(count):
        members.setdefault(leader(position), []).append(position)
    return tuple(tuple(group) for group in members.values())


def _restored(row: list[Any]) -> Twin:
    first, second, mirrored, matrix, identical, certainty = row
    rows = tuple(tuple(line) for line in matrix)
    return Twin(first, second, mirrored, rows, identical, certainty)


def _identical(photos: Sequence[PhotoFacts]) -> tuple[list[Twin], list[int]]:
    """Photos with equal pixels, the first of each with every other; and those firsts."""
    owners: dict[str, list[int]] = defaultdict(list)
    for position, photo in enumerate(photos):
        owners[photo.pixels].append(position)
    same = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0))
    twins = [
        Twin(first, second, False, same, True, 1.0)
        for first, *others in owners.values()
        for second in others
    ]
    return twins, [first for first, *_ in owners.values()]


def _looked_at(
    photos: Sequence[PhotoFacts], candidates: Sequence[Candidate]
) -> Iterator[Twin | None]:
    @lru_cache(maxsize=2048)
    def flat(position: int) -> Grey:
        return flatten(unpack(photos[position].preview))

    def look(candidate: Candidate) -> Twin | None:
        return _judge(photos, candidate, flat)

    pool = ThreadPoolExecutor(max_workers=WORKERS)
    try:
        yield from pool.map(look, candidates, chunksize=16)
    finally:
        pool.shutdown(cancel_futures=True)


def lay_over(photos: Sequence[PhotoFacts], candidate: Candidate) -> Alignment | None:
    """How a candidate's photos lie on each other; None where too few points agree."""
    one, other = photos[candidate.first].keypoints, photos[candidate.second].keypoints
    if candidate.mirrored:
        found = align(one.mirrored_xy, one.mirrored, other.xy, other.descriptors)
    else:
        found = align(one.xy, one.descriptors, other.xy, other.descriptors)
    return found if found is not None and found.inliers >= FEWEST_INLIERS else None


def agreement(
    candidate: Candidate,
    alignment: Alignment,
    flat: Callable[[int], Grey],
    worth: Callable[[Agreement], bool] = lambda _: True,
) -> Agreement:
    """How alike a candidate's photos are where one lies on the other.

    Args:
        candidate: the two photos.
        alignment: from `lay_over`.
        flat: gives the flattened preview of the photo at a position.
        worth: see `compare`.
    """
    first = flat(candidate.first)
    laid = np.asarray(cv2.flip(first, 1), np.uint8) if candidate.mirrored else first
    return compare(laid, flat(candidate.second), alignment.matrix, worth)


def _judge(
    photos: Sequence[PhotoFacts], candidate: Candidate, flat: Callable[[int], Grey]
) -> Twin | None:
    found = lay_over(photos, candidate)
    if found is None or _certainty(found, FULL) < CERTAIN:
        return None  # however well the pixels agreed
    alignment = found

    def may_be(seen: Agreement) -> bool:
        return _certainty(alignment, seen) >= CERTAIN  # strays only speak against it

    certainty = _certainty(found, agreement(candidate, found, flat, may_be))
    if certainty < CERTAIN:
        return None
    rows = tuple(tuple(float(value) for value in row) for row in found.matrix)
    return Twin(
        candidate.first, candidate.second, candidate.mirrored, rows, False, round(certainty, 4)
    )


def _certainty(alignment: Alignment, agreement: Agreement) -> float:
    logit = _BIAS + float(np.dot(_WEIGHTS, evidence(alignment, agreement)))
    return float(1.0 / (1.0 + np.exp(-logit)))


def evidence(alignment: Alignment, agreement: Agreement) -> NDArray[np.float64]:
    """What the probability that two photos show the same thing is computed from, (8,)."""
    return np.array(
        [
            np.log1p(alignment.inliers),
            alignment.inliers / alignment.matches,
            agreement.overlap,
            agreement.median,
            agreement.quartile,
            agreement.tenth,
            agreement.twentieth,
            np.log1p(20.0 * agreement.strays),
        ]
    )
