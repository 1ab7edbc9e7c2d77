"""A line of text as the reader sees it: upright, of one height, its proportions kept.

A line that is wider than the window is squeezed along its length alone; a shorter one is followed
by its own last column, so that nothing beside it is read.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.recipe.units import Length

LEAST_PX = 2
"""Width that even the narrowest line gets."""

LARGEST_STEP = 1.5
"""In px of the photo: what is to be sampled more coarsely is sampled several times as finely, and
the mean is taken, so that no stroke is lost."""


@dataclass(frozen=True, slots=True)
class Window:
    """Attributes:
    line_hw: height and width in px of what the reader sees.
    padding: around a line, in px of the photo or in percent of the line's height.
    ends: what is shown beyond that before and after the line, in heights of it.
    """

    line_hw: tuple[int, int]
    padding: Length
    ends: float = 0.0

    def padded(self, corners: NDArray[np.floating]) -> NDArray[np.float32]:
        """Corners (4, 2) of a line, moved outwards by the padding, and further at the ends."""
        corners = np.asarray(corners, np.float32)
        _, height = sides(corners)
        pad = self.padding.exact_px((max(1, round(height)), 1 << 30))
        further = np.float32(pad + self.ends * height)
        across, down = _axes(corners)
        signs = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)], np.float32)
        outwards = signs[:, :1] * further * across + signs[:, 1:] * np.float32(pad) * down
        return np.asarray(corners + outwards, np.float32)

    def shown_px(self, corners: NDArray[np.floating]) -> int:
        """Width in px that a line of these corners fills in the window."""
        width, height = sides(corners)
        wanted = round(self.line_hw[0] * width / max(height, 1e-6))
        return int(min(self.line_hw[1], max(LEAST_PX, wanted)))

    def along_px(
        self,
        corners: NDArray[np.floating],
        text: NDArray[np.floating],
        shares: NDArray[np.floating],
    ) -> NDArray[np.float32]:
        """How far along the line that is cut out at `corners` points of a text lie, in px (n,).

        Args:
            corners: (4, 2), as `cut` takes them.
            text: corners (4, 2) of the text's own box, in the same picture.
            shares: (n,) where the points lie on the text, half way up: 0 its beginning, 1 its end.
        """
        shown, height = self.shown_px(corners), self.line_hw[0]
        target = np.array([(0, 0), (shown, 0), (shown, height), (0, height)], np.float32)
        matrix = cv2.getPerspectiveTransform(np.asarray(corners, np.float32), target)
        begin, end = (text[0] + text[3]) / 2, (text[1] + text[2]) / 2
        points = begin + shares[:, None] * (end - begin)
        return np.asarray(cv2.perspectiveTransform(points[None], matrix)[0, :, 0], np.float32)

    def cut(self, photo: NDArray[Any], corners: NDArray[np.floating]) -> NDArray[Any]:
        """What the reader sees of a line: (height, width) or (height, width, 3), dtype kept.

        Args:
            photo: (H, W) or (H, W, 3).
            corners: (4, 2) in px of the photo, from the top left of the text clockwise, padding
                included. They need not lie on the photo.
        """
        height, width = self.line_hw
        shown = self.shown_px(corners)
        part, moved = _around(photo, np.asarray(corners, np.float32))
        finely = tuple(
            sampled * max(1, ceil(length / sampled / LARGEST_STEP))
            for length, sampled in zip(sides(moved), (shown, height), strict=True)
        )
        line = _sampled(part, moved, finely)
        if finely != (shown, height):
            line = cv2.resize(line, (shown, height), interpolation=cv2.INTER_AREA)
        if shown == width:
            return np.asarray(line)
        return np.asarray(cv2.copyMakeBorder(line, 0, 0, 0, width - shown, cv2.BORDER_REPLICATE))


def widened(lines: NDArray[np.float32], before: float, after: float) -> NDArray[np.float32]:
    """Corners (n, 4, 2) of lines, each longer by so many of its heights at its two ends."""
    wider = lines.copy()
    for line in wider:
        height, (across, _) = sides(line)[1], _axes(line)
        line[[0, 3]] -= np.float32(before * height) * across
        line[[1, 2]] += np.float32(after * height) * across
    return wider


def sides(corners: NDArray[np.floating]) -> tuple[float, float]:
    """Width and height in px of a line (4, 2), as means of opposite sides."""
    width = np.linalg.norm(corners[1] - corners[0]) + np.linalg.norm(corners[2] - corners[3])
    height = np.linalg.norm(corners[3] - corners[0]) + np.linalg.norm(corners[2] - corners[1])
    return float(width) / 2, float(height) / 2


def _axes(corners: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Unit vectors along a line (4, 2) and down from it."""
    across = _unit(corners[1] + corners[2] - corners[0] - corners[3])
    return across, _unit(corners[3] + corners[2] - corners[0] - corners[1])


def _unit(vector: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-6), np.float32)


def _around(
    photo: NDArray[Any], corners: NDArray[np.float32]
) -> tuple[NDArray[Any], NDArray[np.float32]]:
    """The part of a photo that holds a line, and the line's corners in px of it."""
    height, width = photo.shape[:2]
    low = np.floor(corners.min(axis=0)).astype(int) - 2
    high = np.ceil(corners.max(axis=0)).astype(int) + 2
    left, top = int(np.clip(low[0], 0, width - 1)), int(np.clip(low[1], 0, height - 1))
    right, bottom = int(np.clip(high[0], left + 1, width)), int(np.clip(high[1], top + 1, height))
    return photo[top:bottom, left:right], corners - np.array([left, top], np.float32)


def _sampled(
    part: NDArray[Any], corners: NDArray[np.float32], size_wh: tuple[int, ...]
) -> NDArray[Any]:
    """The line as a picture of this size."""
    width, height = size_wh
    target = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    # Corners are places between pixels, and OpenCV's coordinates are pixels' middles.
    matrix = cv2.getPerspectiveTransform(corners - 0.5, target - 0.5)
    line = cv2.warpPerspective(
        part, matrix, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(line)
