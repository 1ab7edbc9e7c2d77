"""Suppression: of many that mean one thing the surest, in time, and no others."""

from __future__ import annotations

import time

import numpy as np
import pytest
import tensorflow as tf
from numpy.typing import NDArray

from engine.tasks.detection.decode import (
    AT_ONCE,
    LEAST_SURE,
    Peaks,
    decode,
    find_peaks,
    suppress,
)
from engine.tasks.detection.detections import Detections
from engine.tasks.detection.grid import Grid
from engine.tasks.detection.merge import merge


def found(boxes: np.ndarray, scores: np.ndarray, label: int = 0) -> Detections:
    classes = np.full(len(boxes), label, np.uint8)
    return Detections(boxes.astype(np.float32), classes, scores.astype(np.float32))


def test_the_surest_of_each_thing_is_left_also_when_there_are_more_than_fit_at_once() -> None:
    rng = np.random.default_rng(0)
    things = np.array([[50 + 70 * (n % 20), 50 + 70 * (n // 20), 40, 30, 0.3] for n in range(200)])
    copies = np.repeat(things, 5, axis=0) + rng.normal(0, 1, (1000, 5)) * [1, 1, 1, 1, 0.02]
    scores = rng.permutation(1000) / 1000
    assert len(copies) > 3 * AT_ONCE
    left = suppress(found(copies, scores), (1,))
    surest = scores.reshape(200, 5).max(axis=1)
    np.testing.assert_allclose(left.scores, np.sort(surest)[::-1], atol=1e-6)


def test_thousands_of_large_boxes_at_one_place_take_no_time() -> None:
    rng = np.random.default_rng(0)
    boxes = np.concatenate(
        [rng.uniform(0, 1024, (4000, 2)), rng.uniform(200, 400, (4000, 2)), np.zeros((4000, 1))], 1
    )
    began = time.process_time()
    left = suppress(found(boxes, rng.uniform(0, 1, 4000)), (2,))
    assert 10 < len(left) < 400
    assert time.process_time() - began < 5


def test_two_things_that_one_tile_shows_stay_two_where_its_border_cuts_both() -> None:
    crossing = np.array([[100, 50, 80, 20, 0.5], [100, 50, 80, 20, -0.5]])
    left = merge([found(crossing, np.array([0.9, 0.8]))], np.array([True, True]), (1,))
    assert len(left) == 2
    halves = [np.array([[90, 50, 60, 20, 0.0]]), np.array([[110, 50, 60, 20, 0.0]])]
    parts = [found(half, np.array([0.9])) for half in halves]
    (whole,) = merge(parts, np.array([True, True]), (1,)).boxes
    np.testing.assert_allclose(whole, [100, 50, 80, 20, 0], atol=1e-3)


@pytest.mark.parametrize("limits", [(0.4, 0.4), (0.35, 0.6)])
def test_asking_for_the_sure_things_alone_changes_none_of_them(
    limits: tuple[float, float],
) -> None:
    rng = np.random.default_rng(0)
    grid, orders = Grid((4, 8), (96, 96)), (1, 6)
    outputs = rng.normal(0, 1, (1, grid.count, 8)).astype(np.float32)
    outputs[..., :2] -= 1.0
    outputs[..., 4:6] *= 0.3

    def things(least: NDArray[np.float32]) -> Detections:
        peaks = find_peaks(tf.constant(outputs), tf.constant(grid.shapes), orders, least)
        return decode(Peaks(*(each.numpy()[0] for each in peaks)), grid, orders)

    least = np.array(limits, np.float32)
    everything, sure = things(np.full(2, LEAST_SURE, np.float32)), things(least)
    expected = everything.take(everything.scores >= least[everything.classes])
    assert 10 < len(sure) < len(everything)
    np.testing.assert_allclose(sure.boxes, expected.boxes, atol=1e-3)
    np.testing.assert_array_equal(sure.classes, expected.classes)
