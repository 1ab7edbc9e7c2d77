"""Bilinear enlargement by a whole factor, in graphs that are traced for any size too.

Keras' `UpSampling2D` with `interpolation="bilinear"` compares the size as a Python number, which
it is not in a `tf.function` that serves pictures of several sizes.
"""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf


@keras.saving.register_keras_serializable(package="dltrain")
class Enlarge(keras.layers.Layer):
    """Maps (B, H, W, C) to (B, factor·H, factor·W, C), bilinearly, of the same dtype.

    Args:
        factor: 1 or more.
    """

    def __init__(self, factor: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.factor = factor

    def call(self, features: Any) -> Any:
        """Places values between those of neighbouring cells."""
        _, height, width, _ = keras.ops.shape(features)
        size = height * self.factor, width * self.factor
        return tf.cast(tf.image.resize(features, size, "bilinear"), features.dtype)

    def compute_output_shape(self, shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """(B, factor·H, factor·W, C)."""
        batch, height, width, channels = shape
        return (
            batch,
            height * self.factor if height else None,
            width * self.factor if width else None,
            channels,
        )

    def get_config(self) -> dict[str, Any]:
        """Constructor arguments, for saving."""
        return {**super().get_config(), "factor": self.factor}
