"""MobileNetV2 (https://arxiv.org/abs/1801.04381) as keras.applications has it.

The published weights were trained on ImageNet with pixels in -1..1.
"""

from __future__ import annotations

from functools import partial

import keras

from engine.kcv.levels import at_layers
from engine.kcv.spec import BackboneSpec

_LEVELS = (
    "block_1_expand_relu",
    "block_3_expand_relu",
    "block_6_expand_relu",
    "block_13_expand_relu",
)
_FOLDER = "https://storage.googleapis.com/tensorflow/keras-applications/mobilenet_v2"


def _network(width: float) -> keras.Model:
    return keras.applications.MobileNetV2(
        input_shape=(None, None, 3), alpha=width, include_top=False, weights=None
    )


def _build(width: float) -> keras.Model:
    return at_layers(_network(width), _LEVELS)


def _spec(width: float, parameters: int) -> BackboneSpec:
    file = f"mobilenet_v2_weights_tf_dim_ordering_tf_kernels_{width}_224_no_top.h5"
    return BackboneSpec(
        name=f"mobilenet_v2_{round(width * 100):03d}",
        family="mobilenet_v2",
        build=partial(_build, width),
        published=partial(_network, width),
        strides=(2, 4, 8, 16, 32),
        parameters=parameters,
        presets={"imagenet": f"{_FOLDER}/{file}"},
        scaling="signed",
    )


SPECS = (_spec(0.35, 410_208), _spec(1.0, 2_257_984))
