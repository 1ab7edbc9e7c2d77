"""Thin things of one colour on a photo: what a pen of an image viewer leaves, and its likes.

A drawn stroke has one colour that has nothing to do with the light or the surface below, so among
all colours of the photo it stands alone: the histogram holds a peak with little around it. Peaks of
pixels that are part of thin structures are looked for, black, white and single tones of grey photos
beside them; the largest connected piece of each is measured. What is a mark is decided elsewhere,
by comparison with the other photos (`engine.audit.marks`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.audit.photos.pens import Pen, likely_pens
from engine.audit.photos.preview import to_8_bit
from engine.audit.photos.scene import (
    Scene,
    around,
    colour_histogram,
    make_palette,
    make_scene,
    to_rgb,
)  # fmt: skip
from engine.audit.photos.stroke_edges import (
    MOST_SAMPLED,
    WINDOW_PX,
    away_from,
    edge_figures,
    median,
    near,
)  # fmt: skip

LEAST_SIDE_PX = 64
"""Smaller photos are not looked at: there is no room to draw on."""

FIGURES = (
    "isolation", "isolation_wide", "isolation_widest", "tone_isolation", "count", "thin", "peak",
    "extreme", "tone", "saturation", "more_saturated", "grey_distance", "extent", "fill", "share",
    "together", "spread", "even", "equal", "contrast", "ring_spread", "width", "widest",
    "width_spread", "length", "first_ring", "second_ring", "at_border", "edges", "strong_edges",
    "steepness", "contrast_share", "light_below", "thin_share", "saturated", "side",
)  # fmt: skip
"""What is measured of each stroke, in this order."""

PALETTE_BITS = 4
"""Of each channel; a palette tells which of 16³ colours a photo holds."""

_FEWEST_PX = 10


@dataclass(frozen=True, slots=True)
class Stroke:
    """A thin connected thing of one colour.

    Attributes:
        box_xywh: around it, px of the photo.
        colour: RGB.
        figures: as `FIGURES` names them.
    """

    box_xywh: tuple[int, int, int, int]
    colour: tuple[int, int, int]
    figures: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Strokes:
    """The strokes of a photo, and its colours: bits of (16, 16, 16) red, green, blue, packed."""

    found: tuple[Stroke, ...]
    palette: bytes


def find_strokes(photo: NDArray[Any]) -> Strokes:
    """Of a photo (H, W) or (H, W, 3) RGB, uint8 or uint16."""
    seen = to_8_bit(photo)
    if min(photo.shape[:2]) < LEAST_SIDE_PX:
        small = np.ascontiguousarray(to_rgb(seen))
        return Strokes((), make_palette(colour_histogram(small, None), small.size // 3))
    scene = make_scene(seen)
    found = (stroke for each in likely_pens(scene) for stroke in _measured(scene, each))
    return Strokes(tuple(found), make_palette(scene.all_colours, scene.small.size // 3))


def _measured(scene: Scene, pen: Pen) -> Iterator[Stroke]:
    """The largest pieces of thin things that have the pen's colour."""
    alike = near(scene.small, pen.colour, pen.tolerance)
    mask = cv2.bitwise_and(alike, scene.thin)
    alike_px, mask_px = cv2.countNonZero(alike), cv2.countNonZero(mask)
    if mask_px < _FEWEST_PX or mask_px > 0.12 * mask.size:
        return
    # Letters of a word and breaks in a line are bridged; half the size is enough to see that.
    grown = np.ascontiguousarray(cv2.dilate(mask, np.ones((5, 5), np.uint8))[::2, ::2])
    _, labels, boxes, _ = cv2.connectedComponentsWithStats(grown, ltype=cv2.CV_16U)
    order = 1 + np.argsort(-boxes[1:, 2:4].max(axis=1))
    for number in order[: 2 if pen.extreme else 1].tolist():
        left, top, width, height = (int(value) for value in boxes[number, :4])
        piece = (labels[top : top + height, left : left + width] == number).astype(np.uint8)
        box = (2 * left, 2 * top, 2 * (left + width), 2 * (top + height))
        yield from _piece(scene, pen, mask, piece, box, (alike_px, mask_px))


def _piece(
    scene: Scene, pen: Pen, mask: NDArray[Any], piece: NDArray[np.uint8],
    box: tuple[int, int, int, int], counts_px: tuple[int, int],
) -> Iterator[Stroke]:  # fmt: skip
    """Measures one piece; `piece` is at half the size of `mask`, `box` its corners there."""
    x0, y0, x1, y1 = box
    inside = mask[y0:y1, x0:x1]
    double = cv2.resize(
        piece, (2 * piece.shape[1], 2 * piece.shape[0]), interpolation=cv2.INTER_NEAREST
    )
    inside = cv2.bitwise_and(
        inside, inside, mask=np.asarray(double)[: inside.shape[0], : inside.shape[1]]
    )
    points = cv2.findNonZero(inside)
    if points is None or len(points) < _FEWEST_PX:
        return
    xy = np.asarray(points).reshape(-1, 2)
    some = xy[:: 1 + len(xy) // MOST_SAMPLED]
    pixels = scene.small[y0:y1, x0:x1][some[:, 1], some[:, 0]]
    colour = median(pixels)
    away = away_from(pixels, colour)
    left, top, width, height = cv2.boundingRect(points)
    left, top = x0 + left, y0 + top
    extent = max(width, height)
    edge = min(left, top, scene.small.shape[1] - left - width, scene.small.shape[0] - top - height)
    shape = edge_figures(scene, pen, colour, inside, (x0, y0), xy[len(xy) // 2])
    if shape is None:
        return
    contrast, ring_spread, stroke, widest, width_spread, area, first, second = shape
    spread, place = float(away.mean()), pen.bin
    count = float(scene.peaks[place])
    strongest = scene.common[2] + 8.0
    share = WINDOW_PX / max(WINDOW_PX, extent * scene.step)
    side_px = scene.side * scene.step

    def isolation(reach: int) -> float:
        total = float(around(scene.all_colours, place, reach).sum())
        return count / (total - 0.8 * count + 20)

    saturation = float(colour.max() - colour.min())
    figures = (
        float(scene.isolation[place]), isolation(5), isolation(8),
        float(scene.tones[round(float(colour.mean()))]), float(np.log(count + 1)),
        count / (float(around(scene.all_colours, place, 1).sum()) + 1),
        float(around(scene.thin_colours, place, 1).max()) / (count + 1),
        float(pen.extreme), float(pen.tone), saturation, saturation - scene.saturated,
        float(np.minimum(colour, 255 - colour).max()), float(np.log(extent / scene.side)),
        len(xy) / (width * height), len(xy) / max(counts_px[0], 1), len(xy) / max(counts_px[1], 1),
        spread, float((away <= 3).mean()), float((away == 0).mean()), contrast, ring_spread,
        stroke * 640 / side_px, widest * 640 / side_px, width_spread,
        float(np.log(max(area / stroke, 1.0) / (extent * scene.step * share))), first, second,
        float(edge <= 1), scene.common[0], scene.common[1], contrast * first / strongest,
        contrast / strongest, (ring_spread + 3) / (spread + 2), *scene.common[3:],
    )  # fmt: skip
    yield Stroke(
        (left * scene.step, top * scene.step, width * scene.step, height * scene.step),
        (int(colour[0]), int(colour[1]), int(colour[2])),
        tuple(np.round(np.array(figures, np.float64), 4).tolist()),
    )
