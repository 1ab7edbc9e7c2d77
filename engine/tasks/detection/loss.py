"""The loss of a detector: how sure it is, where boxes lie, and how they are turned.

*Sure.* Focal loss on Gaussians (Law & Deng, CornerNet, 2018, eq. 1).
*Boxes.* Generalised intersection over union (Rezatofighi et al., 2019) between the truth and what
the cell says, both seen in the frame of the truth: the angle is learnt apart, by a loss that
knows the class's symmetry, and does not spoil the sides while it is still wrong.
*Sides.* Of long things the distance between the logarithms of the sides as well: until it is nearly
right the overlap hardly tells how long they are. Of square ones it tells enough.
*Angle.* The squared distance to (cos n·angle, sin n·angle).

All are sums that may be added over replicas before `loss_from_sums` divides them.
"""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from engine.tasks.detection.grid import SIZE_OF_STRIDE

Tensor = Any

BOX_SHARE = 2.5
SIDES_SHARE = 1.0
ANGLE_SHARE = 1.0
LARGEST_LOG = 4.0


def loss_sums(
    targets: tuple[Tensor, ...],
    outputs: Tensor,
    class_count: int,
    places: tuple[Tensor, Tensor],
) -> dict[str, Tensor]:
    """What the loss needs of one replica's batch.

    Args:
        targets: `Targets.arrays`, each with a batch in front.
        outputs: (B, cells, classes + 4 (+ 2)), see `build_detector`.
        places: middles (cells, 2) and strides (cells,) of the grid, in px.
    """
    sure, boxes, weight, angle_weight, counted = (tf.cast(each, tf.float32) for each in targets)
    outputs = tf.cast(outputs, tf.float32)
    logits, said = outputs[..., :class_count], outputs[..., class_count:]
    sums = {
        "sure": tf.reduce_sum(_focal(logits, sure) * counted[..., None]),
        "things": tf.reduce_sum(weight),
        "box": tf.reduce_sum(weight * _box_loss(said, boxes, places)),
        "sides": tf.reduce_sum(weight * _sides_loss(said, boxes, places)),
        "angle": tf.zeros(()),
        "angles": tf.reduce_sum(angle_weight),
    }
    if said.shape[-1] > 4:
        apart = tf.reduce_sum((said[..., 4:6] - boxes[..., 5:7]) ** 2, axis=-1)
        sums["angle"] = tf.reduce_sum(angle_weight * apart)
    return sums


def loss_from_sums(sums: dict[str, Tensor]) -> Tensor:
    """The loss of the whole batch."""
    things = tf.maximum(sums["things"], 1.0)
    angles = tf.maximum(sums["angles"], 1.0)
    return (
        sums["sure"] / things
        + BOX_SHARE * sums["box"] / things
        + SIDES_SHARE * sums["sides"] / things
        + ANGLE_SHARE * sums["angle"] / angles
    )


def _focal(logits: Tensor, sure: Tensor) -> Tensor:
    probability = tf.sigmoid(logits)
    is_middle = tf.cast(sure >= 1.0, tf.float32)
    right = is_middle * (1 - probability) ** 2 * tf.nn.softplus(-logits)
    wrong = (1 - is_middle) * (1 - sure) ** 4 * probability**2 * tf.nn.softplus(logits)
    return right + wrong


def read_box(said: Tensor, places: tuple[Tensor, Tensor]) -> tuple[Tensor, Tensor]:
    """Middle and sides (…, cells, 2) in px that the cells say."""
    middles, strides = places
    middle = middles + said[..., 0:2] * strides[:, None]
    size = tf.exp(tf.clip_by_value(said[..., 2:4], -LARGEST_LOG, LARGEST_LOG))
    return middle, size * SIZE_OF_STRIDE * strides[:, None]


def _sides_loss(said: Tensor, boxes: Tensor, places: tuple[Tensor, Tensor]) -> Tensor:
    """Distance between the logarithms of the sides, the more the longer the thing, (B, cells)."""
    unit = SIZE_OF_STRIDE * places[1][:, None]
    true = tf.math.log(tf.maximum(boxes[..., 2:4], 1.0) / unit)
    apart = tf.reduce_sum(tf.abs(said[..., 2:4] - true), axis=-1)
    longness = 1.0 - tf.exp(-tf.abs(true[..., 0] - true[..., 1]))  # 1 - shorter / longer
    return longness * apart


def _box_loss(said: Tensor, boxes: Tensor, places: tuple[Tensor, Tensor]) -> Tensor:
    """1 - GIoU of each cell, in the frame of the truth, (B, cells)."""
    middle, size = read_box(said, places)
    away = middle - boxes[..., 0:2]
    cosine, sine = tf.cos(boxes[..., 4]), tf.sin(boxes[..., 4])
    along = away[..., 0] * cosine + away[..., 1] * sine
    down = away[..., 1] * cosine - away[..., 0] * sine
    place = tf.stack([along, down], axis=-1)
    true = boxes[..., 2:4]
    low, high = place - size / 2, place + size / 2
    sides = tf.maximum(high, true / 2) - tf.minimum(low, -true / 2)
    shared = tf.minimum(high, true / 2) - tf.maximum(low, -true / 2)
    around = tf.reduce_prod(sides, axis=-1)
    common = tf.reduce_prod(tf.maximum(shared, 0.0), axis=-1)
    union = tf.reduce_prod(size, axis=-1) + tf.reduce_prod(true, axis=-1) - common
    overlap = common / tf.maximum(union, 1e-6)
    return 1.0 - overlap + (around - union) / tf.maximum(around, 1e-6)
