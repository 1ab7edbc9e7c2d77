"""The convolution that our own encoder and decoder are made of."""

from __future__ import annotations

from typing import Any

import keras


def convolve(features: Any, width: int, name: str) -> Any:
    """3 x 3 convolution, batch normalisation and ReLU: (B, H, W, any) to (B, H, W, width)."""
    features = keras.layers.Conv2D(
        width, 3, padding="same", use_bias=False, name=f"{name}_convolution"
    )(features)
    features = keras.layers.BatchNormalization(epsilon=1e-3, name=f"{name}_normalization")(features)
    return keras.layers.Activation("relu", name=f"{name}_activation")(features)
