"""Our own encoder, the one for training from scratch: plain convolutions from full resolution on.

Pixels and their local contrast, then two convolutions a level, as in the U-Net (Ronneberger et
al., 2015), and a sixth level. The published architectures halve the image before their first
feature and spend their weights on deep levels; from scratch, on some dozens of photos and a few
hundred steps, that finds thin defects late (benchmarks/segmentation/README.md). No weights are
published for it.
"""

from __future__ import annotations

import keras

from engine.kcv.convolution import convolve
from engine.kcv.local_contrast import LocalContrast
from engine.kcv.spec import BackboneSpec

_WIDTHS = (16, 32, 48, 64, 96, 128)


def _network() -> keras.Model:
    pixels = keras.Input((None, None, 3))
    features, levels = LocalContrast(name="local_contrast")(pixels), []
    for level, width in enumerate(_WIDTHS):
        if level:
            features = keras.layers.MaxPooling2D(2, name=f"pool_{level}")(features)
        for number in (1, 2):
            features = convolve(features, width, f"level_{level}_{number}")
        levels.append(features)
    return keras.Model(pixels, levels)


SPECS = (
    BackboneSpec(
        name="plain_s",
        family="plain",
        build=_network,
        published=_network,
        strides=(1, 2, 4, 8, 16, 32),
        parameters=515_424,
        presets={},
    ),
)
