"""Mix Transformer (MiT), the backbone of SegFormer (https://arxiv.org/abs/2105.15203).

keras_cv's `MiTBackbone` takes square images of one fixed size only. This is the same network,
weight for weight and number for number, for any size divisible by 32. It has no level of
stride 2. The published weights were trained on ImageNet with pixels in 0..1.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from itertools import accumulate

import keras
import numpy as np
from keras_cv.models import MiTBackbone

from engine.kcv.mix_transformer_block import MixTransformerBlock
from engine.kcv.spec import BackboneSpec

_HEADS = (1, 2, 5, 8)
_REDUCTIONS = (8, 4, 2, 1)
_LARGEST_DROP_RATE = 0.1


def _published(features: tuple[int, ...], depths: tuple[int, ...]) -> keras.Model:
    return MiTBackbone(
        include_rescaling=False,
        depths=list(depths),
        embedding_dims=list(features),
        input_shape=(224, 224, 3),
    )


def _build(features: tuple[int, ...], depths: tuple[int, ...]) -> keras.Model:
    drop_rates = np.linspace(0.0, _LARGEST_DROP_RATE, sum(depths)).tolist()
    ends = list(accumulate(depths))
    pixels = keras.Input((None, None, 3))
    levels, x = [], pixels
    for stage, (width, depth, end) in enumerate(zip(features, depths, ends, strict=True)):
        x = keras.layers.Conv2D(
            width,
            kernel_size=3 if stage else 7,
            strides=2 if stage else 4,
            padding="same",
            name=f"stage_{stage}_embed",
        )(x)
        x = keras.layers.LayerNormalization(name=f"stage_{stage}_embed_norm")(x)
        for block, drop_rate in enumerate(drop_rates[end - depth : end]):
            x = MixTransformerBlock(
                features=width,
                heads=_HEADS[stage],
                reduction=_REDUCTIONS[stage],
                drop_rate=drop_rate,
                name=f"stage_{stage}_block_{block}",
            )(x)
        x = keras.layers.LayerNormalization(name=f"stage_{stage}_norm")(x)
        levels.append(x)
    return keras.Model(pixels, levels)


def _spec(
    size: int,
    features: tuple[int, ...],
    depths: tuple[int, ...],
    parameters: int,
    presets: Mapping[str, str],
) -> BackboneSpec:
    return BackboneSpec(
        name=f"mit_b{size}",
        family="mix_transformer",
        build=partial(_build, features, depths),
        published=partial(_published, features, depths),
        strides=(4, 8, 16, 32),
        parameters=parameters,
        presets=presets,
    )


SPECS = (
    _spec(
        0,
        (32, 64, 160, 256),
        (2, 2, 2, 2),
        3_319_392,
        {"imagenet": "kaggle://keras/mit/keras/mit_b0_imagenet/2"},
    ),
    _spec(1, (64, 128, 320, 512), (2, 2, 2, 2), 13_151_424, {}),
    _spec(2, (64, 128, 320, 512), (3, 4, 6, 3), 24_196_288, {}),
)
