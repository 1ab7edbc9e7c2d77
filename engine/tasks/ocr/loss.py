"""The loss of a reader: connectionist temporal classification (Graves et al., 2006).

It is the negative logarithm of the probability of the text, summed over all ways in which the
columns of a line can say it. Beside it, each character must be said somewhere about where it stands
(`engine.tasks.ocr.places`): the negative logarithm of how much of it the columns of its place say
together, at most all of it. A network that reads says each character there, so in the end nothing
is left of that term.

The sum is not divided by the number of characters: as large as it is in
the beginning, its gradient is cut to `Plan.clip_norm` at every step, and with smaller ones the
network took twice as long to say anything but blanks (benchmarks/ocr).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import tensorflow as tf

from engine.tasks.detection import loss as detection

Tensor = Any

LEAST = 1e-6
"""Below which no logarithm is taken."""

NOTHING = -1
"""What follows a text in its row of labels."""

LARGEST_GAP = 80.0
"""Logits that lie further below their frame's highest count as no lower: the kernel takes
exponentials in float32, and a text that is surely something else must not cost infinity."""


def loss_sums(labels: Tensor, places: Tensor, logits: Tensor) -> dict[str, Tensor]:
    """What the loss needs of one replica's batch.

    Args:
        labels: int32 (…, longest), indices of characters, then `NOTHING`.
        places: (…, longest, 2), the first and last column of each.
        logits: (…, frames, 1 + characters), the blank first.
    """
    labels = tf.reshape(labels, (-1, labels.shape[-1]))
    logits = tf.reshape(tf.cast(logits, tf.float32), (-1, *logits.shape[-2:]))
    least = tf.reduce_max(logits, axis=-1, keepdims=True) - LARGEST_GAP
    logits += tf.stop_gradient(tf.maximum(logits, least) - logits)
    losses = _ctc(labels, logits)
    places = tf.reshape(tf.cast(places, tf.float32), (-1, labels.shape[-1], 2))
    return {
        "reading": tf.reduce_sum(losses),
        "placing": tf.reduce_sum(_placing(labels, places, logits)),
        "lines": tf.cast(tf.shape(logits)[0], tf.float32),
    }


def _ctc(labels: Tensor, logits: Tensor) -> Tensor:
    """Negative logarithms of the probabilities of the texts, (lines,)."""
    is_empty = labels[:, :1] == NOTHING
    # The kernel refuses texts without a character; only blanks say those.
    first = tf.where(is_empty, tf.zeros_like(labels[:, :1]), labels[:, :1])
    filled = tf.concat([first, labels[:, 1:]], axis=1)
    is_text = filled != NOTHING
    shape = tf.shape(filled, out_type=tf.int64)
    texts = tf.SparseTensor(tf.where(is_text), tf.boolean_mask(filled, is_text) + 1, shape)
    with tf.device("CPU:0"):  # the kernel for sparse labels, which pads nothing
        losses = tf.nn.ctc_loss(
            labels=texts,
            logits=logits,
            label_length=None,
            logit_length=tf.fill([tf.shape(logits)[0]], tf.shape(logits)[1]),
            logits_time_major=False,
            blank_index=0,
        )
    silent = -tf.reduce_sum(tf.nn.log_softmax(logits)[..., 0], axis=-1)
    return tf.where(is_empty[:, 0], silent, losses)


def _placing(labels: Tensor, places: Tensor, logits: Tensor) -> Tensor:
    """How far from certain it is that each character is said in its place, (lines,)."""
    is_text = tf.cast(labels != NOTHING, tf.float32)
    wanted = tf.one_hot(labels + 1, logits.shape[-1]) * is_text[..., None]
    said = tf.einsum("ntc,nlc->nlt", tf.nn.softmax(logits), wanted)
    column = tf.range(logits.shape[1], dtype=tf.float32) + 0.5
    inside = (column >= places[..., :1]) & (column <= places[..., 1:])
    enough = tf.minimum(tf.reduce_sum(said * tf.cast(inside, tf.float32), axis=-1), 1.0)
    return tf.reduce_sum(-tf.math.log(enough + LEAST) * is_text, axis=-1)


def loss_from_sums(sums: Mapping[str, Tensor]) -> Tensor:
    """The loss of the whole batch."""
    return (sums["reading"] + sums["placing"]) / tf.maximum(sums["lines"], 1.0)


def joined_loss_from_sums(sums: Mapping[str, Tensor]) -> Tensor:
    """That of the locator and that of the reader; their gradients have nothing in common."""
    return detection.loss_from_sums(dict(sums)) + loss_from_sums(sums)
