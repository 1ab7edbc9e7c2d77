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
    "anomaly_detection": ("patch_memory", "synthetic_defects"),
}
"""By task, the default first; of a task that is not here any name is taken."""

DEFAULT_BACKBONES: Mapping[str, str] = {
    "segmentation": "plain_s",
    "oriented_detection": "yolov8_xs",
    "detection": "yolov8_xs",
    "ocr": "yolov8_xs",
    "anomaly_detection": "mobilenet_v2_035",
}
"""By task; for what each was measured against see benchmarks/segmentation and /detection."""

FROZEN = "patch_memory"
"""The architecture that compares the features of a trained backbone, which it never trains."""

UNTRAINED = "synthetic_defects"
"""The architecture of anomaly detection that needs no trained weights."""


def default_architecture(task: str, *, weights_given: bool) -> str | None:
    """What a task builds where the recipe does not say; None of an unknown task."""
    if task == "anomaly_detection" and not weights_given:
        return UNTRAINED
    return next(iter(ARCHITECTURES.get(task, ())), None)


def default_backbone(task: str, architecture: str | None) -> str | None:
    """What an architecture is built on where the recipe does not say; None of an unknown task."""
    return "plain_s" if architecture == UNTRAINED else DEFAULT_BACKBONES.get(task)


STRIDE = 32
"""Heights and widths in px of what the networks see are multiples of this."""
