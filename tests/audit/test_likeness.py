"""Correlations of crops, against a sum over pixels."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.audit.tool.crops import MARGIN_PX, SIDE_PX
from engine.audit.tool.likeness import Likeness

SIDE = SIDE_PX + 2 * MARGIN_PX
MASK = np.hypot(*(np.mgrid[:SIDE_PX, :SIDE_PX] - SIDE_PX / 2)) < SIDE_PX / 2


def noise(seed: int, around: float = 128.0) -> NDArray[np.float32]:
    rng = np.random.default_rng(seed)
    return rng.normal(around, 20.0, (SIDE, SIDE)).astype(np.float32)


def flat_beside_contrast() -> NDArray[np.float32]:
    """Nothing but for a dark stripe that most windows do not see."""
    crop = np.full((SIDE, SIDE), 128.0, np.float32)
    crop[:, :3] = 0.0
    return crop


def silhouette(degrees: float) -> NDArray[np.float32]:
    """A dark half plane before a light: black and white and nothing in between."""
    rows, columns = np.mgrid[:SIDE, :SIDE] - SIDE / 2
    turn = np.deg2rad(degrees)
    return np.where(rows * np.cos(turn) + columns * np.sin(turn) > 0, 0.0, 255.0).astype(np.float32)


def direct(
    still: NDArray[np.float32], other: NDArray[np.float32], mask: NDArray[np.bool_]
) -> float:
    """The best Pearson correlation of what the mask shows, over all shifts."""
    middle = still[MARGIN_PX : MARGIN_PX + SIDE_PX, MARGIN_PX : MARGIN_PX + SIDE_PX][mask]
    found = []
    for top in range(2 * MARGIN_PX + 1):
        for left in range(2 * MARGIN_PX + 1):
            window = other[top : top + SIDE_PX, left : left + SIDE_PX][mask]
            first, second = (each.astype(float) - each.mean() for each in (middle, window))
            length = np.linalg.norm(first) * np.linalg.norm(second)
            found.append(float(first @ second / length) if length > 1e-6 else 0.0)
    return max(found)


@pytest.mark.parametrize("mask", [np.ones_like(MASK), MASK], ids=["square", "round"])
def test_correlations_are_those_of_the_pixels(mask: NDArray[np.bool_]) -> None:
    drawn = [noise(0), noise(1, around=3e4), flat_beside_contrast(), silhouette(0), silhouette(70)]
    crops = np.stack(drawn)
    likeness = Likeness(crops, mask)
    (still, *_), (layer, *_) = likeness._still, likeness._layers(crops)
    found = likeness._correlations(still, layer).max(axis=(2, 3))
    expected = [[direct(a, b, mask) for b in crops] for a in crops]
    np.testing.assert_allclose(found, expected, atol=2e-3)


def test_what_is_flat_is_like_nothing() -> None:
    crops = np.stack([flat_beside_contrast(), flat_beside_contrast(), noise(0), noise(1)])
    found = Likeness(crops, np.ones_like(MASK)).turned(180.0)
    assert np.abs(found.pairs).max() <= 1.0 and np.abs(found.own).max() <= 1.0
    assert np.abs(found.own[2:]).max() < 0.2
