"""The loss of a reader: connectionist temporal classification (Graves et al., 2006).

It is the negative logarithm of the probability of the text, summed over all ways in which the
columns of a line can say it. It is not divided by the number of characters: as large as it is in
the beginning, its gradient is cut to `Plan.clip_norm` at every step, and with smaller ones the
network took twice as long to say anything but blanks (benchmarks/ocr).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import tensorflow as tf

from engine.tasks.detection import loss as detection

Tensor = Any

NOTHING = -1
"""What follows a text in its row of labels."""


def loss_sums(labels: Tensor, logits: Tensor) -> dict[str, Tensor]:
    """What the loss needs of one replica's batch.

    Args:
        labels: int32 (…, longest), indices of characters, then `NOTHING`.
        logits: (…, frames, 1 + characters), the blank first.
    """
    labels = tf.reshape(labels, (-1, labels.shape[-1]))
    logits = tf.reshape(tf.cast(logits, tf.float32), (-1, *logits.shape[-2:]))
    is_text = labels != NOTHING
    shape = tf.shape(labels, out_type=tf.int64)
    texts = tf.SparseTensor(tf.where(is_text), tf.boolean_mask(labels, is_text) + 1, shape)
    count, frames = tf.shape(logits)[0], tf.shape(logits)[1]
    with tf.device("CPU:0"):  # the kernel for sparse labels, which pads nothing
        losses = tf.nn.ctc_loss(
            labels=texts,
            logits=logits,
            label_length=None,
            logit_length=tf.fill([count], frames),
            logits_time_major=False,
            blank_index=0,
        )
    return {"reading": tf.reduce_sum(losses), "lines": tf.cast(count, tf.float32)}


def loss_from_sums(sums: Mapping[str, Tensor]) -> Tensor:
    """The loss of the whole batch."""
    return sums["reading"] / tf.maximum(sums["lines"], 1.0)


def joined_loss_from_sums(sums: Mapping[str, Tensor]) -> Tensor:
    """That of the locator and that of the reader; their gradients have nothing in common."""
    return detection.loss_from_sums(dict(sums)) + loss_from_sums(sums)
