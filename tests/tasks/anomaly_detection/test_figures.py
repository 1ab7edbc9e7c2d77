"""Heat maps over photos, and sheets of photo, truth and heat map."""

from __future__ import annotations

import numpy as np
import pytest

from engine.tasks.anomaly_detection.figures import HEAT_FROM, OUTLINE, draw_heat, heat_sheet
from engine.tasks.drawing import PANEL_PX
from tests.tasks.anomaly_detection.good_parts import SPOT, surface
from tests.tasks.anomaly_detection.seen import marked, scored


def test_what_is_as_good_as_ever_stays_as_it_is() -> None:
    photo = surface(0)
    np.testing.assert_array_equal(draw_heat(photo, np.full((64, 64), HEAT_FROM, np.float32)), photo)


def test_what_is_anomalous_glows_within_an_outline() -> None:
    drawn = draw_heat(surface(0), scored(0.8))
    assert drawn.dtype == np.uint8 and drawn.shape == (64, 64, 3)
    inside = drawn[SPOT].astype(int)
    assert (inside[..., 0] > inside[..., 2] + 40).all()
    around = np.zeros((64, 64), bool)
    around[23:37, 27:43] = True
    around[SPOT] = False
    assert (drawn[around] == OUTLINE).all()
    around[SPOT] = True
    np.testing.assert_array_equal(drawn[~around], surface(0)[~around])


def test_below_the_threshold_there_is_no_outline() -> None:
    assert not (draw_heat(surface(0), scored(0.499)) == OUTLINE).all(axis=2).any()


def test_the_hotter_the_brighter() -> None:
    means = [draw_heat(np.zeros((64, 64), np.uint8), scored(s))[30, 35].sum() for s in (0.5, 0.65)]
    assert 0 < means[0] < means[1]


@pytest.mark.parametrize(
    "photo",
    [
        surface(0, channels=1),
        np.full((64, 64), 2000, np.uint16),
        np.zeros((64, 64, 3), np.uint16),
    ],
)
def test_any_photo_becomes_rgb(photo: np.ndarray) -> None:
    drawn = draw_heat(photo, scored(1.0))
    assert drawn.shape == (64, 64, 3) and drawn.dtype == np.uint8


@pytest.mark.parametrize("size_hw", [(1, 1), (1, 50), (3, 2)])
def test_photos_of_few_pixels(size_hw: tuple[int, int]) -> None:
    photo, scores = np.zeros(size_hw, np.uint8), np.full(size_hw, 0.9, np.float32)
    assert draw_heat(photo, scores).shape == (*size_hw, 3)
    assert heat_sheet(photo, np.zeros(size_hw, np.uint8), scores).ndim == 3


def test_a_sheet_has_three_panels_or_two_where_nobody_marked_the_defect() -> None:
    three = heat_sheet(surface(0), marked(), scored(0.9))
    two = heat_sheet(surface(0), None, scored(0.9))
    assert three.dtype == two.dtype == np.uint8
    panel = PANEL_PX // 64 * 64
    assert 3 * panel <= three.shape[1] < 3 * panel + 40
    assert 2 * panel <= two.shape[1] < 2 * panel + 40
    # The last panel of both is the same heat map.
    np.testing.assert_array_equal(
        three[30 : 30 + panel // 2, -panel:], two[30 : 30 + panel // 2, -panel:]
    )


def test_what_is_ignored_is_told_in_the_legend() -> None:
    plain = heat_sheet(surface(0), marked(), scored(0.9))
    banded = heat_sheet(surface(0), marked(band=8), scored(0.9))
    bottom = slice(-18, None)
    assert (banded[bottom] != plain[bottom]).any()
