"""The pixels, and beside them their contrast to what lies around.

A faint defect changes a dark photo by a few grey levels, while photos differ by a hundred. What
a convolution makes of raw pixels is ruled by that difference, and from scratch it takes hundreds
of steps to see past it. Subtracting the mean of the neighbourhood and dividing by its spread
(local contrast normalisation: Jarrett et al., What is the best multi-stage architecture for
object recognition?, 2009) shows the defect at one strength under every light. The pixels
themselves stay, for defects that are large even areas
(benchmarks/segmentation/README.md).
"""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

BLOCK_PX = 8
"""The neighbourhood is a smooth window of about three blocks, 24 px."""

LEAST_SPREAD = 0.05
"""As a share of white, between the noise of an even surface and the contrast of a clear defect."""


@keras.saving.register_keras_serializable(package="dltrain")
class LocalContrast(keras.layers.Layer):
    """Appends local contrast to pixels in 0…1: (B, H, W, C) to (B, H, W, 2C), float32.

    Args:
        least_spread: as a share of white; its square is added to the variance, so that what is
            fainter, noise above all, is not enlarged as much.
    """

    def __init__(self, least_spread: float = LEAST_SPREAD, **kwargs: Any) -> None:
        super().__init__(**{**kwargs, "dtype": "float32"})
        self.least_spread = least_spread

    def get_config(self) -> dict[str, Any]:
        """Constructor arguments, for saving."""
        return {**super().get_config(), "least_spread": self.least_spread}

    def call(self, pixels: Any) -> Any:
        """The pixels, then (pixels - mean around) / spread around, channel by channel."""
        difference = pixels - _around(pixels)
        spread = tf.sqrt(_around(tf.square(difference)) + self.least_spread**2)
        return tf.concat([pixels, difference / spread], axis=-1)

    def compute_output_shape(self, shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """(B, H, W, 2C)."""
        return (*shape[:-1], 2 * (shape[-1] or 0))


def _around(values: Any) -> Any:
    """The smooth mean of the neighbourhood of each pixel; what lies outside does not count."""
    blocks = tf.nn.avg_pool2d(values, BLOCK_PX, BLOCK_PX, "SAME")
    wide = tf.nn.avg_pool2d(blocks, 3, 1, "SAME")
    return tf.image.resize(wide, tf.shape(values)[1:3], "bilinear")
