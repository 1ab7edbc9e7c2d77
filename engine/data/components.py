"""Connected pieces of a label map: what is counted as one defect."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.records import IGNORE


@dataclass(frozen=True, slots=True)
class Component:
    """One connected piece (8-neighbourhood) of one class.

    Attributes:
        class_index: index of the class in the recipe.
        bbox_xywh: upright box around it, in px.
        pixels: (area,) int64 indices into the flattened label map.
    """

    class_index: int
    bbox_xywh: tuple[int, int, int, int]
    pixels: NDArray[np.int64]

    @property
    def area_px(self) -> int:
        """Number of pixels."""
        return len(self.pixels)


def find_components(label_map: NDArray[np.uint8]) -> tuple[Component, ...]:
    """All components of a label map (H, W), by class and then from the top down."""
    counts = cv2.calcHist([label_map], [0], None, [256], [0, 256]).ravel()
    found: list[Component] = []
    for value in range(1, IGNORE):
        if counts[value] > 0:
            found.extend(_of_class(label_map == value, value - 1))
    return tuple(found)


def _of_class(mask: NDArray[np.bool_], class_index: int) -> list[Component]:
    """The pieces of a mask, looked for in its bounding box: most of a mask is empty."""
    marked = mask.astype(np.uint8)
    left, top, width, height = cv2.boundingRect(marked)
    part = marked[top : top + height, left : left + width]
    count, owner, stats, _ = cv2.connectedComponentsWithStats(part, connectivity=8)
    rows, columns = np.nonzero(part)
    where = (rows + top) * mask.shape[1] + columns + left
    order = np.argsort(owner[rows, columns], kind="stable")
    ends = np.cumsum(stats[1:, cv2.CC_STAT_AREA])
    pieces = np.split(where[order], ends[:-1])
    boxes = stats[1:, : cv2.CC_STAT_AREA].tolist()
    return [
        Component(class_index, (x + left, y + top, w, h), pixels)
        for (x, y, w, h), pixels in zip(boxes, pieces[: count - 1], strict=True)
    ]
