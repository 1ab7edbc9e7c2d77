"""Segmentation networks: our light U-Net decoder, and keras-cv's DeepLabV3+ and SegFormer.

All take RGB (B, H, W, 3) float in 0…1 with H and W divisible by 32 and give float32 logits
(B, H, W, 1 + classes), background first, at the resolution of the input.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from engine import kcv

DECODER_WIDTHS: Mapping[int, int] = {16: 96, 8: 64, 4: 48, 2: 32, 1: 16}
"""Channels of the U-Net decoder at each stride."""

BACKGROUND_PRIOR = 0.97
"""Share of background that the untrained network assumes."""


@keras.saving.register_keras_serializable(package="dltrain")
class DepthToSpace(keras.layers.Layer):
    """Rearranges (B, H, W, b²·C) to (B, b·H, b·W, C) (sub-pixel convolution, Shi et al., 2016)."""

    def __init__(self, block: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.block = block

    def call(self, features: Any) -> Any:
        """Moves blocks of channels into space."""
        return tf.nn.depth_to_space(features, self.block)

    def compute_output_shape(self, shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """(B, b·H, b·W, C)."""
        batch, height, width, channels = shape
        block = self.block
        return (
            batch,
            height * block if height else None,
            width * block if width else None,
            (channels or 0) // block**2,
        )

    def get_config(self) -> dict[str, Any]:
        """Constructor arguments, for saving."""
        return {**super().get_config(), "block": self.block}


def build_unet(backbone: kcv.Backbone, class_count: int) -> keras.Model:
    """A U-Net (Ronneberger et al., 2015) with one convolution a level on a backbone's pyramid.

    A backbone that begins at stride 1 is decoded up to it. One that begins at stride 2 gets a
    head of four sub-pixel logits, so that thin lines survive without convolutions at full size.

    Args:
        backbone: with tensors at strides 32, 16, 8, 4 and, if it has them, 2 and 1.
        class_count: number of classes, background not counted.
    """
    levels = sorted(backbone.pyramid, reverse=True)
    features = backbone.pyramid[levels[0]]
    for stride in levels[1:]:
        skip = backbone.pyramid[stride]
        if stride == 1:
            features = _enlarge_into(features, skip)
        else:
            features = keras.layers.UpSampling2D(2, name=f"up_{stride}")(features)
            features = keras.layers.Concatenate(name=f"skip_{stride}")([features, skip])
        features = kcv.convolve(features, DECODER_WIDTHS[stride], f"decoder_{stride}")
    block = levels[-1]
    logits = keras.layers.Conv2D(
        block**2 * (1 + class_count), 3, padding="same", dtype="float32", name="head"
    )(features)
    if block > 1:
        logits = DepthToSpace(block, dtype="float32", name="logits")(logits)
    model = keras.Model(backbone.model.input, logits, name=f"unet_{backbone.spec.name}")
    model.get_layer("head").bias.assign(_rare_bias(block**2, class_count))
    return model


def _enlarge_into(features: Any, skip: Any) -> Any:
    """Adds features of stride 2 to those of stride 1: most of the cost lies here, so no more."""
    width = skip.shape[-1]
    features = keras.layers.Conv2D(4 * width, 1, name="enlarge_convolution")(features)
    features = DepthToSpace(2, name="enlarge")(features)
    return keras.layers.Add(name="skip_1")([features, skip])


def _rare_bias(positions: int, class_count: int) -> NDArray[np.float32]:
    """Biases of the head that make every pixel background with `BACKGROUND_PRIOR` at first.

    Without them the first steps are spent on learning that defects are rare (Lin et al., Focal
    Loss, 2017, section 4.1).
    """
    one = np.full(1 + class_count, np.log((1.0 - BACKGROUND_PRIOR) / class_count), np.float32)
    one[0] = np.log(BACKGROUND_PRIOR)
    return np.tile(one, positions)
