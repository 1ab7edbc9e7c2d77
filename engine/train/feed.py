"""Examples to tensors: a tf.data pipeline in which every batch is a pure function of its step.

Nothing is shuffled and nothing is remembered: step `n` asks for examples (n, 0), (n, 1), …, so a
resumed run goes on with the very batch that was next, and two workers see the two halves of
the batch that one worker would have seen.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import tensorflow as tf

from engine.errors import RunFailed, UnreadableImage
from engine.train.plan import Trainable


@contextmanager
def feed(
    trainable: Trainable, start: int, stop: int, positions: range
) -> Iterator[Iterator[tuple[tf.Tensor, ...]]]:
    """Batches of steps `start` … `stop - 1`, holding the given positions of the global batch.

    A context manager, because a pipeline with calls into Python under way must not be dropped:
    its destructor holds Python's lock and waits for threads that wait for it. On leaving, the
    source of steps is closed and what is under way is drained.

    Yields:
        An iterator of tuples, one tensor (len(positions), *shape) for each array of an example.
        It raises RunFailed where a photo can no longer be read.
    """
    with tf.device("CPU:0"):
        closed = tf.Variable(False, trainable=False)
    blank = [np.zeros((len(positions), *shape), dtype) for shape, dtype in trainable.example]
    leaving: list[bool] = []
    unreadable: list[UnreadableImage] = []

    def draw_batch(step: np.int64) -> list[np.ndarray[Any, Any]]:
        if leaving:
            return blank
        try:
            examples = [trainable.draw(int(step), position) for position in positions]
        except UnreadableImage as error:
            unreadable.append(error)  # tf.data passes on its text alone
            raise
        return [np.stack(arrays) for arrays in zip(*examples, strict=True)]

    dtypes = [tf.as_dtype(dtype) for _, dtype in trainable.example]

    def load(step: tf.Tensor) -> tuple[tf.Tensor, ...]:
        arrays = tf.numpy_function(draw_batch, [step], dtypes)
        return tuple(
            tf.ensure_shape(array, (len(positions), *shape))
            for array, (shape, _) in zip(arrays, trainable.example, strict=True)
        )

    threads = max(1, min(16, (os.cpu_count() or 1) - 1))
    options = tf.data.Options()
    options.deterministic = True
    options.autotune.enabled = False
    steps = tf.data.Dataset.range(start, stop).take_while(lambda _: tf.logical_not(closed))
    batches = iter(steps.map(load, num_parallel_calls=threads).prefetch(4).with_options(options))
    try:
        yield _telling(batches, unreadable)
    finally:
        leaving.append(True)
        closed.assign(True)
        _drain(batches)


def _telling(
    batches: Iterator[tuple[tf.Tensor, ...]], unreadable: list[UnreadableImage]
) -> Iterator[tuple[tf.Tensor, ...]]:
    """The batches; a photo that went missing since the audit is told as what it is."""
    try:
        yield from batches
    except tf.errors.OpError as error:
        if not unreadable:
            raise
        raise RunFailed(
            f"a photo of the run can no longer be read: {unreadable[0].message}",
            where=unreadable[0].where,
            fix="Data must stay as they are during a run. Bring the photo back, then go on with "
            "--resume",
        ) from error


def _drain(batches: Iterator[Any]) -> None:
    """Takes what is left of a closed pipeline; one that failed has failed before."""
    while True:
        try:
            next(batches)
        except StopIteration:
            return
        except tf.errors.OpError:
            continue
