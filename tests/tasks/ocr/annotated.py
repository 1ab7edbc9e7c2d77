"""Photos with texts, as the readers of formats give them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from engine.data.boxes.geometry import upright_box
from engine.records import BoxAnnotation, Sample
from engine.tasks.detection.boxes import to_corners

Box = tuple[float, float, float, float, float]
"""Middle, sides, and degrees."""


def whole(size_hw: tuple[int, int]) -> np.ndarray:
    """Corners (4, 2) of a text that fills its photo."""
    return np.array(upright_box(0, 0, size_hw[1], size_hw[0]), np.float32)


def turned(*boxes: Box) -> np.ndarray:
    """Corners (n, 4, 2)."""
    values = np.array(boxes, np.float64).reshape(-1, 5)
    values[:, 4] = np.deg2rad(values[:, 4])
    return to_corners(values)


def written(
    corners: np.ndarray | Sequence[np.ndarray],
    texts: Sequence[str] | None,
    classes: Sequence[int] | None = None,
    *,
    size_hw: tuple[int, int] = (100, 200),
    name: str = "a.png",
    image: Path = Path("/nowhere"),
    object_name: str | None = None,
    bit_depth: int = 8,
) -> Sample:
    """A photo on which these texts stand within these corners (n, 4, 2)."""
    boxes = np.array(corners, np.float32).reshape(-1, 4, 2)
    indices = np.array(classes if classes is not None else [0] * len(boxes), np.uint8)
    annotation = BoxAnnotation(None, boxes, indices, None if texts is None else tuple(texts))
    return Sample(name, image, size_hw, annotation, object_name or name, name, bit_depth)
