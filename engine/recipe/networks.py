"""The names of the networks that a recipe may ask for.

They stand here by name so that a recipe is checked without loading TensorFlow; what they are is
in `engine.kcv`, and a test keeps both in step.
"""

from __future__ import annotations

from collections.abc import Mapping

BACKBONES: tuple[str, ...] = (
    "plain_s",
    "csp_darknet_s",
    "csp_darknet_tiny",
    "efficientnetlite_b0",
    "efficientnetv2_b0",
    "efficientnetv2_b1",
    "efficientnetv2_b2",
    "efficientnetv2_b3",
    "efficientnetv2_s",
    "mit_b0",
    "mit_b1",
    "mit_b2",
    "mobilenet_v2_035",
    "mobilenet_v2_100",
    "mobilenet_v3_large",
    "mobilenet_v3_small",
    "resnet18_v2",
    "resnet34_v2",
    "resnet50_v2",
    "yolov8_m",
    "yolov8_s",
    "yolov8_xs",
)

ARCHITECTURES: Mapping[str, tuple[str, ...]] = {
    "segmentation": ("unet", "deeplab_v3_plus", "segformer"),
    "oriented_detection": ("center_points",),
    "detection": ("center_points",),
    "ocr": ("ctc",),
}
"""By task, the default first; of a task that is not here any name is taken."""

DEFAULT_BACKBONES: Mapping[str, str] = {
    "segmentation": "plain_s",
    "oriented_detection": "yolov8_xs",
    "detection": "yolov8_xs",
    "ocr": "yolov8_xs",
}
"""By task; for what each was measured against see benchmarks/segmentation and /detection."""

STRIDE = 32
"""Heights and widths in px of what the networks see are multiples of this."""
