"""keras_cv's DeepLabV3+ (https://arxiv.org/abs/1802.02611) on any backbone."""

from __future__ import annotations

import keras
from keras_cv.models import DeepLabV3Plus

from engine.kcv.backbones import Backbone
from engine.kcv.catalogue import BACKBONES
from engine.kcv.requirements import require_strides

DEEPLAB_STRIDES = (4, 32)
DEEPLAB_BACKBONES = tuple(
    name for name, spec in BACKBONES.items() if set(DEEPLAB_STRIDES) <= set(spec.strides)
)
_HEAD_FILTERS = 256


def build_deeplab_v3_plus(backbone: Backbone, class_count: int) -> keras.Model:
    """Builds DeepLabV3+ with logits of the input's size.

    The atrous pooling reads stride 32 and the decoder joins stride 4, as keras_cv has it.

    Args:
        backbone: one of `DEEPLAB_BACKBONES`; its weights are shared, not copied.
        class_count: number of logits a pixel, background included.

    Returns:
        Pixels in 0..1 (batch, height, width, channels), height and width divisible by 32, ->
        float32 logits (batch, height, width, class_count).

    Raises:
        UsageError: the backbone lacks a level.
    """
    require_strides(backbone, DEEPLAB_STRIDES, "deeplab_v3_plus", DEEPLAB_BACKBONES)
    levels = [
        keras.layers.Identity(name=f"stride_{stride}")(backbone.pyramid[stride])
        for stride in DEEPLAB_STRIDES
    ]
    features = keras.Model(backbone.model.input, levels, name="features")
    features.pyramid_level_inputs = {"P2": "stride_4", "P5": "stride_32"}
    network = DeepLabV3Plus(
        backbone=features, num_classes=class_count, segmentation_head=_head(class_count)
    )
    return keras.Model(network.input, network.output, name="deeplab_v3_plus")


def _head(class_count: int) -> keras.Sequential:
    """keras_cv's own head without its softmax; float32 under any precision."""
    return keras.Sequential(
        [
            keras.layers.Conv2D(_HEAD_FILTERS, 1, use_bias=False),
            keras.layers.BatchNormalization(),
            keras.layers.ReLU(),
            keras.layers.UpSampling2D(4, interpolation="bilinear"),
            keras.layers.Conv2D(class_count, 1, use_bias=False, dtype="float32", name="logits"),
        ],
        name="head",
    )
