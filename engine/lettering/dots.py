"""Marks made of dots: drops of ink and blows of a needle, that run together where they touch."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.lettering.ink import Mask


def draw_dots(
    points: NDArray[np.float64],
    strengths: NDArray[np.float64],
    radius: float,
    line: tuple[float, float],
) -> Mask:
    """Round dots, with all of them in the mask.

    Args:
        points: (n, 2) middles x, y in px, anywhere.
        strengths: (n,) 1 for a full dot; weaker ones are smaller, down to nothing at 0.4.
        radius: of a full dot, px.
        line: the y between which a mask reaches at least, so that a dash does not fill its line.
    """
    room = int(np.ceil(1.6 * radius)) + 2
    first, last = points.min(axis=0) - room, points.max(axis=0) + room
    first[1], last[1] = min(first[1], line[0]), max(last[1], line[1])
    places = np.rint(points - first).astype(np.int64)
    width, height = (np.ceil(last - first).astype(np.int64) + 1).tolist()
    seeds = np.zeros((height, width), np.float32)
    np.maximum.at(seeds, (places[:, 1], places[:, 0]), strengths.astype(np.float32))
    # A Gaussian falls to 0.4 of its peak at 1.354 sigma: there a full dot ends.
    sigma = radius / 1.354
    peak = 2 * np.pi * sigma**2
    drops = cv2.GaussianBlur(seeds, (0, 0), sigma)
    # The edge of a dot rises from 0 to 1 within a pixel.
    slope = 0.4 * 1.354 / sigma
    edge = (drops * np.float32(peak) - np.float32(0.4)) / np.float32(slope) + np.float32(0.5)
    return np.asarray(np.clip(edge, 0, 1) * 255, dtype=np.uint8)
