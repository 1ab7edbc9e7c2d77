"""Parts of a photo that are there twice, pixel by pixel: a clone stamp, stored without loss."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

Box = tuple[int, int, int, int]

_RUN_PX = 8
"""Neighbours in a row that are compared."""

_ONE_IN = 16
_LEAST_RANGE = 6
"""Levels that a run spans; even areas repeat by themselves."""

_LEAST_OFFSET_PX = 8
_LEAST_SIDE_PX = 12
_MOST_ALIKE = 3
"""A run that is there more often belongs to a pattern."""

_CLEARLY = 4
"""So many times as often as the next offset a copy's own is seen, or a pattern repeats."""


def copied_areas(photo: NDArray[np.uint8], least_runs: int) -> Iterator[tuple[Box, int]]:
    """The two places of a photo (H, W) or (H, W, 3) that are alike, if any are.

    Returns:
        for both: box, and how many of the runs that were compared, one in 16, are the same.
    """
    plane = np.ascontiguousarray(photo[..., 1] if photo.ndim == 3 else photo)
    if plane.shape[1] <= 2 * _RUN_PX:
        return
    rows, columns, runs = _chosen_runs(plane)
    if not len(runs):
        return
    first, second = _pairs(runs)
    if len(first) < least_runs:
        return
    down, across = rows[second] - rows[first], columns[second] - columns[first]
    back = (down < 0) | ((down == 0) & (across < 0))
    first, second = np.where(back, second, first), np.where(back, first, second)
    down, across = np.abs(down), np.where(back, -across, across)
    far = np.maximum(down, np.abs(across)) >= _LEAST_OFFSET_PX
    first, second, down, across = first[far], second[far], down[far], across[far]
    wide = 2 * plane.shape[1]
    offsets, counts = np.unique(down * wide + across, return_counts=True)
    if not len(counts):
        return
    best = int(np.argmax(counts))
    count = int(counts[best])
    others = np.delete(counts, best).max(initial=0)
    if count < max(least_runs, _CLEARLY * others):
        return
    same = down * wide + across == offsets[best]
    for ends in (second[same], first[same]):
        points = np.stack([columns[ends], rows[ends]], axis=1).astype(np.int32)
        left, top, width, height = cv2.boundingRect(points)
        if min(width + _RUN_PX - 1, height) >= _LEAST_SIDE_PX:
            yield (left, top, width + _RUN_PX - 1, height), count


def _chosen_runs(
    plane: NDArray[np.uint8],
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.uint64]]:
    """Rows, columns and content of runs chosen by their content, so that copies are chosen too."""
    middle, last = plane[:, 3 : 3 - _RUN_PX + 1], plane[:, _RUN_PX - 1 :]
    mixed = plane[:, : 1 - _RUN_PX] * np.uint8(31) + middle * np.uint8(17) + last * np.uint8(5)
    chosen = np.flatnonzero(mixed < 256 // _ONE_IN)
    if len(chosen) > 2 * mixed.size // _ONE_IN:
        chosen = chosen[:0]  # hardly any texture
    rows, columns = np.divmod(chosen, mixed.shape[1])
    starts = rows * plane.shape[1] + columns
    content = np.stack([plane.ravel()[starts + step] for step in range(_RUN_PX)])
    varied = content.max(axis=0) - content.min(axis=0) >= _LEAST_RANGE
    runs = np.ascontiguousarray(content[:, varied].T).view(np.uint64).ravel()
    return rows[varied], columns[varied], runs


def _pairs(runs: NDArray[np.uint64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Positions of equal runs, of those that are there only a few times."""
    order = np.argsort(runs)
    ordered = runs[order]
    starts = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))
    counts = np.diff(np.append(starts, len(ordered)))
    first, second = [], []
    for number in range(2, _MOST_ALIKE + 1):
        own = starts[counts == number]
        for one in range(number):
            for other in range(one + 1, number):
                first.append(order[own + one])
                second.append(order[own + other])
    return np.concatenate(first), np.concatenate(second)
