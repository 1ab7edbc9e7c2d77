"""Small photos of good and of bad parts on disk, and models that say how bright a pixel is."""

from __future__ import annotations

import hashlib
from pathlib import Path
from types import MappingProxyType

import keras
import numpy as np

from engine import kcv
from engine.data.view import View
from engine.recipe.units import Length
from engine.records import MaskAnnotation, Sample, VerdictAnnotation
from engine.tasks.anomaly_detection.deployment import Deployment
from engine.tasks.anomaly_detection.limits import Limit, Limits
from engine.tasks.anomaly_detection.options import Architecture
from engine.tasks.segmentation.infer import Inference
from tests.builders import picture

KINDS = ("dent", "stain")
SPOT = (slice(24, 36), slice(28, 42))


def surface(
    seed: int = 0, size_hw: tuple[int, int] = (64, 64), channels: int = 3, level: int = 90
) -> np.ndarray:
    """A dark part with a little grain, uint8 (H, W) or (H, W, 3)."""
    shape = size_hw if channels == 1 else (*size_hw, channels)
    grain = np.random.default_rng(seed).normal(level, 3, shape)
    return np.clip(grain, 0, 255).astype(np.uint8)


def photo_of(
    folder: Path,
    name: str,
    kind: int | None = None,
    spot: tuple[slice, slice] | None = None,
    *,
    pixels: np.ndarray | None = None,
    mask: bool = True,
    object_name: str | None = None,
) -> Sample:
    """A photo; of a defect with a bright spot, which has a mask unless nobody marked it."""
    own = surface(len(name) + sum(map(ord, name))) if pixels is None else pixels.copy()
    place = spot or (SPOT if kind is not None else None)
    if place is not None:
        own[place] = 230 if own.dtype == np.uint8 else 3900
    path = picture(folder / f"{name}.png", own)
    annotation = None
    if kind is not None and mask:
        marked = np.zeros(own.shape[:2], np.uint8)
        marked[place] = 1
        file = picture(folder / f"{name}_mask.png", marked)
        annotation = MaskAnnotation(file, ((0, 0), (1, 1)), classes=frozenset({0}))
    verdict = VerdictAnnotation(annotation.path if annotation else None, kind, annotation)
    return Sample(
        f"{name}.png",
        path,
        (own.shape[0], own.shape[1]),
        verdict,
        object_name or name,
        hashlib.sha256(path.read_bytes()).hexdigest(),
        8 * own.dtype.itemsize,
    )


def brightness(architecture: Architecture = "patch_memory") -> keras.Model:
    """A distance that is the brightness, or log-odds that rise with it from a half on."""
    channels = 1 if architecture == "patch_memory" else 2
    model = keras.Sequential([keras.Input((None, None, 3)), keras.layers.Conv2D(channels, 1)])
    kernel = np.zeros((1, 1, 3, channels), np.float32)
    kernel[0, 0, 0, -1] = 1.0 if channels == 1 else 10.0
    bias = np.zeros(channels, np.float32)
    bias[-1] = 0.0 if channels == 1 else -5.0
    model.layers[0].set_weights([kernel, bias])
    return model


def deployed(
    image: float | None = 0.5,
    pixel: float = 0.6,
    margin: str = "0",
    view: View | None = None,
    architecture: Architecture = "patch_memory",
    tile_hw: tuple[int, int] = (64, 64),
) -> Deployment:
    """A deployment with raw limits; `image` None is one before calibration. `margin` is in px."""
    inference = Inference(view or View(), 65535.0, tile_hw)
    limits = None if image is None else Limits(Limit(image, "made up"), Limit(pixel, "made up"))
    return Deployment(KINDS, Length(float(margin)), architecture, inference, limits)


def mean_colours() -> kcv.Backbone:
    """A backbone whose features are means of colours over cells of 8 and 16 px."""
    pixels = keras.Input((None, None, 3), name="pixels")
    levels = {
        stride: keras.layers.AveragePooling2D(stride, name=f"mean_{stride}")(pixels)
        for stride in (8, 16)
    }
    model = keras.Model(pixels, list(levels.values()), name="colours_on_pixels")
    spec = kcv.find_backbone("plain_s")
    return kcv.Backbone(spec, model, None, MappingProxyType(levels))  # type: ignore[arg-type]


def untrained_weights(folder: Path, name: str = "mobilenet_v2_035", seed: int = 3) -> Path:
    """A file of weights of a backbone as it starts, instead of trained ones."""
    keras.utils.set_random_seed(seed)
    path = folder / f"{name}.weights.h5"
    kcv.build_backbone(name).core.save_weights(path)
    return path
