"""Tiles cover everything, on one grid, with weights that add up to one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.data.tiles import cover, round_up
from engine.recipe.networks import STRIDE


@given(length=st.integers(1, 6000), tile=st.integers(1, 700), overlap=st.floats(0.0, 0.9))
def test_the_weights_of_all_tiles_at_a_pixel_add_up_to_one(
    length: int, tile: int, overlap: float
) -> None:
    axis = cover(length, tile, overlap)
    total = np.zeros(axis.length)
    for start, weights in zip(axis.starts, axis.weights, strict=True):
        assert start % STRIDE == 0
        assert 0 <= start <= axis.length - axis.tile
        total[start : start + axis.tile] += weights
    np.testing.assert_allclose(total, 1.0, atol=1e-5)
    assert (axis.weights > 0).all()
    assert axis.length == round_up(length)
    assert axis.tile % STRIDE == 0


@given(length=st.integers(1, 6000), overlap=st.floats(0.0, 0.9))
def test_neighbours_overlap_by_at_least_what_was_asked_for(length: int, overlap: float) -> None:
    axis = cover(length, 256, overlap)
    steps = np.diff(axis.starts)
    assert (steps > 0).all()
    assert (steps <= max(STRIDE, axis.tile * (1 - overlap))).all()


@pytest.mark.parametrize(("length", "tile"), [(1, 512), (32, 512), (500, 512), (512, 512)])
def test_what_fits_into_a_tile_is_seen_whole(length: int, tile: int) -> None:
    axis = cover(length, tile, 0.25)
    assert axis.starts == (0,)
    assert axis.tile == axis.length == round_up(length)
    assert (axis.weights == 1).all()


def test_weights_fall_towards_the_edge_that_a_neighbour_covers() -> None:
    first = cover(1000, 256, 0.5).weights[0]
    assert first[-1] < 0.01
    assert first[0] == 1.0
