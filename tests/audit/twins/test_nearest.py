"""The hash tables find what a search over all points finds, as long as buckets are not too full."""

from __future__ import annotations

import numpy as np
import pytest

from engine.audit.twins import nearest
from engine.audit.twins.nearest import FARTHEST_BITS, MOST_NEAREST, Points, nearest_of_others


def points(count: int, photos: int, seed: int) -> Points:
    words = np.random.default_rng(seed).integers(0, 2**63, (count, 4)).astype(np.uint64)
    return Points(words, np.sort(np.arange(count) % photos))


def changed(each: Points, bits: int, seed: int) -> Points:
    """The same points with some bits turned, of photos beyond the first ones."""
    flat = np.unpackbits(each.words.view(np.uint8), axis=1)
    rng = np.random.default_rng(seed)
    for row in flat:
        row[rng.choice(256, bits, replace=False)] ^= 1
    words = np.packbits(flat, axis=1).view(np.uint64)
    return Points(words, each.owner + int(each.owner.max()) + 1)


def test_close_points_of_other_photos_are_found() -> None:
    one = points(600, 6, seed=0)
    other = changed(one, bits=4, seed=1)
    known = Points(np.vstack([one.words, other.words]), np.append(one.owner, other.owner))
    positions, neighbours = nearest_of_others(one, known)
    assert np.isin(np.arange(600), positions).mean() > 0.99
    assert (neighbours == positions + 600).all()


def test_own_photos_and_far_points_are_none() -> None:
    one = points(300, 3, seed=2)
    twice = Points(np.vstack([one.words, one.words]), np.append(one.owner, one.owner))
    order = np.argsort(twice.owner, kind="stable")
    positions, _ = nearest_of_others(one, Points(twice.words[order], twice.owner[order]))
    assert len(positions) == 0
    far = changed(one, bits=FARTHEST_BITS + 1, seed=3)
    assert len(nearest_of_others(one, far)[0]) == 0
    nobody = Points(np.zeros((0, 4), np.uint64), np.zeros(0, np.int64))
    assert len(nearest_of_others(nobody, one)[0]) == len(nearest_of_others(one, nobody)[0]) == 0


def test_full_buckets_link_each_photo_to_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nearest, "FULLEST", 10)
    monkeypatch.setattr(nearest, "FOLLOWING", 3)
    same = Points(np.full((40, 4), 7, np.uint64), np.arange(40))
    positions, neighbours = nearest_of_others(same, same)
    assert positions.tolist() == np.repeat(np.arange(40), MOST_NEAREST).tolist()
    steps = (neighbours - positions) % 40
    assert set(steps.tolist()) == {1, 2, 3}
