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


def region_masks(size_hw: tuple[int, int], margin_px: int) -> dict[Region, NDArray[np.bool_]]:
    """The pixels of each region, (H, W) each.

    Args:
        size_hw: height and width in px of the photo, or of its region of interest.
        margin_px: width of the band along the border.

    Returns:
        `all` and `interior`, and `edge` where the margin is more than 0.
    """
    height, width = size_hw
    everything = np.ones(size_hw, dtype=bool)
    if margin_px <= 0:
        return {"all": everything, "interior": everything}
    interior = np.zeros(size_hw, dtype=bool)
    rows = slice(margin_px, max(height - margin_px, 0))
    columns = slice(margin_px, max(width - margin_px, 0))
    interior[rows, columns] = True
    return {"all": everything, "interior": interior, "edge": ~interior}
