"""The annotated pieces of a photo, as far as checks need them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.data.components import Component, find_components

LEAST_AREA_PX = 12
LEAST_SHARE = 0.1
"""A piece smaller than this share of the largest of its class on the photo is a crumb of it."""

MOST_PIECES = 20


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


def larger_pieces(pieces: Iterable[Component]) -> list[Component]:
    """The pieces that show something by themselves: no crumbs, and not more than a few."""
    ordered = sorted(pieces, key=lambda piece: -piece.area_px)
    largest: dict[int, int] = {}
    for piece in ordered:
        largest.setdefault(piece.class_index, piece.area_px)
    return [
        piece
        for piece in ordered
        if piece.area_px >= max(LEAST_AREA_PX, LEAST_SHARE * largest[piece.class_index])
    ][:MOST_PIECES]


def with_masks(
    pieces: Iterable[Component], size_hw: tuple[int, ...]
) -> Iterator[tuple[AnnotatedRegion, NDArray[np.bool_]]]:
    """Each piece of a label map of that size, and its own pixels (h, w) inside of its box."""
    for piece in pieces:
        x, y, width, height = piece.bbox_xywh
        rows, columns = np.divmod(piece.pixels, size_hw[1])
        mask = np.zeros((height, width), np.bool_)
        mask[rows - y, columns - x] = True
        yield AnnotatedRegion(piece.class_index, piece.bbox_xywh, piece.area_px), mask
