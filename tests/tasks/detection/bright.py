"""A network without weights that sees bright rectangles, and photos with some for it."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import tensorflow as tf

from engine.data.boxes.geometry import upright_box
from engine.data.view import View
from engine.evaluate.thresholds import Threshold
from engine.recipe.units import Length
from engine.records import BoxAnnotation, Sample
from engine.tasks.detection.deployment import Deployment
from engine.tasks.detection.grid import SIZE_OF_STRIDE, Grid
from engine.tasks.detection.infer import Inference
from tests.builders import picture

STRIDES = (4, 8)
SIDE = 96


class Bright:
    """Says of each rectangle brighter than a fifth a box, as sure as it is bright.

    Its top is up, whatever the symmetry; all are of the first of `class_count` classes.
    """

    def __init__(self, class_count: int = 1) -> None:
        self.class_count = class_count

    def __call__(self, pictures: Any, training: bool = False) -> Any:
        said = tf.numpy_function(self._say, [pictures], tf.float32)
        said.set_shape((1, None, self.class_count + 6))
        return said

    def _say(self, pictures: np.ndarray) -> np.ndarray:
        levels = pictures[0, ..., 0]
        grid = Grid(STRIDES, (levels.shape[0], levels.shape[1]))
        middles, strides = grid.middles(), grid.cell_px()
        said = np.zeros((len(middles), self.class_count + 6), np.float32)
        said[:, : self.class_count], said[:, -2] = -40.0, 1.0
        mask = (levels > 0.2).astype(np.uint8)
        count, _, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
        for x, y, width, height, _ in stats[1:count]:
            middle = np.array([x + width / 2, y + height / 2])
            cell = int(np.argmin(((middles - middle) ** 2).sum(axis=1)))
            sure = float(np.clip(levels[y : y + height, x : x + width].max(), 0.01, 0.999))
            said[cell, 0] = np.log(sure / (1 - sure))
            said[cell, -6:-4] = (middle - middles[cell]) / strides[cell]
            said[cell, -4:-2] = np.log(np.array([width, height]) / (SIZE_OF_STRIDE * strides[cell]))
        return said[None]


def deployed(
    limit: float = 0.5, *, view: View | None = None, margin_px: float = 8, suspicion: float = 0.8
) -> Deployment:
    inference = Inference(view or View(), 65535.0, (1,), STRIDES, (128, 128), 0.25)
    thresholds = (Threshold("score", "spot", limit),)
    return Deployment(("spot",), True, Length(margin_px), inference, thresholds, suspicion)


def spotted(folder: Path, name: str, *spots: tuple[int, int, int, bool]) -> Sample:
    """A dark photo of 96 x 96 px with squares of 12 px: x, y, grey level, whether annotated."""
    pixels = np.zeros((SIDE, SIDE, 3), np.uint8)
    for x, y, level, _ in spots:
        pixels[y : y + 12, x : x + 12] = level
    path = picture(folder / f"{name}.png", pixels)
    corners = [upright_box(x, y, x + 12, y + 12) for x, y, _, annotated in spots if annotated]
    annotation = BoxAnnotation(
        None,
        np.array(corners, np.float32).reshape(-1, 4, 2),
        np.zeros(len(corners), np.uint8),
    )
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return Sample(f"{name}.png", path, (SIDE, SIDE), annotation, name, digest)
