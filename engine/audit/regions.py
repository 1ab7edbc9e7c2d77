"""The annotated pieces of a photo, as far as checks need them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.data.boxes.geometry import areas, bounds_xywh
from engine.data.components import Component, find_components
from engine.records import IGNORE, BoxAnnotation

LEAST_AREA_PX = 12
LEAST_SHARE = 0.1
"""A piece smaller than this share of the largest of its class on the photo is a crumb of it."""

MOST_PIECES = 20


@dataclass(frozen=True, slots=True)
class AnnotatedRegion:
    """A connected piece of one class, or what a box marks: upright box and area, in px."""

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

    def in_margin(self, frame_xywh: tuple[int, int, int, int], margin_px: int) -> bool:
        """Whether the box lies outside of a frame, or reaches into the margin along its edge."""
        near = margin_px > 0 and self.gap_px(frame_xywh) < margin_px
        return near or not self.meets(frame_xywh)


def find_regions(label_map: NDArray[np.uint8]) -> tuple[AnnotatedRegion, ...]:
    """The pieces of a label map (H, W)."""
    return tuple(
        AnnotatedRegion(piece.class_index, piece.bbox_xywh, piece.area_px)
        for piece in find_components(label_map)
    )


def box_regions(annotation: BoxAnnotation) -> tuple[AnnotatedRegion, ...]:
    """What boxes mark, without those to be ignored; they may reach out of the photo."""
    own = zip(annotation.class_indices, annotation.corners, areas(annotation.corners), strict=True)
    return tuple(
        AnnotatedRegion(int(index), bounds_xywh(corners), round(float(area)))
        for index, corners, area in own
        if index != IGNORE
    )


def larger_boxes(
    annotation: BoxAnnotation, size_hw: tuple[int, int]
) -> tuple[AnnotatedRegion, ...]:
    """The largest boxes, cut at the photo's edge, without those of which nothing is left."""
    cut = [_cut(region, size_hw) for region in box_regions(annotation)]
    ordered = sorted(cut, key=lambda region: -region.area_px)
    return tuple(region for region in ordered if region.area_px >= LEAST_AREA_PX)[:MOST_PIECES]


def cut_boxes(
    annotation: BoxAnnotation, size_hw: tuple[int, int]
) -> Iterator[tuple[int, tuple[int, int, int, int]]]:
    """Class or `IGNORE` of each box, and what of its upright box the photo shows, if anything."""
    for index, corners in zip(annotation.class_indices, annotation.corners, strict=True):
        region = _cut(AnnotatedRegion(int(index), bounds_xywh(corners), 0), size_hw)
        if min(region.bbox_xywh[2:]) > 0:
            yield int(index), region.bbox_xywh


def _cut(region: AnnotatedRegion, size_hw: tuple[int, int]) -> AnnotatedRegion:
    x, y, width, height = region.bbox_xywh
    left, top = max(0, x), max(0, y)
    wide = max(0, min(size_hw[1], x + width) - left)
    high = max(0, min(size_hw[0], y + height) - top)
    area = min(region.area_px, wide * high)
    return AnnotatedRegion(region.class_index, (left, top, wide, high), area)


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
