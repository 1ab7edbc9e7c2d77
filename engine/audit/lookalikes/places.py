"""The few places of a photo that look most like annotated ones, and figures to compare them by."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.audit.lookalikes.photos import STEP_PX

Map = NDArray[np.float32]
Points = NDArray[np.intp]

MOST_PLACES = 16
APART = 3
"""Points between two places."""

BLURS = (1.0, 2.0, 4.0, 8.0)
"""Of the scores, in points: a place in a line or an area of high scores, or alone."""

REACHES = (3, 6, 12)
"""Points around a place that are counted as high, at most `BELOW` under its score."""

BELOW = 2.0
PATCH_PX = 15
LEVELS = 2
EVEN = 0.03
"""Added to a patch's spread, as a share of white: what is flat stays flat."""


@dataclass(frozen=True, slots=True)
class Places:
    """Places of one photo, likeliest first.

    Attributes:
        rows, columns: (n,) of the grid.
        figures: (n, figures) scores in and around each, and what its point looks like.
        patches: (n, 2 * 225 + 2) its surroundings, turned along their edges.
        boxes: (n, 4) left, top, right, bottom of the high scores around each, in points.
    """

    rows: Points
    columns: Points
    figures: Map
    patches: Map
    boxes: Points

    def __len__(self) -> int:
        return len(self.rows)


def find_places(level: Map, features: Map, scores: Map) -> Places:
    """The places of a photo.

    Args:
        level: (h, w) the smooth small picture.
        features: (figures, gh, gw) of its points.
        scores: (gh, gw) how much like annotated ones they look.
    """
    blurred = [np.asarray(cv2.GaussianBlur(scores, (0, 0), blur), np.float32) for blur in BLURS]
    rows, columns = _peaks(blurred[0])
    levels = np.quantile(scores[::2, ::2], (0.5, 0.9, 0.99))
    own = np.stack([scores[rows, columns], *(each[rows, columns] for each in blurred)], -1)
    high, boxes = _high(scores, blurred[0], rows, columns)
    height, width = scores.shape
    figures = [
        own,
        own[:, :1] - levels,
        own[:, 1:2] - levels,
        np.arange(len(rows))[:, None],
        high,
        np.minimum(columns, width - 1 - columns)[:, None],
        np.minimum(rows, height - 1 - rows)[:, None],
        features[:, rows, columns].T,
    ]
    return Places(
        rows,
        columns,
        np.concatenate(figures, 1).astype(np.float32),
        _patches(level, rows, columns),
        boxes,
    )


def _peaks(scores: Map) -> tuple[Points, Points]:
    """The highest of the local maxima, none within `APART` points of a higher one."""
    side = 2 * APART + 1
    highest = cv2.dilate(scores, np.ones((side, side), np.uint8))
    rows, columns = np.nonzero(scores >= highest)
    order = np.argsort(-scores[rows, columns], kind="stable")[:MOST_PLACES]
    return rows[order], columns[order]


def _high(scores: Map, smooth: Map, rows: Points, columns: Points) -> tuple[Map, Points]:
    """How many points around each place are high, how they lie, and the box around them."""
    reach = max(REACHES)
    padded = cv2.copyMakeBorder(smooth, reach, reach, reach, reach, cv2.BORDER_CONSTANT, value=-99)
    offsets = np.arange(-reach, reach + 1)
    windows = np.asarray(padded)[
        (rows[:, None, None] + reach + offsets[:, None]),
        (columns[:, None, None] + reach + offsets),
    ]
    high = windows >= smooth[rows, columns][:, None, None] - BELOW
    counts = [
        high[:, reach - near : reach + near + 1, reach - near : reach + near + 1].sum((1, 2))
        for near in REACHES
    ]
    total = counts[-1].astype(np.float64)
    down, across = high.sum(2) @ offsets / total, high.sum(1) @ offsets / total
    vertical = high.sum(2) @ offsets**2 / total - down**2
    horizontal = high.sum(1) @ offsets**2 / total - across**2
    slant = np.einsum("nij,i,j->n", high, offsets, offsets, optimize=True) / total - down * across
    bend = np.hypot((horizontal - vertical) / 2, slant)
    middle = (horizontal + vertical) / 2
    found = np.stack([*counts, middle + bend, middle - bend, (windows > 0).sum((1, 2))], -1)
    return found.astype(np.float32), _boxes(high, rows, columns, scores.shape)


def _boxes(
    high: NDArray[np.bool_], rows: Points, columns: Points, size_hw: tuple[int, ...]
) -> Points:
    """Left, top, right and bottom of the high points that are joined with each place's own."""
    reach = max(REACHES)
    found = np.zeros((len(rows), 4), np.intp)
    for number, window in enumerate(high.astype(np.uint8)):
        _, owner, stats, _ = cv2.connectedComponentsWithStats(window, connectivity=8)
        x, y, wide, tall = stats[owner[reach, reach]][:4]
        left, top = columns[number] - reach + x, rows[number] - reach + y
        found[number] = left, top, left + wide, top + tall
    found[:, ::2] = np.clip(found[:, ::2], 0, size_hw[1])
    found[:, 1::2] = np.clip(found[:, 1::2], 0, size_hw[0])
    return found


def _patches(level: Map, rows: Points, columns: Points) -> Map:
    """What surrounds each place at two scales, turned along its edges, dark to the same side."""
    y, x = (rows * STEP_PX).astype(np.float32), (columns * STEP_PX).astype(np.float32)
    angle = _angles(level, rows * STEP_PX, columns * STEP_PX)
    offsets = np.arange(PATCH_PX, dtype=np.float32) - PATCH_PX // 2
    cosine, sine = np.cos(angle)[:, None, None], np.sin(angle)[:, None, None]
    along = cosine * offsets - sine * offsets[:, None]
    beside = sine * offsets + cosine * offsets[:, None]
    described: list[Map] = []
    turned: list[NDArray[np.bool_]] = []
    for scale in range(LEVELS):
        zoom = 2.0**scale
        map_x = ((x / zoom)[:, None, None] + along).reshape(-1, PATCH_PX).astype(np.float32)
        map_y = ((y / zoom)[:, None, None] + beside).reshape(-1, PATCH_PX).astype(np.float32)
        cut = cv2.remap(level, map_x, map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        patch = np.asarray(cut).reshape(-1, PATCH_PX, PATCH_PX)
        patch = patch - patch.mean((1, 2), keepdims=True)
        if scale == 0:
            turned = [patch.sum(1) @ offsets < 0, patch.sum(2) @ offsets < 0]
        patch[turned[0]] = patch[turned[0]][:, :, ::-1]
        patch[turned[1]] = patch[turned[1]][:, ::-1]
        spread = patch.std((1, 2))
        described.append((patch / (spread[:, None, None] + EVEN)).reshape(len(rows), -1))
        described.append(spread[:, None])
        level = np.asarray(cv2.pyrDown(level), np.float32)
    return np.concatenate(described, 1).astype(np.float32)


def _angles(level: Map, y: Points, x: Points) -> Map:
    """Across which direction brightness changes most, around points of the picture."""
    across, down = cv2.Sobel(level, cv2.CV_32F, 1, 0), cv2.Sobel(level, cv2.CV_32F, 0, 1)
    window = (13, 13)
    twice = cv2.blur(across * down, window)[y, x] * 2
    apart = cv2.blur(across * across - down * down, window)[y, x]
    return np.asarray(0.5 * np.arctan2(twice, apart), np.float32)
