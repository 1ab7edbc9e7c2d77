"""keras_cv's DeepLabV3+ (https://arxiv.org/abs/1802.02611) on any backbone."""

from __future__ import annotations

from typing import Any

import keras
from keras_cv.layers import SpatialPyramidPooling
from keras_cv.models import DeepLabV3Plus

from engine.kcv.backbones import Backbone
from engine.kcv.catalogue import BACKBONES
from engine.kcv.enlarge import Enlarge
from engine.kcv.requirements import require_strides

DEEPLAB_STRIDES = (4, 32)
DEEPLAB_BACKBONES = tuple(
    name for name, spec in BACKBONES.items() if set(DEEPLAB_STRIDES) <= set(spec.strides)
)
_HEAD_FILTERS = 256
_DILATION_RATES = (6, 12, 18)


@keras.saving.register_keras_serializable(package="dltrain")
class AtrousPooling(SpatialPyramidPooling):
    """keras_cv's atrous pooling, in graphs that are traced for any size too.

    Maps (B, H, W, any) to (B, H, W, `num_channels`).
    """

    def call(self, inputs: Any, training: bool | None = None) -> Any:
        """Joins what each dilation sees and the mean of all, which is the same everywhere."""
        *near, mean = (branch(inputs, training=training) for branch in self.aspp_parallel_channels)
        everywhere = keras.ops.broadcast_to(mean, keras.ops.shape(near[0]))
        joined = keras.ops.concatenate([*near, everywhere], axis=-1)
        return self.projection(joined, training=training)


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
        backbone=features,
        num_classes=class_count,
        spatial_pyramid_pooling=AtrousPooling(dilation_rates=list(_DILATION_RATES)),
        segmentation_head=_head(class_count),
    )
    plain = keras.Model(network.input, network.output, name="deeplab_v3_plus")
    return keras.models.clone_model(plain, clone_function=_for_any_size)


def _for_any_size(layer: keras.layers.Layer) -> keras.layers.Layer:
    """The layer itself, or in place of keras_cv's own enlargement one that takes any size."""
    if not isinstance(layer, keras.layers.UpSampling2D):
        return layer
    return Enlarge(layer.size[0], dtype=layer.dtype_policy, name=layer.name)


def _head(class_count: int) -> keras.Sequential:
    """keras_cv's own head without its softmax; float32 under any precision."""
    return keras.Sequential(
        [
            keras.layers.Conv2D(_HEAD_FILTERS, 1, use_bias=False),
            keras.layers.BatchNormalization(),
            keras.layers.ReLU(),
            Enlarge(4),
            keras.layers.Conv2D(class_count, 1, use_bias=False, dtype="float32", name="logits"),
        ],
        name="head",
    )
