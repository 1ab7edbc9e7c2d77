"""Examples to tensors: a tf.data pipeline in which every batch is a pure function of its step.

Nothing is shuffled and nothing is remembered: step `n` asks for examples (n, 0), (n, 1), …, so a
resumed run goes on with the very batch that was next, and two workers see the two halves of
the batch that one worker would have seen.
"""

from __future__ import annotations

import os

import numpy as np
import tensorflow as tf

from engine.train.plan import Trainable


def feed(trainable: Trainable, start: int, stop: int, positions: range) -> tf.data.Dataset:
    """Batches of steps `start` … `stop - 1`, holding the given positions of the global batch.

    Returns:
        A dataset of tuples, one tensor (len(positions), *shape) for each array of an example.
    """

    def draw_batch(step: np.int64) -> list[np.ndarray]:
        examples = [trainable.draw(int(step), position) for position in positions]
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
    batches = tf.data.Dataset.range(start, stop).map(load, num_parallel_calls=threads)
    return batches.prefetch(4).with_options(options)
