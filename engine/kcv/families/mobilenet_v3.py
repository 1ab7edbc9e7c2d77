"""MobileNetV3 (https://arxiv.org/abs/1905.02244), small and large.

The published weights were trained on ImageNet with pixels in 0..1.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import keras
from keras_cv.models import MobileNetV3Backbone

from engine.kcv.levels import at_published_levels
from engine.kcv.spec import BackboneSpec


@dataclass(frozen=True, slots=True)
class _Blocks:
    expansions: tuple[float, ...]
    filters: tuple[int, ...]
    kernels: tuple[int, ...]
    strides: tuple[int, ...]
    squeeze_ratios: tuple[float | None, ...]
    activations: tuple[str, ...]


_SMALL = _Blocks(
    expansions=(1, 72 / 16, 88 / 24, 4, 6, 6, 3, 3, 6, 6, 6),
    filters=(16, 24, 24, 40, 40, 40, 48, 48, 96, 96, 96),
    kernels=(3,) * 3 + (5,) * 8,
    strides=(2, 2, 1, 2, 1, 1, 1, 1, 2, 1, 1),
    squeeze_ratios=(0.25, None, None) + (0.25,) * 8,
    activations=("relu",) * 3 + ("hard_swish",) * 8,
)
_LARGE = _Blocks(
    expansions=(1, 4, 3, 3, 3, 3, 6, 2.5, 2.3, 2.3, 6, 6, 6, 6, 6),
    filters=(16, 24, 24, 40, 40, 40, 80, 80, 80, 80, 112, 112, 160, 160, 160),
    kernels=(3, 3, 3, 5, 5, 5, 3, 3, 3, 3, 3, 3, 5, 5, 5),
    strides=(1, 2, 1, 2, 1, 1, 2, 1, 1, 1, 1, 1, 2, 1, 1),
    squeeze_ratios=(None,) * 3 + (0.25,) * 3 + (None,) * 4 + (0.25,) * 5,
    activations=("relu",) * 6 + ("hard_swish",) * 9,
)


def _network(blocks: _Blocks) -> keras.Model:
    return MobileNetV3Backbone(
        stackwise_expansion=list(blocks.expansions),
        stackwise_filters=list(blocks.filters),
        stackwise_kernel_size=list(blocks.kernels),
        stackwise_stride=list(blocks.strides),
        stackwise_se_ratio=list(blocks.squeeze_ratios),
        stackwise_activation=list(blocks.activations),
        include_rescaling=False,
        input_shape=(None, None, 3),
        alpha=1.0,
    )


def _build(blocks: _Blocks) -> keras.Model:
    return at_published_levels(_network(blocks))


def _spec(size: str, blocks: _Blocks, parameters: int) -> BackboneSpec:
    name = f"mobilenet_v3_{size}"
    return BackboneSpec(
        name=name,
        family="mobilenet_v3",
        build=partial(_build, blocks),
        published=partial(_network, blocks),
        strides=(2, 4, 8, 16, 32),
        parameters=parameters,
        presets={"imagenet": f"kaggle://keras/mobilenetv3/keras/{name}_imagenet/2"},
    )


SPECS = (_spec("small", _SMALL, 939_120), _spec("large", _LARGE, 2_996_352))
