"""The learning rate as a function of how much of the budget is spent."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

WARM_UP = 0.05
FINAL = 0.01


def learning_rate(progress: Any, peak: float) -> Any:
    """Linear warm-up, then a cosine (Loshchilov & Hutter, 2017) down to 1 % of the peak.

    Args:
        progress: spent share of the budget, 0…1, scalar float tensor. Steps or time: a schedule
            over the budget ends in small steps whichever of the two runs out.
        peak: highest rate.
    """
    progress = tf.clip_by_value(progress, 0.0, 1.0)
    warm = tf.minimum(1.0, (progress + 0.1 * WARM_UP) / WARM_UP)
    after = tf.clip_by_value((progress - WARM_UP) / (1.0 - WARM_UP), 0.0, 1.0)
    cosine = FINAL + (1.0 - FINAL) * 0.5 * (1.0 + tf.cos(3.141592653589793 * after))
    return tf.cast(peak, tf.float32) * tf.where(progress < WARM_UP, warm, cosine)
