"""The annotated pieces of a photo, as far as checks need them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.data.components import find_components


@dataclass(frozen=True, slots=True)
class AnnotatedRegion:
    """One connected piece of one class: its class, upright box and area, in px of the photo."""

    class_index: int
    bbox_xywh: tuple[int, int, int, int]
    area_px: int

    def meets(self, frame_xywh: tuple[int, int, int, int]) -> bool:
        """Whether the box and a frame have anything in common."""
        x, y, width, height = self.bbox_xywh
        left, top, wide, high = frame_xywh
        return x < left + wide and left < x + width and y < top + high and top < y + height

    def gap_px(self, frame_xywh: tuple[int, int, int, int]) -> int:
        """Distance of the box to the nearest side of a frame; 0 touches it, less leaves it."""
        x, y, width, height = self.bbox_xywh
        left, top, wide, high = frame_xywh
        return min(x - left, y - top, left + wide - x - width, top + high - y - height)


def find_regions(label_map: NDArray[np.uint8]) -> tuple[AnnotatedRegion, ...]:
    """The pieces of a label map (H, W)."""
    return tuple(
        AnnotatedRegion(piece.class_index, piece.bbox_xywh, piece.area_px)
        for piece in find_components(label_map)
    )
