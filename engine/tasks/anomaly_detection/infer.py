"""How anomalous each pixel of a photo is, tile by tile, at the photo's own resolution.

Raw scores are distances (`patch_memory`) or odds (`synthetic_defects`): from 0 on, the higher the
more anomalous. What they are compared with is chosen on validation photos (`limits.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import cv2
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from engine.tasks.anomaly_detection.normalise import MOST_LOG_ODDS
from engine.tasks.anomaly_detection.options import Architecture
from engine.tasks.anomaly_detection.pyramid import FloatMap, mean_over_scales
from engine.tasks.segmentation.infer import Inference, infer_picture

Forward = Callable[[NDArray[np.float32]], NDArray[np.float32]]
Progress = Callable[[int, int], None]

SMOOTHING_PX = {"patch_memory": 4.0, "synthetic_defects": 2.0}
"""Standard deviation of the Gaussian that takes single pixels back, at each size of a picture; Roth
et al. have 4 as well."""


@dataclass(frozen=True, slots=True)
class Detector:
    """A network ready to be asked.

    Attributes:
        run: pictures (B, H, W, 3) in 0…1 to maps (B, H, W, 1).
        architecture: what these maps are.
        scales: of a picture's sides, at which it is looked at.
    """

    run: Forward
    architecture: Architecture
    scales: tuple[float, ...] = (1.0,)


@lru_cache(maxsize=1)
def detector(
    model: Any, architecture: Architecture, scales: tuple[float, ...] = (1.0,)
) -> Detector:
    """A compiled function of a model: distances, or log-odds of a defect.

    The one of the last model is kept: every validation during training asks for it again.
    """

    def distances(pictures: Any) -> Any:
        return model(pictures, training=False)

    def log_odds(pictures: Any) -> Any:
        logits = tf.cast(model(pictures, training=False), tf.float32)
        return logits[..., 1:] - logits[..., :1]

    chosen = distances if architecture == "patch_memory" else log_odds
    compiled = tf.function(chosen, reduce_retracing=True)
    return Detector(
        lambda pictures: np.asarray(compiled(tf.constant(pictures))), architecture, scales
    )


def raw_map(
    ready: Detector, photo: NDArray[Any], inference: Inference, progress: Progress | None = None
) -> FloatMap:
    """Raw scores (H, W) of a photo's region of interest, at its own resolution."""
    view = inference.view
    map_ = raw_map_of_picture(ready, view.image(photo), inference, progress)
    restored = view.restore(map_[..., None], view.crop(photo).shape[:2])
    return np.ascontiguousarray(restored[..., 0])


def raw_map_of_picture(
    ready: Detector, picture: NDArray[Any], inference: Inference, progress: Progress | None = None
) -> FloatMap:
    """Raw scores (H, W) of a picture that is in the network's view already.

    Progress is that of the picture at full size, which comes last and takes by far the longest.
    """
    sigma = SMOOTHING_PX[ready.architecture]

    def smooth_map(picture: NDArray[Any], last: bool) -> FloatMap:
        maps = infer_picture(ready.run, picture, inference, progress if last else None)[..., 0]
        return np.asarray(cv2.GaussianBlur(maps, (0, 0), sigma, borderType=cv2.BORDER_REFLECT_101))

    smooth = mean_over_scales(picture, ready.scales, smooth_map)
    if ready.architecture == "patch_memory":
        return np.asarray(np.maximum(smooth, 0.0), np.float32)
    return np.asarray(np.exp(np.clip(smooth, -MOST_LOG_ODDS, MOST_LOG_ODDS)), np.float32)
