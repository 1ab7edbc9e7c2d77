"""Small pictures of photos and masks, as evidence that stands inside an HTML page."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from engine.audit.photos.preview import LONG_SIDE_PX as PREVIEW_PX
from engine.data.images import read_image, read_mask
from engine.errors import UnreadableImage

LONG_SIDE_PX = 240
CUT_PX = 440
"""Longer side of a cut, which is enlarged at most `MOST_ENLARGED` times to reach it."""

MOST_ENLARGED = 8
LEAST_AROUND_PX = 24
CUTTING_PX = 96
SHEET_COLUMNS = 4
_FRAME_RGB = (255, 0, 200)
_MARGIN_RGB = (255, 220, 0)


def photo_uri(
    path: Path,
    boxes_xywh: Sequence[Sequence[int]] = (),
    corners: Sequence[Sequence[Sequence[float]]] = (),
    long_side_px: int = LONG_SIDE_PX,
) -> str | None:
    """A thumbnail of a photo as a `data:` URI; None where it cannot be decoded.

    Args:
        path: the photo.
        boxes_xywh: what to frame, in px of the photo.
        corners: boxes to draw by their corners, the first edge in another colour.
        long_side_px: of the thumbnail.
    """
    photo = _photo(path)
    if photo is None:
        return None
    small = shrink(photo, long_side_px)
    scale = max(small.shape[:2]) / max(photo.shape[:2])
    if len(boxes_xywh):
        small = _framed(small, boxes_xywh, scale)
    if len(corners):
        small = _outlined(small, corners, scale)
    return _jpeg_uri(small)


def cut_uri(
    path: Path,
    box_xywh: Sequence[int],
    inner_xywh: Sequence[int] | None = None,
    margin_px: int = 0,
) -> str | None:
    """A box of a photo with what surrounds it, framed, as a `data:` URI; None if not decodable.

    Args:
        path: the photo.
        box_xywh: what to show, in px of the photo.
        inner_xywh: what the margin leaves of the photo, drawn as a line.
        margin_px: width of the margin, which is shown as far as that leaves the box visible.
    """
    photo = _photo(path)
    if photo is None:
        return None
    left, top, right, bottom = _around(box_xywh, margin_px, (photo.shape[0], photo.shape[1]))
    cut = photo[top:bottom, left:right]
    factor = min(MOST_ENLARGED, CUT_PX / max(cut.shape[:2]))
    size_wh = (max(1, round(cut.shape[1] * factor)), max(1, round(cut.shape[0] * factor)))
    method = cv2.INTER_AREA if factor < 1 else cv2.INTER_NEAREST
    shown = np.asarray(cv2.resize(cut, size_wh, interpolation=method), np.uint8)
    moved = [(box_xywh[0] - left, box_xywh[1] - top, *box_xywh[2:])]
    if inner_xywh is not None:
        line = (inner_xywh[0] - left, inner_xywh[1] - top, *inner_xywh[2:])
        shown = _framed(shown, [line], factor, _MARGIN_RGB, gap_px=0, line_px=2)
    return _jpeg_uri(_framed(shown, moved, factor, line_px=2))


def _around(
    box_xywh: Sequence[int], margin_px: int, size_hw: tuple[int, int]
) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of a cut: the box, as much again around it, and the margin."""
    x, y, width, height = box_xywh
    own = max(LEAST_AROUND_PX, width, height)
    # A margin much wider than the region would shrink it until nothing is to be seen.
    around = min(max(own, margin_px + own // 4), 4 * own)
    left, top = max(0, x - around), max(0, y - around)
    return left, top, min(size_hw[1], x + width + around), min(size_hw[0], y + height + around)


def laid_uri(
    first: Path, second: Path, matrix: Sequence[Sequence[float]], mirrored: bool
) -> str | None:
    """The first photo laid on the second, as `engine.audit.twins` found that it lies.

    Args:
        matrix: (2, 3), px of the first's preview, mirrored or not, to px of the second's.
    """
    photos = _photo(first), _photo(second)
    if photos[0] is None or photos[1] is None:
        return None
    one, other = (_at_preview_size(photo) for photo in photos if photo is not None)
    if mirrored:
        one = np.asarray(cv2.flip(one, 1), np.uint8)
    size_wh = (other.shape[1], other.shape[0])
    laid = cv2.warpAffine(one, np.asarray(matrix, np.float64), size_wh, borderValue=(128,) * 3)
    return _jpeg_uri(shrink(np.asarray(laid, np.uint8), LONG_SIDE_PX))


def sheet_uri(regions: Sequence[tuple[Path, Sequence[int]]]) -> str | None:
    """Cuttings of regions, each numbered and framed in what lies around it, side by side in rows.

    Args:
        regions: pairs (photo, box x, y, width, height in px).
    """
    return _sheet([_cutting(path, box) for path, box in regions])


def turned_sheet_uri(boxes: Sequence[tuple[Path, Sequence[Sequence[float]]]]) -> str | None:
    """Cuttings of boxes, each turned so that what was marked as its top is up.

    Args:
        boxes: pairs (photo, four corners in px).
    """
    return _sheet([_turned_cutting(path, corners) for path, corners in boxes])


def _sheet(cuttings: Sequence[npt.NDArray[np.uint8] | None]) -> str | None:
    shown = [
        _numbered(cutting, number)
        for number, cutting in enumerate(cuttings, start=1)
        if cutting is not None
    ]
    if not shown:
        return None
    blank = np.zeros_like(shown[0])
    columns = min(SHEET_COLUMNS, len(shown))
    shown += [blank] * (-len(shown) % columns)
    rows = [np.hstack(shown[i : i + columns]) for i in range(0, len(shown), columns)]
    return _jpeg_uri(np.vstack(rows))


def _numbered(cutting: npt.NDArray[np.uint8], number: int) -> npt.NDArray[np.uint8]:
    """The cutting with its number in the upper left corner, readable on any ground."""
    drawn = cutting.copy()
    for colour, line_px in (((0, 0, 0), 3), ((255, 255, 255), 1)):
        cv2.putText(
            drawn,
            str(number),
            (3, 13),
            cv2.FONT_HERSHEY_SIMPLEX,
            0.42,
            colour,
            line_px,
            cv2.LINE_AA,
        )
    return drawn


def mask_uri(path: Path, long_side_px: int = LONG_SIDE_PX) -> str | None:
    """A thumbnail of a mask, its values spread from black to white; None if not decodable.

    A mask that cannot be used, such as a JPEG, is shown as a picture.
    """
    try:
        mask = read_mask(path)
    except UnreadableImage:
        return _spread_uri(path, long_side_px)
    levels = np.unique(mask)
    spread = np.linspace(0, 255, max(2, len(levels))).astype(np.uint8)
    small = shrink(spread[np.searchsorted(levels, mask)], long_side_px, cv2.INTER_NEAREST)
    return _uri(small, ".png", "image/png")


def _spread_uri(path: Path, long_side_px: int) -> str | None:
    """A picture, grey, its brightness spread from black to white."""
    picture = _photo(path)
    if picture is None:
        return None
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY) if picture.ndim == 3 else picture
    spread = cv2.normalize(
        shrink(np.asarray(grey, np.uint8), long_side_px), None, 0, 255, cv2.NORM_MINMAX
    )  # type: ignore[call-overload]
    return _uri(np.asarray(spread, np.uint8), ".png", "image/png")


def shrink(
    image: npt.NDArray[np.uint8], long_side_px: int, interpolation: int = cv2.INTER_AREA
) -> npt.NDArray[np.uint8]:
    """The image (H, W) or (H, W, 3) with its longer side at most `long_side_px`."""
    height, width = image.shape[:2]
    factor = long_side_px / max(height, width)
    if factor >= 1:
        return image
    size_wh = (max(1, round(width * factor)), max(1, round(height * factor)))
    return np.asarray(cv2.resize(image, size_wh, interpolation=interpolation), np.uint8)


def _photo(path: Path) -> npt.NDArray[np.uint8] | None:
    try:
        return _to_8_bit(read_image(path))
    except UnreadableImage:
        return None


def _cutting(path: Path, box_xywh: Sequence[int]) -> npt.NDArray[np.uint8] | None:
    """A square cut from a photo, twice as wide as the box in its middle, (96, 96, 3)."""
    photo = _photo(path)
    if photo is None:
        return None
    x, y, width, height = box_xywh
    side = 2 * max(width, height) + 8
    left, top = x + width // 2 - side // 2, y + height // 2 - side // 2
    padded = cv2.copyMakeBorder(photo, side, side, side, side, cv2.BORDER_CONSTANT)
    cut = np.asarray(padded[top + side : top + 2 * side, left + side : left + 2 * side])
    method = cv2.INTER_AREA if side > CUTTING_PX else cv2.INTER_LINEAR
    small = np.asarray(cv2.resize(cut, (CUTTING_PX, CUTTING_PX), interpolation=method), np.uint8)
    own = (x - left, y - top, width, height)
    return _framed(small, [own], CUTTING_PX / side)


def _turned_cutting(path: Path, corners: Sequence[Sequence[float]]) -> npt.NDArray[np.uint8] | None:
    """What a box holds and a little around it, its top up, (96, 96, 3)."""
    photo = _photo(path)
    if photo is None:
        return None
    box = np.array(corners, np.float64)
    width, height = (float(np.linalg.norm(box[end] - box[0])) for end in (1, 3))
    scale = 0.8 * CUTTING_PX / max(width, height, 1.0)
    wide, high, middle = width * scale / 2, height * scale / 2, CUTTING_PX / 2
    shown = np.array(
        [(middle - wide, middle - high), (middle + wide, middle - high),
         (middle - wide, middle + high)]
    )  # fmt: skip
    matrix = cv2.getAffineTransform(box[[0, 1, 3]].astype(np.float32), shown.astype(np.float32))
    cut = cv2.warpAffine(photo, matrix, (CUTTING_PX, CUTTING_PX))
    frame = [(middle - wide, middle - high, 2 * wide, 2 * high)]
    return _framed(np.asarray(cut, np.uint8), frame, 1.0)


def _at_preview_size(photo: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    factor = PREVIEW_PX / max(photo.shape[:2])
    size_wh = (max(1, round(photo.shape[1] * factor)), max(1, round(photo.shape[0] * factor)))
    method = cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(photo, size_wh, interpolation=method), np.uint8)


def _framed(
    small: npt.NDArray[np.uint8],
    boxes_xywh: Sequence[Sequence[float]],
    scale: float,
    colour: tuple[int, int, int] = _FRAME_RGB,
    gap_px: int = 2,
    line_px: int = 1,
) -> npt.NDArray[np.uint8]:
    """A frame around each box, a little outside of it, so that what it holds stays visible."""
    drawn = cv2.cvtColor(small, cv2.COLOR_GRAY2RGB) if small.ndim == 2 else small.copy()
    for x, y, width, height in boxes_xywh:
        first = (round(x * scale) - gap_px - 1, round(y * scale) - gap_px - 1)
        last = (round((x + width) * scale) + gap_px, round((y + height) * scale) + gap_px)
        cv2.rectangle(drawn, first, last, colour, line_px)
    return np.asarray(drawn, np.uint8)


def _outlined(
    small: npt.NDArray[np.uint8], corners: Sequence[Sequence[Sequence[float]]], scale: float
) -> npt.NDArray[np.uint8]:
    """The sides of each box, and its first, the thing's top, over them."""
    drawn = cv2.cvtColor(small, cv2.COLOR_GRAY2RGB) if small.ndim == 2 else small.copy()
    for box in corners:
        points = np.clip(np.array(box, np.float64) * scale, -(2**14), 2**14)
        ends = [(round(float(x)), round(float(y))) for x, y in points]
        cv2.polylines(drawn, [np.array(ends, np.int32)], True, _FRAME_RGB, 1, cv2.LINE_AA)
        cv2.line(drawn, ends[0], ends[1], _MARGIN_RGB, 2, cv2.LINE_AA)
    return np.asarray(drawn, np.uint8)


def _jpeg_uri(image: npt.NDArray[np.uint8]) -> str | None:
    if image.ndim == 3:
        image = np.ascontiguousarray(image[..., ::-1])
    return _uri(image, ".jpg", "image/jpeg")


def _to_8_bit(photo: npt.NDArray[np.uint8] | npt.NDArray[np.uint16]) -> npt.NDArray[np.uint8]:
    """16-bit photos are stretched to what they use, or a 12-bit one would be black."""
    if photo.dtype == np.uint8:
        return photo.astype(np.uint8, copy=False)
    low, high = np.percentile(photo, (0.5, 99.5))
    scaled = (photo.astype(np.float32) - low) * (255.0 / max(1.0, float(high - low)))
    return np.asarray(np.clip(scaled, 0, 255), np.uint8)


def _uri(image: npt.NDArray[np.uint8], suffix: str, media_type: str) -> str | None:
    written, encoded = cv2.imencode(suffix, image)
    if not written:
        return None
    return f"data:{media_type};base64,{base64.b64encode(encoded.tobytes()).decode('ascii')}"
