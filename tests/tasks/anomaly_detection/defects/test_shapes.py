"""Outlines of drawn defects: of every kind, of many sizes, on any patch."""

from __future__ import annotations

import numpy as np
import pytest

from engine.tasks.anomaly_detection.defects import shapes
from engine.tasks.anomaly_detection.defects.shapes import SHAPES, draw_shape

SIZES = [(1, 1), (2, 3), (17, 64), (64, 64), (96, 40)]


@pytest.mark.parametrize("size_hw", SIZES)
@pytest.mark.parametrize("shape", [shape for shape, _ in SHAPES])
def test_a_mask_has_the_size_and_range(shape: shapes.Shape, size_hw: tuple[int, int]) -> None:
    for seed in range(10):
        mask = shape(size_hw, np.random.default_rng(seed))
        assert mask.shape == size_hw and mask.dtype == np.float32
        assert mask.min() >= 0.0 and mask.max() <= 1.0


@pytest.mark.parametrize("size_hw", SIZES)
def test_softened_masks_stay_in_range(size_hw: tuple[int, int]) -> None:
    for seed in range(60):
        mask = draw_shape(size_hw, np.random.default_rng(seed))
        assert mask.shape == size_hw and mask.dtype == np.float32
        assert mask.min() >= 0.0 and mask.max() <= 1.0


@pytest.mark.parametrize("shape", [shape for shape, _ in SHAPES])
def test_every_shape_covers_something_in_most_draws(shape: shapes.Shape) -> None:
    drawn = [shape((64, 64), np.random.default_rng(seed)).max() > 0.5 for seed in range(40)]
    assert np.mean(drawn) > 0.8


def test_shares_are_a_distribution_and_every_shape_is_drawn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert sum(share for _, share in SHAPES) == pytest.approx(1.0)
    assert all(share > 0 for _, share in SHAPES)
    drawn: list[int] = []

    def noted(number: int) -> shapes.Shape:
        def draw(size_hw: tuple[int, int], rng: np.random.Generator) -> shapes.Mask:
            drawn.append(number)
            return np.ones(size_hw, np.float32)

        return draw

    watched = tuple((noted(number), share) for number, (_, share) in enumerate(SHAPES))
    monkeypatch.setattr(shapes, "SHAPES", watched)
    rng = np.random.default_rng(0)
    for _ in range(400):
        draw_shape((8, 8), rng)
    counts = np.bincount(drawn, minlength=len(SHAPES)) / 400
    np.testing.assert_allclose(counts, [share for _, share in SHAPES], atol=0.09)


def test_sizes_are_spread_over_orders_of_magnitude() -> None:
    areas = np.array(
        [(draw_shape((128, 128), np.random.default_rng(s)) > 0.5).sum() for s in range(200)]
    )
    assert (areas < 60).mean() > 0.1
    assert (areas > 3000).mean() > 0.05


def test_the_same_random_numbers_give_the_same_mask() -> None:
    for seed in range(20):
        one, other = (draw_shape((40, 50), np.random.default_rng(seed)) for _ in range(2))
        np.testing.assert_array_equal(one, other)
