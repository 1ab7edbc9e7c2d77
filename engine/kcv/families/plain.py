"""Our own encoder, the one for training from scratch: plain convolutions from full resolution on.

Two convolutions a level, as in the U-Net (Ronneberger et al., 2015), and a sixth level. The
published architectures halve the image before their first feature and spend their weights on
deep levels; from scratch, on some dozens of photos and a few hundred steps, that finds thin
defects late (benchmarks/segmentation/README.md). No weights are published for it.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import keras

from engine.kcv.spec import BackboneSpec


def _convolve(features: Any, width: int, name: str) -> Any:
    features = keras.layers.Conv2D(
        width, 3, padding="same", use_bias=False, name=f"{name}_convolution"
    )(features)
    features = keras.layers.BatchNormalization(epsilon=1e-3, name=f"{name}_normalization")(features)
    return keras.layers.Activation("relu", name=f"{name}_activation")(features)


def _network(widths: tuple[int, ...]) -> keras.Model:
    pixels = keras.Input((None, None, 3))
    features, levels = pixels, []
    for level, width in enumerate(widths):
        if level:
            features = keras.layers.MaxPooling2D(2, name=f"pool_{level}")(features)
        for number in (1, 2):
            features = _convolve(features, width, f"level_{level}_{number}")
        levels.append(features)
    return keras.Model(pixels, levels)


def _spec(size: str, widths: tuple[int, ...], parameters: int) -> BackboneSpec:
    build = partial(_network, widths)
    return BackboneSpec(
        name=f"plain_{size}",
        family="plain",
        build=build,
        published=build,
        strides=(1, 2, 4, 8, 16, 32),
        parameters=parameters,
        presets={},
    )


SPECS = (
    _spec("s", (16, 32, 48, 64, 96, 128), 514_992),
    _spec("m", (24, 48, 96, 144, 192, 256), 2_091_272),
)
