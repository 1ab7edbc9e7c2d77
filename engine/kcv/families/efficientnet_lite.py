"""EfficientNet Lite: EfficientNet without squeeze-and-excitation, for edge devices.

No trained weights are published for keras_cv's version of it.
"""

from __future__ import annotations

import keras
from keras_cv.models import EfficientNetLiteBackbone

from engine.kcv.levels import at_published_levels
from engine.kcv.spec import BackboneSpec


def _network() -> keras.Model:
    return EfficientNetLiteBackbone(
        include_rescaling=False,
        width_coefficient=1.0,
        depth_coefficient=1.0,
        stackwise_kernel_sizes=[3, 3, 5, 3, 5, 5, 3],
        stackwise_num_repeats=[1, 2, 2, 3, 3, 4, 1],
        stackwise_input_filters=[32, 16, 24, 40, 80, 112, 192],
        stackwise_output_filters=[16, 24, 40, 80, 112, 192, 320],
        stackwise_expansion_ratios=[1, 6, 6, 6, 6, 6, 6],
        stackwise_strides=[1, 2, 2, 2, 1, 2, 1],
        input_shape=(None, None, 3),
    )


def _build() -> keras.Model:
    return at_published_levels(_network())


SPECS = (
    BackboneSpec(
        name="efficientnetlite_b0",
        family="efficientnet_lite",
        build=_build,
        published=_network,
        strides=(2, 4, 8, 16, 32),
        parameters=3_413_024,
        presets={},
    ),
)
