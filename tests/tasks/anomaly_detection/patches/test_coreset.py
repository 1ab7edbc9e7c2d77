"""A coreset of a stream: near the best one, in bounded memory, and whatever the features are."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from engine.tasks.anomaly_detection.patches.coreset import (
    PROJECTED,
    CoresetStream,
    farthest_first,
    squared_distances,
)


def clusters(count: int, each: int, width: int = 8, seed: int = 0) -> np.ndarray:
    """Points close around a few centres that lie far apart, (count * each, width), shuffled."""
    rng = np.random.default_rng(seed)
    centres = rng.normal(0, 20, (count, width))
    points = np.repeat(centres, each, axis=0) + rng.normal(0, 0.1, (count * each, width))
    return rng.permutation(points).astype(np.float32)


def cover_radius(points: np.ndarray, chosen: np.ndarray) -> float:
    """How far the worst point is from the nearest chosen one."""
    apart = np.linalg.norm(points[:, None] - chosen[None], axis=2)
    return float(apart.min(axis=1).max())


def streamed(points: np.ndarray, batch: int, limit: int, count: int) -> np.ndarray:
    stream = CoresetStream(seed=1, limit=limit)
    for first in range(0, len(points), batch):
        stream.add(points[first : first + batch], first)
        assert len(stream._owner) <= limit
    assert stream.taken_in == len(points)
    return stream.coreset(count)[0]


@pytest.mark.parametrize("seed", range(5))
def test_it_is_within_twice_the_best_choice_of_all(seed: int) -> None:
    points = np.random.default_rng(seed).normal(size=(12, 3)).astype(np.float32)
    best = min(cover_radius(points, points[list(own)]) for own in combinations(range(12), 4))
    chosen, radius = farthest_first(points, 4, seed)
    assert len(set(chosen.tolist())) == 4
    assert radius == pytest.approx(cover_radius(points, points[chosen]), rel=1e-4)
    assert radius <= 2 * best * (1 + 1e-5)


def test_each_choice_is_the_farthest_from_those_before() -> None:
    points = np.random.default_rng(2).normal(size=(60, 5)).astype(np.float32)
    chosen, _ = farthest_first(points, 12, 0)
    for number in range(1, 12):
        apart = squared_distances(points, points[chosen[:number]]).min(axis=1)
        assert apart[chosen[number]] == pytest.approx(float(apart.max()), rel=1e-5)


def test_every_cluster_has_a_member() -> None:
    points = clusters(count=9, each=40)
    assert cover_radius(points, points[farthest_first(points, 9, 0)[0]]) < 2.0
    assert cover_radius(points, streamed(points, batch=30, limit=60, count=9)) < 2.0


@pytest.mark.parametrize("batch, limit", [(25, 60), (50, 120), (400, 10_000)])
@pytest.mark.parametrize("seed", range(3))
def test_a_stream_is_within_a_small_constant_of_the_batch(
    batch: int, limit: int, seed: int
) -> None:
    points = np.random.default_rng(seed).uniform(size=(400, 4)).astype(np.float32)
    whole = cover_radius(points, points[farthest_first(points, 30, 1)[0]])
    own = streamed(points, batch, limit, 30)
    assert len(own) <= 30
    assert cover_radius(points, own) <= 2.5 * whole


def test_wide_features_are_compared_by_projections() -> None:
    points = clusters(count=6, each=30, width=3 * PROJECTED)
    own = streamed(points, batch=40, limit=60, count=6)
    assert own.shape == (6, 3 * PROJECTED)
    assert cover_radius(points, own) < 6.0


def test_what_is_kept_are_features_as_they_came() -> None:
    points = np.random.default_rng(0).normal(size=(80, 2 * PROJECTED)).astype(np.float32)
    own = streamed(points, batch=20, limit=40, count=10)
    assert all((row == points).all(axis=1).any() for row in own)


def test_the_same_seed_gives_the_same_coreset() -> None:
    points = np.random.default_rng(3).normal(size=(200, 6)).astype(np.float32)
    np.testing.assert_array_equal(streamed(points, 30, 70, 20), streamed(points.copy(), 30, 70, 20))


def test_owners_go_with_their_features() -> None:
    stream = CoresetStream(seed=0, limit=50)
    for owner in range(20):
        stream.add(
            np.random.default_rng(owner).normal(100 * owner, 1, (10, 3)).astype(np.float32), owner
        )
    features, owners = stream.coreset(20)
    np.testing.assert_array_equal(np.rint(features.mean(axis=1) / 100).astype(int), owners)
    assert set(owners.tolist()) == set(range(20))


def test_identical_features_are_kept_once() -> None:
    own = streamed(np.ones((500, 7), np.float32), batch=50, limit=100, count=20)
    np.testing.assert_array_equal(own, np.ones((1, 7), np.float32))


def test_fewer_features_than_asked_are_all_kept() -> None:
    points = np.random.default_rng(0).normal(size=(5, 3)).astype(np.float32)
    np.testing.assert_array_equal(streamed(points, 2, 100, 50), points)


def test_a_coreset_of_one() -> None:
    points = np.random.default_rng(0).normal(size=(30, 3)).astype(np.float32)
    assert streamed(points, 10, 20, 1).shape == (1, 3)


def test_nothing_has_no_coreset() -> None:
    with pytest.raises(ValueError, match="no feature"):
        CoresetStream(seed=0).coreset(3)


def test_distances_by_a_matrix_product_are_distances() -> None:
    rng = np.random.default_rng(0)
    left, right = (rng.normal(size=(count, 5)).astype(np.float32) for count in (7, 4))
    direct = ((left[:, None] - right[None]) ** 2).sum(axis=2)
    np.testing.assert_allclose(squared_distances(left, right), direct, rtol=1e-4)
    assert (squared_distances(100 + left, 100 + left) >= 0).all()
