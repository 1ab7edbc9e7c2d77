"""What a box holds, cut out and turned so that the thing's top is up."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

SIDE_PX = 40
MARGIN_PX = 5
"""What a crop shows beyond the box, so that the thing may be shifted in it by as much."""

Crops = NDArray[np.float32]
"""(n, 50, 50): the longer side of each box is 40 px long, its middle in the middle."""


def cut_crop(grey: NDArray[np.uint8], corners: NDArray[np.float32]) -> NDArray[np.float32]:
    """The square around a box, its longer side wide, upright, as (50, 50).

    Args:
        grey: the photo (H, W).
        corners: (4, 2) in px.
    """
    middle = corners.mean(axis=0)
    top = corners[1] - corners[0]
    width, height = (float(np.linalg.norm(side)) for side in (top, corners[3] - corners[0]))
    longer = max(width, height, 1.0)
    across = top / max(width, 1e-6)
    down = np.array([-across[1], across[0]], np.float32)
    scale = longer / SIDE_PX
    centre = (SIDE_PX + 2 * MARGIN_PX - 1) / 2
    to_photo = np.stack([across * scale, down * scale], axis=1)
    grey, left_top = _around(grey, middle, reach_px=np.sqrt(2) * scale * (centre + 1) + scale + 1)
    corner = middle - left_top - 0.5 - to_photo @ [centre, centre]
    matrix = np.hstack([to_photo, corner[:, None]])
    if scale > 1.5:  # or every other pixel would be passed over
        grey = np.asarray(cv2.blur(grey, (round(scale), round(scale))), np.uint8)
    side = SIDE_PX + 2 * MARGIN_PX
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    crop = cv2.warpAffine(grey, matrix, (side, side), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(crop, np.float32)


def _around(
    grey: NDArray[np.uint8], middle: NDArray[np.float32], reach_px: float
) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """What a photo shows within reach of a point on it, and where that begins (x, y)."""
    height, width = grey.shape
    left, top = np.clip(np.floor(middle - reach_px), 0, (width - 1, height - 1)).astype(int)
    right, bottom = np.clip(np.ceil(middle + reach_px), 1, (width, height)).astype(int)
    return grey[top:bottom, left:right], np.array([left, top], np.float32)


def box_mask(elongation: float, *, wide: bool, circle: bool = False) -> NDArray[np.bool_]:
    """The pixels (40, 40) of a crop that belong to a box.

    Args:
        elongation: longer by shorter side, 1 or more.
        wide: whether the top is the longer side.
        circle: only those that any turn keeps; quarter turns keep the corners as well, where marks
            of a heading often lie.
    """
    offset = np.abs(np.arange(SIDE_PX) - (SIDE_PX - 1) / 2)
    short = max(3.0, SIDE_PX / 2 / elongation)
    rows, columns = (offset <= short, offset <= SIDE_PX / 2) if wide else (
        offset <= SIDE_PX / 2, offset <= short)  # fmt: skip
    kept = rows[:, None] & columns[None, :]
    if circle:
        kept &= np.hypot(offset[:, None], offset[None, :]) <= SIDE_PX / 2 + 0.5
    return np.asarray(kept, np.bool_)
