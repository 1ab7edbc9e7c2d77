"""What a search for look-alikes knows of a photo: a small picture and where it is annotated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.audit.photos.preview import LONG_SIDE_PX

STEP_PX = 2
"""Distance of the grid's points, in px of the small picture."""

BESIDE, NEAR = 1, 2
"""Points around an annotation that count as on it, and that are not taken for background."""

ANNOTATED, BACKGROUND, UNUSED = 1, 0, -1

BoxXywh = tuple[int, int, int, int]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Annotated:
    """One annotated region, in px of the photo.

    Attributes:
        class_index: of the recipe; None is neither defect nor background (ignored pixels).
        bbox_xywh: upright box around it.
        mask: (h, w), its own pixels in the box; None where only the box was annotated.
    """

    class_index: int | None
    bbox_xywh: BoxXywh
    mask: Mask | None = None


@dataclass(frozen=True, slots=True)
class Labels:
    """What the points of a photo's grid are.

    Attributes:
        kind: (gh, gw) `ANNOTATED`, `BACKGROUND` or `UNUSED`.
        owner: (gh, gw) number of the region that a point lies on or beside, -1 for none.
    """

    kind: NDArray[np.int8]
    owner: NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class SmallPhoto:
    """A photo to search.

    Attributes:
        preview: packed grey picture, as `engine.audit.photos.preview` makes it.
        tints: packed colours, as `engine.audit.photos.tints` makes them; empty for grey photos.
        size_hw: of the photo itself.
        regions: class and box of what is annotated on it, ignored pixels left out.
        labels: None where all of it is background.
    """

    preview: bytes
    tints: bytes
    size_hw: tuple[int, int]
    regions: tuple[tuple[int, BoxXywh], ...] = ()
    labels: Labels | None = None

    @property
    def grid_hw(self) -> tuple[int, int]:
        """Points of the grid, downwards and across."""
        return grid_hw(self.size_hw)

    def to_photo(self, boxes: NDArray[np.intp]) -> NDArray[np.intp]:
        """Left, top, right, bottom in points (n, 4) as x, y, width, height in px of the photo."""
        across, down = _points_a_px(self.size_hw)
        corners = boxes / np.array([across, down, across, down])
        left, top = np.floor(corners[:, 0]), np.floor(corners[:, 1])
        right = np.minimum(np.ceil(corners[:, 2]), self.size_hw[1])
        bottom = np.minimum(np.ceil(corners[:, 3]), self.size_hw[0])
        return np.stack([left, top, right - left, bottom - top], -1).astype(np.intp)


def small_photo(
    preview: bytes,
    tints: bytes,
    size_hw: tuple[int, int],
    annotated: Sequence[Annotated] = (),
    frame_xywh: BoxXywh | None = None,
) -> SmallPhoto:
    """A photo to search, its annotations brought to the grid of its small picture.

    Args:
        preview, tints, size_hw: as `SmallPhoto` holds them.
        annotated: all that is annotated on it.
        frame_xywh: what is inspected of it; outside of that nothing is background.
    """
    whole = frame_xywh in (None, (0, 0, size_hw[1], size_hw[0]))
    own = sorted(
        (each for each in annotated if each.class_index is not None),
        key=lambda each: -each.bbox_xywh[2] * each.bbox_xywh[3],
    )
    regions = tuple((each.class_index or 0, each.bbox_xywh) for each in own)
    labels = None
    if annotated or not whole:
        ignored = [each for each in annotated if each.class_index is None]
        labels = _label(size_hw, own, ignored, None if whole else frame_xywh)
    return SmallPhoto(preview, tints, size_hw, regions, labels)


def grid_hw(size_hw: tuple[int, int]) -> tuple[int, int]:
    """Points of the grid of a photo of that size."""
    height, width = small_hw(size_hw)
    return -(-height // STEP_PX), -(-width // STEP_PX)


def small_hw(size_hw: tuple[int, int]) -> tuple[int, int]:
    """Size of the small picture of a photo."""
    factor = LONG_SIDE_PX / max(size_hw)
    return max(1, round(size_hw[0] * factor)), max(1, round(size_hw[1] * factor))


def _label(
    size_hw: tuple[int, int],
    regions: Sequence[Annotated],
    ignored: Sequence[Annotated],
    frame_xywh: BoxXywh | None,
) -> Labels:
    """Of a box without a mask the middle counts, three fifths of its sides: the rest is ground."""
    shape = grid_hw(size_hw)
    kind, owner = np.zeros(shape, np.int8), np.zeros(shape, np.int16)
    taken = np.zeros(shape, np.int16)
    for region in ignored:
        left, top, right, bottom = _on_grid(size_hw, region.bbox_xywh)
        share = _share(region, (right - left, bottom - top))
        taken[top:bottom, left:right][share > 0] = 1
    for number, region in enumerate(regions, start=1):
        left, top, right, bottom = _on_grid(size_hw, region.bbox_xywh)
        share = _share(region, (right - left, bottom - top))
        owner[top:bottom, left:right][share > 0] = number
    kind[_widened(np.maximum(taken, owner), NEAR) > 0] = UNUSED
    owner = _widened(owner, BESIDE)
    if frame_xywh is not None:
        left, top, right, bottom = _on_grid(size_hw, frame_xywh)
        inside = np.zeros(shape, np.bool_)
        inside[top:bottom, left:right] = frame_xywh[2] > 0 and frame_xywh[3] > 0
        kind[~inside] = UNUSED
    for region in regions:
        left, top, right, bottom = _on_grid(size_hw, region.bbox_xywh)
        core = _core(region, (right - left, bottom - top))
        kind[top:bottom, left:right][core] = ANNOTATED
    return Labels(kind, (owner - 1).astype(np.int16))


def _widened(points: NDArray[np.int16], more: int) -> NDArray[np.int16]:
    window = np.ones((2 * more + 1, 2 * more + 1), np.uint8)
    return np.asarray(cv2.dilate(points, window), np.int16)


def _share(region: Annotated, size_wh: tuple[int, int]) -> NDArray[np.float32]:
    """How much of each point of its box (h, w) a region covers."""
    if region.mask is None:
        return np.ones(size_wh[::-1], np.float32)
    own = region.mask.astype(np.float32)
    share = np.asarray(cv2.resize(own, size_wh, interpolation=cv2.INTER_AREA), np.float32)
    share = share.reshape(size_wh[::-1])
    return share if share.any() else np.ones_like(share)


def _core(region: Annotated, size_wh: tuple[int, int]) -> Mask:
    """The points of its box (h, w) that show the region itself."""
    if region.mask is not None:
        share = _share(region, size_wh)
        return np.asarray(share >= min(0.25, float(share.max())))
    wide, high = size_wh
    across = (np.arange(wide) + 0.5) / wide - 0.5
    down = (np.arange(high) + 0.5) / high - 0.5
    inside = np.hypot(across, down[:, None]) <= 0.3
    inside[high // 2, wide // 2] = True
    return np.asarray(inside)


def _points_a_px(size_hw: tuple[int, int]) -> tuple[float, float]:
    """Points of the grid for one px of the photo, across and downwards."""
    height, width = small_hw(size_hw)
    return width / size_hw[1] / STEP_PX, height / size_hw[0] / STEP_PX


def _on_grid(size_hw: tuple[int, int], bbox_xywh: BoxXywh) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of a box, in points; at least one point."""
    across, down = _points_a_px(size_hw)
    height, width = grid_hw(size_hw)
    x, y, wide, high = bbox_xywh
    left = min(max(0, int(x * across)), width - 1)
    top = min(max(0, int(y * down)), height - 1)
    right = min(width, max(left + 1, round((x + wide) * across)))
    bottom = min(height, max(top + 1, round((y + high) * down)))
    return left, top, right, bottom
