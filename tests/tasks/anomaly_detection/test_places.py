"""Anomalous places: connected pieces at or above the threshold, the most anomalous first."""

from __future__ import annotations

import numpy as np

from engine.tasks.anomaly_detection.places import MOST_PLACES, anomalous_places

ALL = np.ones((40, 60), bool)


def dim() -> np.ndarray:
    return np.full((40, 60), 0.4, np.float32)


def test_nothing_is_found_on_a_good_photo() -> None:
    assert anomalous_places(dim(), ALL) == ()
    just_below = np.full((40, 60), np.nextafter(np.float32(0.5), np.float32(0)), np.float32)
    assert anomalous_places(just_below, ALL) == ()


def test_pieces_are_told_apart_and_sorted() -> None:
    scores = dim()
    scores[5:8, 10:20] = 0.6
    scores[6, 12] = 0.7
    scores[20:30, 40:44] = 0.9
    scores[30, 44] = 0.5  # touches by a corner
    first, second = anomalous_places(scores, ALL)
    assert (first.bbox_xywh, first.area_px) == ((40, 20, 5, 11), 41)
    assert (second.bbox_xywh, second.area_px) == ((10, 5, 10, 3), 30)
    assert np.isclose([first.score, second.score], [0.9, 0.7]).all()


def test_what_is_not_counted_is_not_found() -> None:
    scores = dim()
    scores[:, :10] = 0.9
    counted = ALL.copy()
    counted[:, :8] = False
    (place,) = anomalous_places(scores, counted)
    assert place.bbox_xywh == (8, 0, 2, 40)


def test_of_a_crowd_the_most_anomalous_are_kept() -> None:
    scores = np.full((40, 60), 0.1, np.float32)
    values = np.linspace(0.5, 0.99, 20 * 30).astype(np.float32).reshape(20, 30)
    scores[::2, ::2] = values
    found = anomalous_places(scores, ALL)
    assert len(found) == MOST_PLACES
    np.testing.assert_allclose(
        [place.score for place in found], np.sort(values.ravel())[::-1][:MOST_PLACES]
    )


def test_one_pixel() -> None:
    (place,) = anomalous_places(np.ones((1, 1), np.float32), np.ones((1, 1), bool))
    assert (place.bbox_xywh, place.area_px, place.score) == ((0, 0, 1, 1), 1, 1.0)
