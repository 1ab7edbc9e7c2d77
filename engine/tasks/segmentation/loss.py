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

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from engine.records import IGNORE

Tensor = Any

_BAND_PX = 256
"""Rows of a photo whose loss is summed at once."""


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


def loss_sums_of_maps(
    labels: NDArray[np.uint8], probabilities: NDArray[np.float32]
) -> dict[str, NDArray[np.float64]]:
    """The same sums of one photo, from what inference gave; band by band, on the host.

    Args:
        labels: (H, W) label map.
        probabilities: (H, W, C) of the defect classes, in 0…1.
    """
    sums = no_loss_sums(probabilities.shape[2])
    for top in range(0, len(labels), _BAND_PX):
        truth, maps = labels[top : top + _BAND_PX], probabilities[top : top + _BAND_PX]
        valid = truth != IGNORE
        own = np.ascontiguousarray(maps[valid], np.float64)
        target = truth[valid].astype(np.int64)
        everything = np.concatenate([1.0 - own.sum(axis=1, keepdims=True), own], axis=1)
        chosen = np.clip(everything[np.arange(len(target)), target], 1e-7, 1.0)
        sums["cross_entropy"] -= ((1.0 - chosen) * np.log(chosen)).sum()
        sums["weight"] += (1.0 - chosen).sum()
        for index in range(own.shape[1]):
            shown = target == index + 1
            sums["overlap"][index] += own[shown, index].sum()
            sums["predicted"][index] += own[:, index].sum()
            sums["true"][index] += shown.sum()
    return sums


def no_loss_sums(class_count: int) -> dict[str, NDArray[np.float64]]:
    """The sums of no photo, to add those of photos to."""
    scalars: dict[str, NDArray[np.float64]] = {
        name: np.zeros(()) for name in ("cross_entropy", "weight")
    }
    return scalars | {name: np.zeros(class_count) for name in ("overlap", "predicted", "true")}


def loss_from_sums(sums: dict[str, Tensor]) -> Tensor:
    """Weighted cross-entropy plus 1 − mean Dice of the classes in the batch."""
    entropy = sums["cross_entropy"] / tf.maximum(sums["weight"], 1.0)
    smooth = 1.0
    dice = (2.0 * sums["overlap"] + smooth) / (sums["predicted"] + sums["true"] + smooth)
    present = tf.cast(sums["true"] > 0, tf.float32)
    missing = tf.reduce_sum((1.0 - dice) * present) / tf.maximum(tf.reduce_sum(present), 1.0)
    return entropy + missing
