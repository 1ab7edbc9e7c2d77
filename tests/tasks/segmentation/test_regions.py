from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.tasks.segmentation.regions import region_masks


def test_the_band_is_as_wide_as_the_margin() -> None:
    masks = region_masks((6, 8), 2)
    assert masks["all"].all()
    assert np.argwhere(masks["interior"]).min(axis=0).tolist() == [2, 2]
    assert np.argwhere(masks["interior"]).max(axis=0).tolist() == [3, 5]
    assert np.array_equal(masks["edge"], ~masks["interior"])


def test_without_a_margin_there_is_no_edge_and_the_interior_is_all() -> None:
    masks = region_masks((6, 8), 0)
    assert set(masks) == {"all", "interior"}
    assert np.array_equal(masks["all"], masks["interior"])


@settings(deadline=None, max_examples=50)
@given(st.integers(1, 12), st.integers(1, 12), st.integers(0, 9))
def test_interior_and_edge_share_out_all(height: int, width: int, margin_px: int) -> None:
    masks = region_masks((height, width), margin_px)
    assert masks["all"].all()
    if margin_px:
        assert np.array_equal(masks["interior"] ^ masks["edge"], masks["all"])
    else:
        assert "edge" not in masks


@pytest.mark.parametrize("margin_px", [3, 100])
def test_a_margin_may_leave_no_interior(margin_px: int) -> None:
    assert not region_masks((6, 6), margin_px)["interior"].any()
