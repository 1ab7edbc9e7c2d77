"""What the network sees of a photo, and the way back to the photo's frame."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.data.view import View
from engine.errors import UsageError

COLOUR = np.random.default_rng(0).integers(0, 256, (40, 60, 3), dtype=np.uint8)
LABELS = np.random.default_rng(1).integers(0, 3, (40, 60), dtype=np.uint8)


def test_a_plain_view_changes_nothing() -> None:
    view = View()
    np.testing.assert_array_equal(view.image(COLOUR), COLOUR)
    np.testing.assert_array_equal(view.labels(LABELS), LABELS)


def test_the_region_of_interest_is_cut_out_of_photo_and_labels_alike() -> None:
    view = View(roi_xywh=(10, 5, 20, 30))
    np.testing.assert_array_equal(view.image(COLOUR), COLOUR[5:35, 10:30])
    np.testing.assert_array_equal(view.labels(LABELS), LABELS[5:35, 10:30])


@pytest.mark.parametrize("roi", [(50, 0, 20, 10), (0, 35, 10, 6), (61, 0, 1, 1)])
def test_a_region_that_leaves_the_photo_is_an_error(roi: tuple[int, int, int, int]) -> None:
    with pytest.raises(UsageError, match=r"input\.roi on part7\.png.*60x40 px") as caught:
        View(roi_xywh=roi).require_inside("part7.png", (40, 60))
    assert caught.value.exit_code == 2


def test_a_region_that_fills_the_photo_is_none() -> None:
    View(roi_xywh=(0, 0, 60, 40)).require_inside("part7.png", (40, 60))
    View().require_inside("part7.png", (40, 60))
    assert View(roi_xywh=(0, 0, 60, 40)).lies_on((40, 60))
    assert View().lies_on((1, 1))


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_grey_drops_colour_and_keeps_the_range(dtype: type[np.generic]) -> None:
    white = np.iinfo(dtype).max
    photo = np.full((8, 8, 3), white, dtype)
    seen = View(grey=True).image(photo)
    assert seen.shape == (8, 8)
    assert seen.dtype == dtype
    assert (seen == white).all()
    np.testing.assert_array_equal(View(grey=True).image(photo[..., 0]), photo[..., 0])


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_a_frame_is_every_pixel_of_the_region(dtype: type[np.generic]) -> None:
    """Whatever the size at which the network sees it: small print is read from it."""
    photo = COLOUR.astype(dtype)
    for view in (View((10, 5, 20, 30), (8, 8), "stretch"), View((10, 5, 20, 30), scale=0.1)):
        frame = view.frame(photo)
        assert frame.dtype == dtype
        np.testing.assert_array_equal(frame, photo[5:35, 10:30])
    np.testing.assert_array_equal(View().frame(photo[..., 0]), photo[..., 0])


def test_a_frame_is_grey_where_colour_is_dropped() -> None:
    view = View((10, 5, 20, 30), grey=True)
    assert view.frame(COLOUR).shape == (30, 20)
    np.testing.assert_array_equal(view.frame(COLOUR), view.image(COLOUR))
    np.testing.assert_array_equal(view.frame(COLOUR[..., 0]), COLOUR[5:35, 10:30, 0])


def test_fit_keeps_the_proportions_and_stretch_does_not() -> None:
    fit = View(size_hw=(32, 32), resize="fit")
    stretch = View(size_hw=(32, 32), resize="stretch")
    assert fit.image(COLOUR).shape == (21, 32, 3)
    assert fit.labels(LABELS).shape == (21, 32)
    assert stretch.image(COLOUR).shape == (32, 32, 3)
    assert View(size_hw=(32, 32), resize="none").image(COLOUR).shape == COLOUR.shape


def test_a_region_may_be_shrunk_to_a_share_of_itself() -> None:
    view = View(roi_xywh=(10, 10, 40, 20), scale=0.25)
    assert view.image(COLOUR).shape == (5, 10, 3)
    assert view.network_size_hw((1, 2)) == (1, 1)


def test_a_photo_may_grow() -> None:
    assert View(size_hw=(80, 120), resize="fit").image(COLOUR).shape == (80, 120, 3)


def test_resized_labels_are_still_labels() -> None:
    labels = np.full((40, 60), 255, np.uint8)
    labels[:, 30:] = 1
    seen = View(size_hw=(20, 20), resize="stretch").labels(labels)
    assert set(np.unique(seen)) == {1, 255}
    assert (seen[:, :10] == 255).all()
    assert (seen[:, 10:] == 1).all()


def test_a_region_is_cut_out_before_it_is_resized() -> None:
    photo = np.zeros((40, 60), np.uint8)
    photo[10:20, 10:20] = 200
    view = View(roi_xywh=(10, 10, 10, 10), size_hw=(5, 5), resize="stretch")
    assert (view.image(photo) == 200).all()


@pytest.mark.parametrize("channels", [1, 2, 5, 20])
def test_maps_come_back_at_the_resolution_of_the_region(channels: int) -> None:
    view = View(roi_xywh=(10, 5, 30, 20), size_hw=(10, 15), resize="stretch")
    maps = np.zeros((10, 15, channels), np.float32)
    maps[:, 8:, channels - 1] = 1.0
    back = view.restore(maps, (20, 30))
    assert back.shape == (20, 30, channels)
    assert (back[:, :14, channels - 1] == 0).all()
    assert (back[:, 18:, channels - 1] == 1).all()


@given(height=st.integers(1, 300), width=st.integers(1, 300), side=st.integers(16, 64))
def test_a_fitted_photo_is_never_empty_nor_too_large(height: int, width: int, side: int) -> None:
    fitted = View(size_hw=(side, side), resize="fit").network_size_hw((height, width))
    assert all(1 <= length <= side for length in fitted)
    assert max(fitted) == side
