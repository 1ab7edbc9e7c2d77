"""Loss for rare, thin classes: cross-entropy of what is wrong, plus soft Dice, over all patches.

Almost all pixels are background that is right after a few steps. The cross-entropy is a mean
over pixels weighted by 1 - P(truth) (cf. Lin et al., Focal Loss, 2017), weights that sum to one:
its size stays that of the mistakes, however few they are.

Dice (Milletari et al., V-Net, 2016, eq. 3, without squares) is pooled over the batch instead of
averaged over photos, because most patches do not show most classes. It is computed from sums
alone; adding the sums of all replicas makes the loss of many workers equal to that of one.
"""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from engine.records import IGNORE

Tensor = Any


def loss_sums(labels: Tensor, logits: Tensor, class_count: int) -> dict[str, Tensor]:
    """What the loss needs of one replica's batch, as sums that may be added over replicas.

    Args:
        labels: (B, H, W) uint8 label maps; `IGNORE` pixels count for nothing.
        logits: (B, H, W, 1 + class_count) float32, background first.

    Returns:
        `cross_entropy`, weighted, and `weight`: scalars; `overlap`, `predicted`, `true`:
        (class_count,).
    """
    valid = tf.cast(tf.not_equal(labels, IGNORE), tf.float32)
    target = tf.where(tf.equal(labels, IGNORE), tf.zeros_like(labels), labels)
    logits = tf.cast(logits, tf.float32)
    entropy = tf.nn.sparse_softmax_cross_entropy_with_logits(tf.cast(target, tf.int32), logits)
    weight = tf.stop_gradient(1.0 - tf.exp(-entropy)) * valid
    probability = tf.nn.softmax(logits)[..., 1:] * valid[..., None]
    truth = tf.one_hot(tf.cast(target, tf.int32) - 1, class_count) * valid[..., None]
    axes = (0, 1, 2)
    return {
        "cross_entropy": tf.reduce_sum(entropy * weight),
        "weight": tf.reduce_sum(weight),
        "overlap": tf.reduce_sum(probability * truth, axes),
        "predicted": tf.reduce_sum(probability, axes),
        "true": tf.reduce_sum(truth, axes),
    }


def loss_sums_of_maps(labels: Tensor, probabilities: Tensor, class_count: int) -> dict[str, Tensor]:
    """The same sums of one photo, from what inference gave.

    Args:
        labels: (H, W) uint8 label map.
        probabilities: (H, W, class_count) of the defect classes, in 0…1.
    """
    background = 1.0 - tf.reduce_sum(probabilities, axis=-1, keepdims=True)
    everything = tf.concat([background, probabilities], axis=-1)
    logits = tf.math.log(tf.maximum(everything, 1e-7))  # the softmax of logarithms is themselves
    return loss_sums(labels[None], logits[None], class_count)


def loss_from_sums(sums: dict[str, Tensor]) -> Tensor:
    """Weighted cross-entropy plus 1 − mean Dice of the classes in the batch."""
    entropy = sums["cross_entropy"] / tf.maximum(sums["weight"], 1.0)
    smooth = 1.0
    dice = (2.0 * sums["overlap"] + smooth) / (sums["predicted"] + sums["true"] + smooth)
    present = tf.cast(sums["true"] > 0, tf.float32)
    missing = tf.reduce_sum((1.0 - dice) * present) / tf.maximum(tf.reduce_sum(present), 1.0)
    return entropy + missing
