"""YOLOv8's backbone: a CSP network with C2f blocks and fast spatial pyramid pooling.

Its own level "P1" has stride 4, not 2, so the levels are taken by layer name. The published
weights were trained on COCO with pixels in 0..1.
"""

from __future__ import annotations

from functools import partial

import keras
from keras_cv.models import YOLOV8Backbone

from engine.kcv.levels import at_layers
from engine.kcv.spec import BackboneSpec

_LEVELS = ("stem_1", "stack1_c2f_output", "stack2_c2f_output", "stack3_c2f_output")


def _network(channels: tuple[int, ...], depth: tuple[int, ...]) -> keras.Model:
    return YOLOV8Backbone(
        stackwise_channels=list(channels),
        stackwise_depth=list(depth),
        include_rescaling=False,
        activation="swish",
        input_shape=(None, None, 3),
    )


def _build(channels: tuple[int, ...], depth: tuple[int, ...]) -> keras.Model:
    return at_layers(_network(channels, depth), _LEVELS)


def _spec(
    size: str, channels: tuple[int, ...], depth: tuple[int, ...], parameters: int
) -> BackboneSpec:
    return BackboneSpec(
        name=f"yolov8_{size}",
        family="yolov8",
        build=partial(_build, channels, depth),
        published=partial(_network, channels, depth),
        strides=(2, 4, 8, 16, 32),
        parameters=parameters,
        presets={"coco": f"kaggle://keras/yolov8/keras/yolo_v8_{size}_backbone_coco/2"},
    )


SPECS = (
    _spec("xs", (32, 64, 128, 256), (1, 2, 2, 1), 1_277_680),
    _spec("s", (64, 128, 256, 512), (1, 2, 2, 1), 5_089_760),
    _spec("m", (96, 192, 384, 576), (2, 4, 4, 2), 11_872_464),
)
