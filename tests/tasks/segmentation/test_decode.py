from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from engine.errors import RunFailed
from engine.tasks.segmentation.decode import decode, image_score, likeliest_class, score_map


def test_the_likeliest_class_counts_where_it_reaches_its_own_threshold() -> None:
    pixels = np.array([[[0.6, 0.3], [0.3, 0.6], [0.3, 0.4], [0.1, 0.2]]], np.float32)
    assert decode(pixels, (0.5, 0.5)).tolist() == [[1, 2, 0, 0]]
    assert decode(pixels, (0.5, 0.4)).tolist() == [[1, 2, 2, 0]]


def test_a_likelier_class_below_its_threshold_does_not_make_room_for_another() -> None:
    assert decode(np.array([[[0.3, 0.4]]], np.float32), (0.2, 0.5)).tolist() == [[0]]


def test_of_equal_probabilities_the_first_class_wins_and_the_threshold_itself_counts() -> None:
    assert decode(np.full((1, 1, 3), 0.25, np.float32), (0.25, 0.1, 0.1)).tolist() == [[1]]


@settings(deadline=None, max_examples=50)
@given(hnp.arrays(np.float32, (4, 5, 3), elements=st.sampled_from([0.0, 0.25, 0.5, 0.75])))
def test_likeliest_class_is_argmax(pixels: np.ndarray) -> None:
    index, confidence = likeliest_class(pixels)
    assert np.array_equal(index, pixels.argmax(axis=-1))
    assert np.array_equal(confidence, pixels.max(axis=-1))


def test_a_threshold_for_each_class_is_needed() -> None:
    with pytest.raises(ValueError, match="one threshold a class"):
        decode(np.zeros((2, 2, 3), np.float32), (0.5,))


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_values_that_are_no_numbers_are_never_called_good(bad: float) -> None:
    pixels = np.zeros((8, 8, 1), np.float32)
    pixels[3, 3] = bad
    with pytest.raises(RunFailed, match="no numbers"):
        decode(pixels, (0.5,))
    with pytest.raises(RunFailed, match="no numbers"):
        image_score(pixels, np.ones((8, 8), bool))


def test_one_hot_pixel_hardly_moves_the_score_but_a_scratch_of_one_pixel_width_does() -> None:
    hot, scratch = np.zeros((2, 32, 32, 2), np.float32)
    hot[16, 16, 0] = 1.0
    scratch[16, :, 1] = 1.0
    everywhere = np.ones((32, 32), bool)
    assert image_score(hot, everywhere) == pytest.approx(1 / 25)
    assert image_score(scratch, everywhere) == pytest.approx(1 / 5)


def test_the_score_sums_the_classes_and_stays_within_one() -> None:
    everywhere = np.ones((9, 9), bool)
    assert image_score(np.full((9, 9, 2), 0.3, np.float32), everywhere) == pytest.approx(0.6)
    assert image_score(np.full((9, 9, 2), 0.7, np.float32), everywhere) == 1.0


def test_the_map_says_where_the_score_comes_from() -> None:
    pixels = np.zeros((20, 30, 1), np.float32)
    pixels[4:9, 20:25] = 0.8
    scores = score_map(pixels, np.ones((20, 30), bool))
    assert np.unravel_index(scores.argmax(), scores.shape) == (6, 22)
    assert scores[6, 22] == pytest.approx(0.8)
    assert scores[15, 5] == 0.0


def test_pixels_that_are_not_valid_do_not_count() -> None:
    pixels = np.ones((20, 20, 1), np.float32)
    valid = np.zeros((20, 20), bool)
    assert image_score(pixels, valid) == 0.0
    valid[10, 10] = True
    assert image_score(pixels, valid) == pytest.approx(1 / 25)
