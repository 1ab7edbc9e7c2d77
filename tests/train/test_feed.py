"""The feed: batches are what `draw` gives, in order, whoever asks."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from engine.data.images import read_image
from engine.errors import RunFailed
from engine.train.distribute import Workers
from engine.train.feed import feed
from tests.train.tiny import draw, trainable


def batches(start: int, stop: int, positions: range) -> list[tuple[np.ndarray, ...]]:
    with feed(trainable(), start, stop, positions) as dataset:
        return [tuple(array.numpy() for array in batch) for batch in dataset]


def test_batches_are_drawn_in_order() -> None:
    found = batches(5, 25, range(3))
    assert len(found) == 20
    for step, (pixels, truth) in enumerate(found, 5):
        assert pixels.shape == (3, 8, 8, 3)
        for position in range(3):
            expected = draw(step, position)
            np.testing.assert_array_equal(pixels[position], expected[0])
            np.testing.assert_array_equal(truth[position], expected[1])


def test_a_feed_that_starts_later_goes_on_with_the_same_batches() -> None:
    for early, late in zip(batches(0, 9, range(2))[4:], batches(4, 9, range(2)), strict=True):
        np.testing.assert_array_equal(early[0], late[0])


def test_two_workers_see_the_halves_of_what_one_sees() -> None:
    pair = [Workers(None, 2, index, 1) for index in range(2)]
    whole = batches(0, 3, range(6))
    halves = [batches(0, 3, worker.positions(6)) for worker in pair]
    for step in range(3):
        joined = np.concatenate([half[step][0] for half in halves])
        np.testing.assert_array_equal(joined, whole[step][0])


def test_an_example_of_another_shape_is_not_trained_on() -> None:
    wrong = replace(trainable(), draw=lambda step, position: (np.zeros((4, 4, 3), np.float32),) * 2)
    with pytest.raises(tf.errors.InvalidArgumentError), feed(wrong, 0, 1, range(2)) as batches:
        next(batches)


def test_an_error_in_drawing_is_not_swallowed() -> None:
    def fail(step: int, position: int) -> tuple[np.ndarray, ...]:
        raise FileNotFoundError("cap7.png is gone")

    broken = replace(trainable(), draw=fail)
    with pytest.raises(tf.errors.OpError, match=r"cap7\.png is gone"):  # noqa: SIM117
        with feed(broken, 0, 1, range(2)) as batches:
            next(batches)


def test_a_photo_that_went_missing_is_told_as_such(tmp_path: Path) -> None:
    gone = tmp_path / "cap7.png"

    def vanish(step: int, position: int) -> tuple[np.ndarray, ...]:
        return draw(step, position) if step < 2 else (read_image(gone),)

    broken = replace(trainable(), draw=vanish)
    with feed(broken, 0, 5, range(2)) as batches, pytest.raises(RunFailed) as caught:
        for _ in range(5):
            next(batches)
    assert caught.value.where == str(gone)
    assert "can no longer be read" in str(caught.value)
    assert "--resume" in str(caught.value)


def test_a_feed_is_left_while_calls_into_python_are_under_way() -> None:
    """Dropping the iterator alone blocks for ever: its destructor holds Python's lock."""

    def slow(step: int, position: int) -> tuple[np.ndarray, ...]:
        time.sleep(0.01)
        return draw(step, position)

    for taken in range(6):
        with feed(replace(trainable(), draw=slow), 0, 10**9, range(2)) as batches:
            for step in range(taken):
                np.testing.assert_array_equal(next(batches)[0][1], draw(step, 1)[0])
