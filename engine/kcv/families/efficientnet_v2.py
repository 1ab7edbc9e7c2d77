"""EfficientNetV2 (https://arxiv.org/abs/2104.00298), sizes B0 to B3 and S.

The published weights were trained on ImageNet with pixels in 0..1.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import keras
from keras_cv.models import EfficientNetV2Backbone

from engine.kcv.levels import at_published_levels
from engine.kcv.spec import BackboneSpec


@dataclass(frozen=True, slots=True)
class _Stages:
    repeats: tuple[int, ...]
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    expansions: tuple[int, ...]


_B_STAGES = _Stages(
    repeats=(1, 2, 2, 3, 5, 8),
    inputs=(32, 16, 32, 48, 96, 112),
    outputs=(16, 32, 48, 96, 112, 192),
    expansions=(1, 4, 4, 4, 6, 6),
)
_S_STAGES = _Stages(
    repeats=(2, 4, 4, 6, 9, 15),
    inputs=(24, 24, 48, 64, 128, 160),
    outputs=(24, 48, 64, 128, 160, 256),
    expansions=(1, 4, 4, 4, 6, 6),
)


def _network(stages: _Stages, width: float, depth: float) -> keras.Model:
    return EfficientNetV2Backbone(
        include_rescaling=False,
        width_coefficient=width,
        depth_coefficient=depth,
        stackwise_kernel_sizes=[3] * 6,
        stackwise_num_repeats=list(stages.repeats),
        stackwise_input_filters=list(stages.inputs),
        stackwise_output_filters=list(stages.outputs),
        stackwise_expansion_ratios=list(stages.expansions),
        stackwise_squeeze_and_excite_ratios=[0.0, 0.0, 0.0, 0.25, 0.25, 0.25],
        stackwise_strides=[1, 2, 2, 2, 1, 2],
        stackwise_conv_types=["fused"] * 3 + ["unfused"] * 3,
        input_shape=(None, None, 3),
    )


def _build(stages: _Stages, width: float, depth: float) -> keras.Model:
    return at_published_levels(_network(stages, width, depth))


def _spec(
    size: str, stages: _Stages, width: float, depth: float, parameters: int, *, published: bool
) -> BackboneSpec:
    name = f"efficientnetv2_{size}"
    handle = f"kaggle://keras/efficientnetv2/keras/{name}_imagenet/2"
    return BackboneSpec(
        name=name,
        family="efficientnet_v2",
        build=partial(_build, stages, width, depth),
        published=partial(_network, stages, width, depth),
        strides=(2, 4, 8, 16, 32),
        parameters=parameters,
        presets={"imagenet": handle} if published else {},
    )


SPECS = (
    _spec("b0", _B_STAGES, 1.0, 1.0, 5_919_312, published=True),
    _spec("b1", _B_STAGES, 1.0, 1.1, 6_931_124, published=True),
    _spec("b2", _B_STAGES, 1.1, 1.2, 8_769_374, published=True),
    _spec("b3", _B_STAGES, 1.2, 1.4, 12_930_622, published=False),
    _spec("s", _S_STAGES, 1.0, 1.0, 20_331_360, published=True),
)
