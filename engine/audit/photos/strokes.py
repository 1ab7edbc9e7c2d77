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

from engine.audit.photos.preview import to_8_bit

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

_THIN = 24
_TOLERANCE, _EXTREME_TOLERANCE, _TONE_TOLERANCE = 20, 14, 8
_MOST_PEAKS, _MOST_TONES = 4, 3
_LEAST_ISOLATION = 0.1
_FEWEST_PX = 10
_WINDOW_PX = 160
_MOST_SAMPLED = 400
_BINS = 32

Rgb = NDArray[np.uint8]
Histogram = NDArray[np.float32]


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


@dataclass(frozen=True, slots=True)
class _Scene:
    """A photo as it is searched: `small` is every `step`-th pixel, `thin` marks its thin parts."""

    photo: NDArray[Any]
    step: int
    small: Rgb
    thin: Rgb
    all_colours: Histogram
    thin_colours: Histogram
    peaks: Histogram
    isolation: Histogram
    tones: Histogram
    common: tuple[float, ...]
    saturated: float

    @property
    def side(self) -> int:
        return int(min(self.small.shape[:2]))


@dataclass(frozen=True, slots=True)
class _Hypothesis:
    """A colour that a pen may have had; `bin` is its place in the histogram of 32³ colours."""

    colour: tuple[int, int, int]
    tolerance: int
    bin: tuple[int, int, int]
    extreme: bool = False
    tone: bool = False


def find_strokes(photo: NDArray[Any]) -> Strokes:
    """Of a photo (H, W) or (H, W, 3) RGB, uint8 or uint16."""
    seen = to_8_bit(photo)
    if min(photo.shape[:2]) < LEAST_SIDE_PX:
        small = np.ascontiguousarray(_rgb(seen))
        return Strokes((), _palette(_histogram(small, None), small.size // 3))
    scene = _scene(seen)
    found = (stroke for each in _hypotheses(scene) for stroke in _measured(scene, each))
    return Strokes(tuple(found), _palette(scene.all_colours, scene.small.size // 3))


def _rgb(photo: NDArray[Any]) -> Rgb:
    if photo.ndim == 3:
        return photo
    return np.asarray(cv2.cvtColor(photo, cv2.COLOR_GRAY2RGB), np.uint8)


def _scene(photo: NDArray[np.uint8]) -> _Scene:
    height, width = photo.shape[:2]
    side = min(height, width)
    step = max(2 if side >= 400 else 1, side // 320)
    size_wh = (-(-width // step), -(-height // step))
    if step > 1:
        photo_small = np.asarray(cv2.resize(photo, size_wh, interpolation=cv2.INTER_NEAREST))
    else:
        photo_small = photo
    small = _rgb(np.ascontiguousarray(photo_small))
    kernel = np.ones((9, 9) if min(size_wh) >= 200 else (7, 7), np.uint8)
    hats = (
        cv2.morphologyEx(photo_small, way, kernel) for way in (cv2.MORPH_TOPHAT, cv2.MORPH_BLACKHAT)
    )
    thin = cv2.threshold(_largest(cv2.max(*hats)), _THIN, 255, cv2.THRESH_BINARY)[1]
    all_colours, thin_colours = _histogram(small, None), _histogram(small, thin)
    peaks = _box(thin_colours, 3)
    isolation = peaks / (_box(all_colours, 7) - 0.8 * peaks + 20)
    grey = np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY))
    coarse = np.ascontiguousarray(small[::2, ::2])
    saturation = _counts(cv2.subtract(_largest(coarse), 255 - _largest(255 - coarse)))
    lines = np.ascontiguousarray(photo[::8])
    edges = _counts(_largest(cv2.absdiff(lines[:, 1:], lines[:, :-1])))
    common = (
        _quantile(edges, 0.5), _quantile(edges, 0.99), _quantile(edges, 0.998),
        float(cv2.mean(thin)[0]) / 255, float(saturation[25:].sum() / saturation.sum()),
        float(np.log(side)),
    )  # fmt: skip
    return _Scene(
        photo, step, small, np.asarray(thin, np.uint8), all_colours, thin_colours, peaks, isolation,
        _tone_isolation(grey, np.asarray(thin)), common, _quantile(saturation, 0.99),
    )  # fmt: skip


def _largest(image: NDArray[Any]) -> NDArray[Any]:
    """Of all channels."""
    if image.ndim == 2:
        return image
    red, green, blue = cv2.split(image)
    return np.asarray(cv2.max(cv2.max(red, green), blue))


def _histogram(small: Rgb, mask: NDArray[Any] | None) -> Histogram:
    sizes, ranges = [_BINS] * 3, [0, 256] * 3
    return np.asarray(cv2.calcHist([small], [0, 1, 2], mask, sizes, ranges), np.float32)


def _box(histogram: Histogram, side: int) -> Histogram:
    """Sums over cubes of `side` bins."""
    border = cv2.BORDER_CONSTANT
    cubes = cv2.boxFilter(histogram, -1, (side, side), normalize=False, borderType=border)
    flat = np.asarray(cubes, np.float32).reshape(-1, _BINS)
    summed = cv2.boxFilter(flat, -1, (side, 1), normalize=False, borderType=border)
    return np.asarray(summed, np.float32).reshape(_BINS, _BINS, _BINS)


def _around(histogram: Histogram, place: tuple[int, ...], reach: int) -> Histogram:
    return histogram[tuple(slice(max(0, each - reach), each + reach + 1) for each in place)]


def _counts(values: NDArray[Any]) -> Histogram:
    return np.asarray(cv2.calcHist([values], [0], None, [256], [0, 256]), np.float32).ravel()


def _quantile(counts: Histogram, share: float) -> float:
    total = np.cumsum(counts)
    return float(np.searchsorted(total, share * total[-1]))


def _tone_isolation(grey: NDArray[Any], thin: NDArray[Any]) -> Histogram:
    """Of each of 256 tones: how far the thin parts' histogram stands out there."""
    inside = np.asarray(cv2.calcHist([grey], [0], thin, [256], [0, 256]), np.float32).ravel()
    near = np.convolve(inside, np.ones(5, np.float32), "same")
    wide = np.convolve(_counts(grey), np.ones(25, np.float32), "same")
    return np.asarray(np.where(near < 12, 0, near / (wide - 0.9 * near + 20)), np.float32)


def _palette(all_colours: Histogram, pixels: int) -> bytes:
    colours = all_colours.reshape(16, 2, 16, 2, 16, 2).sum(axis=(1, 3, 5))
    return np.packbits(colours >= max(4.0, 1e-4 * pixels)).tobytes()


def _hypotheses(scene: _Scene) -> Iterator[_Hypothesis]:
    isolation = scene.isolation.copy()
    for _ in range(_MOST_PEAKS):
        place = tuple(int(i) for i in np.unravel_index(int(isolation.argmax()), isolation.shape))
        if isolation[place] < _LEAST_ISOLATION or scene.peaks[place] < 12:
            break
        _around(isolation, place, 2)[...] = 0
        cube = _around(scene.thin_colours, place, 1)
        offset = np.unravel_index(int(cube.argmax()), cube.shape)
        red, green, blue = (
            8 * (max(0, each - 1) + int(more)) + 4 for each, more in zip(place, offset, strict=True)
        )
        yield _Hypothesis((red, green, blue), _TOLERANCE, (place[0], place[1], place[2]))
    tones = [(0, True), (255, True)]
    if scene.photo.ndim == 2 or scene.common[4] < 0.002:
        left = scene.tones.copy()
        left[:8] = left[-8:] = 0
        for _ in range(_MOST_TONES):
            tone = int(left.argmax())
            if left[tone] >= _LEAST_ISOLATION:
                tones.append((tone, False))
            left[max(0, tone - 6) : tone + 7] = 0
    for tone, extreme in tones:
        place = (tone >> 3,) * 3
        if scene.peaks[place] >= 12:
            tolerance = _EXTREME_TOLERANCE if extreme else _TONE_TOLERANCE
            yield _Hypothesis((tone,) * 3, tolerance, place, extreme, not extreme)


def _measured(scene: _Scene, pen: _Hypothesis) -> Iterator[Stroke]:
    """The largest pieces of thin things that have the pen's colour."""
    alike = _near(scene.small, pen.colour, pen.tolerance)
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


def _near(image: Rgb, colour: tuple[int, ...] | NDArray[Any], tolerance: int) -> Rgb:
    middle = np.asarray(colour, np.float64)
    return np.asarray(cv2.inRange(image, middle - tolerance, middle + tolerance), np.uint8)


def _piece(
    scene: _Scene, pen: _Hypothesis, mask: NDArray[Any], piece: NDArray[np.uint8],
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
    some = xy[:: 1 + len(xy) // _MOST_SAMPLED]
    pixels = scene.small[y0:y1, x0:x1][some[:, 1], some[:, 0]]
    colour = _median(pixels)
    away = _away(pixels, colour)
    left, top, width, height = cv2.boundingRect(points)
    left, top = x0 + left, y0 + top
    extent = max(width, height)
    edge = min(left, top, scene.small.shape[1] - left - width, scene.small.shape[0] - top - height)
    shape = _line(scene, pen, colour, inside, (x0, y0), xy[len(xy) // 2])
    if shape is None:
        return
    contrast, ring_spread, stroke, widest, width_spread, area, first, second = shape
    spread, place = float(away.mean()), pen.bin
    count = float(scene.peaks[place])
    strongest = scene.common[2] + 8.0
    share = _WINDOW_PX / max(_WINDOW_PX, extent * scene.step)
    side_px = scene.side * scene.step

    def isolation(reach: int) -> float:
        total = float(_around(scene.all_colours, place, reach).sum())
        return count / (total - 0.8 * count + 20)

    saturation = float(colour.max() - colour.min())
    figures = (
        float(scene.isolation[place]), isolation(5), isolation(8),
        float(scene.tones[round(float(colour.mean()))]), float(np.log(count + 1)),
        count / (float(_around(scene.all_colours, place, 1).sum()) + 1),
        float(_around(scene.thin_colours, place, 1).max()) / (count + 1),
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
        tuple(round(float(figure), 4) for figure in figures),
    )


def _line(
    scene: _Scene, pen: _Hypothesis, colour: NDArray[Any], inside: NDArray[Any],
    corner: tuple[int, int], middle: NDArray[Any],
) -> tuple[float, ...] | None:  # fmt: skip
    """Contrast, width and edges of a piece in the photo itself, around one of its pixels.

    Returns:
        contrast to what lies 4 px off, its spread; mean width, greatest width, spread of the width
        relative to it; area; how much of the contrast is there 1 px and 2 px off. Widths in px.
    """
    step, half = scene.step, _WINDOW_PX // 2
    reach = -(-half // step)
    x0, x1 = max(0, int(middle[0]) - reach), min(inside.shape[1], int(middle[0]) + reach)
    y0, y1 = max(0, int(middle[1]) - reach), min(inside.shape[0], int(middle[1]) + reach)
    part = cv2.dilate(inside[y0:y1, x0:x1], np.ones((5, 5), np.uint8))
    size_wh = (step * (x1 - x0), step * (y1 - y0))
    region = np.asarray(cv2.resize(part, size_wh, interpolation=cv2.INTER_NEAREST))
    left, top = step * (corner[0] + x0), step * (corner[1] + y0)
    crop = _rgb(np.ascontiguousarray(scene.photo[top : top + size_wh[1], left : left + size_wh[0]]))
    core = cv2.bitwise_and(
        _near(crop, colour, pen.tolerance), region[: crop.shape[0], : crop.shape[1]]
    )
    if cv2.countNonZero(core) == 0:
        return None
    padded = cv2.copyMakeBorder(core, 5, 5, 5, 5, cv2.BORDER_CONSTANT)
    framed = cv2.copyMakeBorder(crop, 5, 5, 5, 5, cv2.BORDER_REPLICATE)
    deep = np.asarray(cv2.distanceTransform(padded, cv2.DIST_L2, 3))
    mean, deviation = (float(each[0, 0]) for each in cv2.meanStdDev(deep, mask=padded))
    off = cv2.distanceTransform(cv2.bitwise_not(padded), cv2.DIST_L2, 3)
    steps = []
    far = np.zeros((1, 3), np.uint8)
    for low, high in ((0.5, 1.5), (1.6, 2.5), (3.6, 4.5)):
        points = cv2.findNonZero(cv2.inRange(off, low, high))
        if points is None:
            return None
        xy = np.asarray(points).reshape(-1, 2)
        xy = xy[:: 1 + len(xy) // _MOST_SAMPLED]
        far = framed[xy[:, 1], xy[:, 0]]
        steps.append(float(_median(_away(far, colour))))
    return (
        steps[2], float(np.mean(cv2.meanStdDev(far[:, None])[1])), max(1.0, 4 * mean - 1),
        2 * float(deep.max()), deviation / mean, float(cv2.countNonZero(core)),
        steps[0] / (steps[2] + 5), steps[1] / (steps[2] + 5),
    )  # fmt: skip


def _away(pixels: NDArray[np.uint8], colour: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far each pixel is from a colour, in the channel that differs most."""
    red, green, blue = np.abs(pixels - colour).T
    return np.asarray(np.maximum(np.maximum(red, green), blue), np.float64)


def _median(values: NDArray[Any]) -> NDArray[np.float64]:
    """Along the first axis, the upper of two; numpy's own takes ten times as long on so few."""
    return np.asarray(np.sort(values, axis=0)[len(values) // 2], np.float64)
