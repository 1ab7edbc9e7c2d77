"""YOLOv8's backbone: a CSP network with C2f blocks and fast spatial pyramid pooling.

Its own level "P1" has stride 4, not 2, so the levels are taken by layer name.
"""

from __future__ import annotations

from functools import partial
from types import MappingProxyType

import keras
from keras_cv.models import YOLOV8Backbone

from engine.kcv.spec import BackboneSpec

_PYRAMID = (
    (2, "stem_1"),
    (4, "stack1_c2f_output"),
    (8, "stack2_c2f_output"),
    (16, "stack3_c2f_output"),
    (32, "stack4_spp_fast_output"),
)


def _build(channels: tuple[int, ...], depth: tuple[int, ...]) -> keras.Model:
    return YOLOV8Backbone(
        stackwise_channels=list(channels),
        stackwise_depth=list(depth),
        include_rescaling=False,
        activation="swish",
        input_shape=(None, None, 3),
    )


def _spec(
    size: str, channels: tuple[int, ...], depth: tuple[int, ...], parameters: int
) -> BackboneSpec:
    return BackboneSpec(
        name=f"yolov8_{size}",
        family="yolov8",
        build=partial(_build, channels, depth),
        pyramid=_PYRAMID,
        parameters=parameters,
        presets=MappingProxyType(
            {"coco": f"kaggle://keras/yolov8/keras/yolo_v8_{size}_backbone_coco/2"}
        ),
    )


SPECS = (
    _spec("xs", (32, 64, 128, 256), (1, 2, 2, 1), 1_277_680),
    _spec("s", (64, 128, 256, 512), (1, 2, 2, 1), 5_089_760),
    _spec("m", (96, 192, 384, 576), (2, 4, 4, 2), 11_872_464),
)
