"""SegFormer's decoder (https://arxiv.org/abs/2105.15203) on any backbone, for any size.

keras_cv's `SegFormer` takes one fixed size and Mix Transformers only; this is its decoder layer
by layer, with logits instead of a softmax.
"""

from __future__ import annotations

import keras

from engine.kcv.backbones import Backbone
from engine.kcv.catalogue import BACKBONES
from engine.kcv.enlarge import Enlarge
from engine.kcv.requirements import require_strides

SEGFORMER_STRIDES = (4, 8, 16, 32)
SEGFORMER_BACKBONES = tuple(
    name for name, spec in BACKBONES.items() if set(SEGFORMER_STRIDES) <= set(spec.strides)
)
_FILTERS = 256
_DROPOUT = 0.1


def build_segformer(backbone: Backbone, class_count: int) -> keras.Model:
    """Builds SegFormer with logits of the input's size.

    Args:
        backbone: one of `SEGFORMER_BACKBONES`; meant for `mit_*`. Its weights are shared.
        class_count: number of logits a pixel, background included.

    Returns:
        Pixels in 0..1 (batch, height, width, channels), height and width divisible by 32, ->
        float32 logits (batch, height, width, class_count).

    Raises:
        UsageError: the backbone lacks a level.
    """
    require_strides(backbone, SEGFORMER_STRIDES, "segformer", SEGFORMER_BACKBONES)
    projected = [_project(backbone.pyramid[stride], stride) for stride in SEGFORMER_STRIDES]
    x = keras.layers.Concatenate(name="join")(projected[::-1])
    x = keras.layers.Conv2D(_FILTERS, 1, use_bias=False, name="fuse")(x)
    x = keras.layers.BatchNormalization(name="fuse_norm")(x)
    x = keras.layers.ReLU(name="fuse_relu")(x)
    x = keras.layers.Dropout(_DROPOUT, name="dropout")(x)
    x = keras.layers.Conv2D(class_count, 1, dtype="float32", name="coarse_logits")(x)
    logits = Enlarge(4, dtype="float32", name="logits")(x)
    return keras.Model(backbone.model.input, logits, name="segformer")


def _project(level: keras.KerasTensor, stride: int) -> keras.KerasTensor:
    x = keras.layers.Dense(_FILTERS, name=f"project_{stride}")(level)
    if stride == SEGFORMER_STRIDES[0]:
        return x
    factor = stride // SEGFORMER_STRIDES[0]
    return Enlarge(factor, name=f"enlarge_{stride}")(x)
