"""Drawn defects: decided by the seed, visible where they are marked, and harmless on any patch."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from engine.records import IGNORE
from engine.tasks.anomaly_detection.defects.draw import LEAST_PX, draw_defects

SEEDS = range(60)


def patch(seed: int, size_hw: tuple[int, int] = (64, 64), grey: bool = False) -> np.ndarray:
    """Smooth texture, as of cast metal."""
    rng = np.random.default_rng(seed)
    noise = rng.normal(0.5, 0.5, (*size_hw, 1 if grey else 3)).astype(np.float32)
    smooth = np.clip(cv2.GaussianBlur(noise, (0, 0), 2.0), 0, 1).reshape(*size_hw, -1)
    return np.ascontiguousarray(np.broadcast_to(smooth, (*size_hw, 3)), np.float32)


def drawn(seed: int, own: np.ndarray, donor: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return draw_defects(own, donor, np.random.default_rng(seed))


@pytest.mark.parametrize("seed", range(10))
def test_the_random_numbers_decide_everything(seed: int) -> None:
    one, other = (drawn(seed, patch(1), patch(2)) for _ in range(2))
    np.testing.assert_array_equal(one[0], other[0])
    np.testing.assert_array_equal(one[1], other[1])


def test_another_seed_draws_something_else() -> None:
    pictures = {drawn(seed, patch(1), patch(2))[0].tobytes() for seed in range(12)}
    assert len(pictures) >= 11


@pytest.mark.parametrize("grey", [False, True])
def test_patches_stay_pictures(grey: bool) -> None:
    own = patch(1, grey=grey)
    before, marked = own.copy(), 0
    for seed in SEEDS:
        after, labels = drawn(seed, own, patch(2))
        assert after.shape == own.shape and after.dtype == np.float32
        assert after.min() >= 0.0 and after.max() <= 1.0
        assert labels.shape == own.shape[:2] and labels.dtype == np.uint8
        assert set(np.unique(labels)) <= {0, 1, IGNORE}
        if grey:
            np.testing.assert_array_equal(after[..., :1].repeat(3, 2), after)
        marked += (labels == 1).sum() >= LEAST_PX
    np.testing.assert_array_equal(own, before)
    assert marked > 0.9 * len(SEEDS)


def test_marks_lie_where_something_changed() -> None:
    own = patch(1)
    for seed in SEEDS:
        after, labels = drawn(seed, own, patch(2))
        change = np.abs(after - own).max(axis=2)
        near = cv2.dilate(np.asarray(change > 0.01, np.uint8), np.ones((9, 9), np.uint8))
        assert not (labels[near == 0] == 1).any()
        # What is not marked looks as it did, bar the faint rim of a soft outline.
        assert change[labels == 0].max(initial=0.0) < 0.06
        if (labels == 1).any():
            assert change[labels == 1].mean() > 0.03


def test_nothing_is_marked_where_nothing_is_drawn() -> None:
    for seed in SEEDS:
        after, labels = drawn(seed, patch(1), patch(2))
        if (after == patch(1)).all():
            assert not labels.any()


@pytest.mark.parametrize("level", [0.0, 0.5, 1.0])
def test_a_patch_of_one_colour(level: float) -> None:
    own = np.full((48, 48, 3), level, np.float32)
    marked = 0
    for seed in SEEDS:
        after, labels = drawn(seed, own, own)
        assert np.isfinite(after).all() and after.min() >= 0.0 and after.max() <= 1.0
        change = np.abs(after - own).max(axis=2)
        near = cv2.dilate(np.asarray(change > 0.01, np.uint8), np.ones((9, 9), np.uint8))
        assert not labels[near == 0].any()
        marked += (labels == 1).any()
    assert marked > 0.5 * len(SEEDS)


@pytest.mark.parametrize("size_hw", [(1, 1), (2, 2), (3, 7), (1, 40), (16, 16)])
def test_patches_of_few_pixels(size_hw: tuple[int, int]) -> None:
    for seed in range(20):
        after, labels = drawn(seed, patch(1, size_hw), patch(2, size_hw))
        assert after.shape == (*size_hw, 3) and labels.shape == size_hw
        assert np.isfinite(after).all()
        if size_hw[0] * size_hw[1] < LEAST_PX:
            assert not labels.any()
