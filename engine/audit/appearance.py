"""What an annotated region looks like, in figures that do not depend on which way it lies.

A region is an upright box and, where it was annotated with a brush, a mask; its surroundings reach
half of its longer side beyond. All is measured on a window of at most 64 px, in about 1 ms.

With a mask, what is darker than its ground and what is brighter count alike, or one kind of chip
would be two on black and on white parts; its own brightness is a figure. A box holds ground and
defect, so there the pattern in it is described as it is.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]
Mask = NDArray[np.bool_]
BoxXywh = tuple[int, int, int, int]

WINDOW_PX = 64
LEAST_SURROUNDINGS_PX = 4
RINGS = (0.0, 0.3, 0.6, 0.9, 1.2, 1.6, 2.1)
"""Distances from the box's centre, in half sides, between which brightness is averaged."""

BLURS_PX = (1.0, 2.0, 4.0, 8.0)

FIGURES = (
    "size", "elongation", "filling", "solidity", "raggedness",
    "brightness", "contrast", "unevenness", "edges", "direction",
    "centre", "ring 2", "ring 3", "ring 4", "ring 5", "surroundings",
    "bright share", "bright share around", "bright islands", "dark islands", "bright outline",
    "one bright part", "one dark part",
    "grain of 1 px", "grain of 2 px", "grain of 4 px", "grain of 8 px",
)  # fmt: skip
"""What `look` measures, in its order."""


@dataclass(frozen=True, slots=True)
class _Window:
    """A region and its surroundings, scaled: `inside` marks the region, the box is in its px."""

    grey: NDArray[np.float32]
    inside: Mask
    box_xywh: tuple[float, float, float, float]
    spread: float
    masked: bool


def look(grey: Grey, bbox_xywh: BoxXywh, mask: Mask | None = None) -> NDArray[np.float64]:
    """The `FIGURES` of one region.

    Args:
        grey: the photo (H, W).
        bbox_xywh: the region's upright box, in px, inside of the photo.
        mask: (h, w), the region's own pixels in the box; None where only the box was annotated.
    """
    window = _window(grey, bbox_xywh, mask)
    shape = _shape(bbox_xywh, mask, float(np.sqrt(grey.size)))
    figures = [*shape, *_light(window), *_rings(window), *_pattern(window), *_grain(window)]
    return np.array(figures, np.float64)


def _window(grey: Grey, bbox_xywh: BoxXywh, mask: Mask | None) -> _Window:
    x, y, width, height = bbox_xywh
    around = max(LEAST_SURROUNDINGS_PX, max(width, height) // 2)
    left, top = max(0, x - around), max(0, y - around)
    crop = grey[top : y + height + around, left : x + width + around]
    factor = WINDOW_PX / max(crop.shape)
    size_wh = (max(4, round(crop.shape[1] * factor)), max(4, round(crop.shape[0] * factor)))
    method = cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR
    own = np.zeros(crop.shape, np.uint8)
    own[y - top : y - top + height, x - left : x - left + width] = (
        255 if mask is None else np.where(mask, 255, 0)
    )
    inside = np.asarray(cv2.resize(own, size_wh, interpolation=method)) > 100
    across, down = size_wh[0] / crop.shape[1], size_wh[1] / crop.shape[0]
    box = ((x - left) * across, (y - top) * down, width * across, height * down)
    if not inside.any():
        inside[int(box[1] + box[3] / 2), int(box[0] + box[2] / 2)] = True
    scaled = np.asarray(cv2.resize(crop, size_wh, interpolation=method), np.float32)
    return _Window(scaled, inside, box, float(grey[::4, ::4].std()) + 8.0, mask is not None)


def _shape(bbox_xywh: BoxXywh, mask: Mask | None, side_px: float) -> list[float]:
    """Of the photo's size; a box alone has neither filling, solidity nor outline."""
    width, height = bbox_xywh[2:]
    if mask is None:
        longer, shorter = max(width, height), min(width, height)
        size = np.sqrt(width * height) / side_px
        return [float(np.log(size)), float(np.log(longer / shorter)), 0.0, 0.0, 0.0]
    rows, columns = np.nonzero(mask)
    area = len(rows)
    spread = np.eye(2) / 12
    if area > 1:
        spread = spread + np.cov(np.stack([rows, columns]))
    short, long = np.linalg.eigvalsh(spread)
    kind, method = cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE
    outlines, _ = cv2.findContours(mask.astype(np.uint8), kind, method)
    hull = cv2.convexHull(np.vstack(outlines))
    hull_area = cv2.contourArea(hull) + cv2.arcLength(hull, True) / 2 + 1
    outline = sum(cv2.arcLength(each, True) for each in outlines) + 4
    return [
        float(np.log(np.sqrt(area) / side_px)),
        float(0.5 * np.log(long / short)),
        area / (width * height),
        area / hull_area,
        float(np.log(outline**2 / (4 * np.pi * area))),
    ]


def _contrast(window: _Window) -> float:
    """Brightness of the region above that of its surroundings, in spreads of the photo."""
    own, around = window.grey[window.inside], window.grey[~window.inside]
    ground = around.mean() if around.size else own.mean()
    return float(own.mean() - ground) / window.spread


def _light(window: _Window) -> list[float]:
    own, contrast = window.grey[window.inside], _contrast(window)
    down = cv2.Sobel(window.grey, cv2.CV_32F, 0, 1) / 8
    across = cv2.Sobel(window.grey, cv2.CV_32F, 1, 0) / 8
    steep = np.hypot(across, down)[window.inside].mean()
    across, down = across[window.inside], down[window.inside]
    both = float((across * across).sum() + (down * down).sum())
    lengthwise = float((across * across).sum() - (down * down).sum())
    slanting = 2 * float((across * down).sum())
    return [
        float(own.mean()) / 64 if window.masked else 0.0,
        abs(contrast) if window.masked else contrast,
        float(np.log(own.std() / window.spread + 0.25)),
        float(np.log(steep / window.spread + 0.1)),
        float(np.hypot(lengthwise, slanting)) / (both + 1e-3),
    ]


def _rings(window: _Window) -> list[float]:
    """Brightness by distance from the centre; turned over where a mask is darker than its ground.

    Turned by degrees, so that no gap comes up between slightly darker and slightly brighter.
    """
    x, y, width, height = window.box_xywh
    sign = float(np.tanh(4 * _contrast(window))) if window.masked else 1.0
    relative = (window.grey - window.grey.mean()) * (sign / window.spread)
    rows = (np.arange(relative.shape[0]) + 0.5 - y - height / 2) / (height / 2)
    columns = (np.arange(relative.shape[1]) + 0.5 - x - width / 2) / (width / 2)
    ring = np.digitize(np.hypot(rows[:, None], columns), RINGS).ravel()
    total = np.bincount(ring, relative.ravel(), len(RINGS) + 1)[1 : len(RINGS)]
    return list(total / np.maximum(np.bincount(ring, minlength=len(RINGS) + 1)[1 : len(RINGS)], 1))


def _pattern(window: _Window) -> list[float]:
    """How bright and dark lie in a box; nothing for a mask, which has a shape of its own."""
    if window.masked:
        return [0.0] * 7
    grey = window.grey.astype(np.uint8)
    _, bright = cv2.threshold(grey, 0, 1, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    rows, columns = np.flatnonzero(window.inside.any(1)), np.flatnonzero(window.inside.any(0))
    box = np.asarray(bright)[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    around = np.asarray(bright)[~window.inside]
    outline = np.concatenate([box[0], box[-1], box[:, 0], box[:, -1]])
    weights = _towards_the_middle(box.shape)
    islands, largest = [], []
    for side in (1, 0):
        count, owner, stats, _ = cv2.connectedComponentsWithStats(
            (box == side).astype(np.uint8), connectivity=4
        )
        x, y, width, height, _ = stats[1:].T
        area = np.bincount(owner.ravel(), weights.ravel(), count)[1:]
        free = (x > 0) & (y > 0) & (x + width < box.shape[1]) & (y + height < box.shape[0])
        islands.append(float(area[free].sum() / max(area.sum(), 0.05)))
        largest.append(float(area.max(initial=0.0) / max(area.sum(), 0.05)))
    share = float(around.mean()) if around.size else 0.5
    return [float(box.mean()), share, *islands, float(outline.mean()), *largest]


def _towards_the_middle(size_hw: tuple[int, ...]) -> NDArray[np.float64]:
    """Weights whose sum is 1: what reaches into a box from outside counts for little."""
    down, across = (np.exp(-8 * np.square(np.linspace(-0.5, 0.5, side))) for side in size_hw)
    weights = np.outer(down, across)
    return np.asarray(weights / weights.sum())


def _grain(window: _Window) -> list[float]:
    """How the region's structure is shared out over coarser and coarser scales."""
    energies, finer = [], window.grey
    for blur in BLURS_PX:
        coarser = np.asarray(cv2.GaussianBlur(window.grey, (0, 0), blur), np.float32)
        energies.append(float(np.sqrt(np.square(finer - coarser)[window.inside].mean())))
        finer = coarser
    return [energy / (sum(energies) + 4) for energy in energies]
