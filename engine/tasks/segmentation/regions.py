"""Where on a photo accuracy is measured: `all`, the `interior`, and the `edge` band around it.

A network sees less context near the border, so annotations there are not trained on, and the
figures of the two regions are never mixed. `interior` is the headline: without a margin it is
the same as `all`, and there is no `edge`.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

Region = Literal["all", "interior", "edge"]
REGIONS: tuple[Region, ...] = ("all", "interior", "edge")
HEADLINE: Region = "interior"


def region_masks(
    size_hw: tuple[int, int], margin_px: int, roi_xywh: tuple[int, int, int, int] | None = None
) -> dict[Region, NDArray[np.bool_]]:
    """The pixels of each region, (H, W) each.

    Args:
        size_hw: height and width of the photo in px.
        margin_px: width of the band along the border of the photo, or of the region of interest.
        roi_xywh: the region of interest; what lies outside belongs to no region.

    Returns:
        `all` and `interior`, and `edge` where the margin is more than 0.
    """
    height, width = size_hw
    x, y, w, h = roi_xywh if roi_xywh is not None else (0, 0, width, height)
    left, top, right, bottom = max(x, 0), max(y, 0), min(x + w, width), min(y + h, height)
    everything = np.zeros(size_hw, dtype=bool)
    everything[top:bottom, left:right] = True
    if margin_px <= 0:
        return {"all": everything, "interior": everything}
    interior = np.zeros(size_hw, dtype=bool)
    inner_rows = slice(top + margin_px, max(bottom - margin_px, 0))
    inner_columns = slice(left + margin_px, max(right - margin_px, 0))
    interior[inner_rows, inner_columns] = True
    return {"all": everything, "interior": interior, "edge": everything & ~interior}
