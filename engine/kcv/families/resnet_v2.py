"""ResNet V2: residual blocks with normalisation and activation before each convolution
(https://arxiv.org/abs/1603.05027).

The levels are the activated input of each block that downsamples, since the sums between the
blocks are neither normalised nor activated. keras_cv downsamples in a stage's last block. The
published weights were trained on ImageNet with pixels in 0..1.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import keras
from keras_cv.models import ResNetV2Backbone

from engine.kcv.levels import at_layers
from engine.kcv.spec import BackboneSpec


def _network(blocks: tuple[int, ...], block_type: str) -> keras.Model:
    return ResNetV2Backbone(
        stackwise_filters=[64, 128, 256, 512],
        stackwise_blocks=list(blocks),
        stackwise_strides=[1, 2, 2, 2],
        include_rescaling=False,
        block_type=block_type,
        input_shape=(None, None, 3),
    )


def _build(blocks: tuple[int, ...], block_type: str) -> keras.Model:
    stages = [
        f"v2_stack_{stage}_block{blocks[stage]}_use_preactivation_relu" for stage in (1, 2, 3)
    ]
    return at_layers(_network(blocks, block_type), ("conv1_conv", *stages))


def _spec(
    depth: int,
    blocks: tuple[int, ...],
    block_type: str,
    parameters: int,
    presets: Mapping[str, str],
) -> BackboneSpec:
    return BackboneSpec(
        name=f"resnet{depth}_v2",
        family="resnet_v2",
        build=partial(_build, blocks, block_type),
        published=partial(_network, blocks, block_type),
        strides=(2, 4, 8, 16, 32),
        parameters=parameters,
        presets=presets,
    )


SPECS = (
    _spec(18, (2, 2, 2, 2), "basic_block", 11_183_488, {}),
    _spec(34, (3, 4, 6, 3), "basic_block", 21_299_072, {}),
    _spec(
        50,
        (3, 4, 6, 3),
        "block",
        23_564_800,
        {"imagenet": "kaggle://keras/resnetv2/keras/resnet50_v2_imagenet/2"},
    ),
)
