"""Which way up a located line is read.

Where a text lies shows long before which end is its beginning: a locator that is asked for a
heading tells neither for a thousand steps (benchmarks/ocr). So it is asked for the axis alone, and
the line is read both ways. A reader has learnt to say nothing of a line that is upside down.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.tasks.detection.boxes import Floats
from engine.tasks.ocr.better import is_better
from engine.text.reading import Reading


def turned(corners: NDArray[np.floating]) -> Floats:
    """Corners (…, 4, 2) of the same boxes, read from the other end."""
    return np.asarray(corners[..., [2, 3, 0, 1], :], np.float32)


def headed(boxes: Floats, is_turned: NDArray[np.bool_]) -> Floats:
    """Boxes (n, 5), those that are read from the other end turned by half a turn."""
    headed = boxes.copy()
    angles = boxes[:, 4] + np.where(is_turned, np.pi, 0.0)
    headed[:, 4] = np.where(angles > np.pi, angles - 2 * np.pi, angles)
    return headed


def choose(ways: Sequence[Reading], others: Sequence[Reading]) -> NDArray[np.bool_]:
    """Of lines read as they lie, and from the other end: which are better read so, (n,)."""
    return np.array([is_better(other, way) for way, other in zip(ways, others, strict=True)], bool)
