"""CSPDarkNet, the backbone of YOLOX (https://arxiv.org/abs/2107.08430).

The published weights were trained on ImageNet with pixels in 0..1.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import keras
from keras_cv.models import CSPDarkNetBackbone

from engine.kcv.levels import at_layers
from engine.kcv.spec import BackboneSpec

_LEVELS = ("stem_conv", "dark2_csp", "dark3_csp", "dark4_csp")


def _network(channels: tuple[int, ...]) -> keras.Model:
    return CSPDarkNetBackbone(
        stackwise_channels=list(channels),
        stackwise_depth=[1, 3, 3, 1],
        include_rescaling=False,
        use_depthwise=False,
        input_shape=(None, None, 3),
    )


def _build(channels: tuple[int, ...]) -> keras.Model:
    return at_layers(_network(channels), _LEVELS)


def _spec(
    size: str, channels: tuple[int, ...], parameters: int, presets: Mapping[str, str]
) -> BackboneSpec:
    return BackboneSpec(
        name=f"csp_darknet_{size}",
        family="csp_darknet",
        build=partial(_build, channels),
        published=partial(_network, channels),
        strides=(2, 4, 8, 16, 32),
        parameters=parameters,
        presets=presets,
    )


SPECS = (
    _spec(
        "tiny",
        (48, 96, 192, 384),
        2_380_416,
        {"imagenet": "kaggle://keras/cspdarknet/keras/csp_darknet_tiny_imagenet/2"},
    ),
    _spec("s", (64, 128, 256, 512), 4_223_488, {}),
)
