"""The convolution that our own encoders and decoders are made of."""

from __future__ import annotations

from typing import Any

import keras


def convolve(features: Any, width: int, name: str, side: int = 3) -> Any:
    """Convolution, batch normalisation and ReLU: (B, H, W, any) to (B, H, W, width).

    Args:
        side: of the kernel, in cells.
    """
    features = keras.layers.Conv2D(
        width, side, padding="same", use_bias=False, name=f"{name}_convolution"
    )(features)
    features = keras.layers.BatchNormalization(epsilon=1e-3, name=f"{name}_normalization")(features)
    return keras.layers.Activation("relu", name=f"{name}_activation")(features)
