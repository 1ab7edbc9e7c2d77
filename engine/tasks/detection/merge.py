"""The detections of neighbouring tiles as those of one picture: each thing once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from engine.tasks.detection.boxes import from_corners, to_corners
from engine.tasks.detection.decode import suppress
from engine.tasks.detection.detections import Detections
from engine.tasks.detection.overlap import overlaps

PART_OF = 0.3
"""Parts of a thing that a tile's border cuts overlap by at least this share of the smaller."""


def merge(parts: list[Detections], cut: NDArray[np.bool_], orders: tuple[int, ...]) -> Detections:
    """One detection a thing, over all tiles.

    Args:
        parts: what each tile shows, in px of the picture.
        cut: which of all these detections reach over a border between tiles.
        orders: the symmetry of each class.
    """
    found = _joined(parts)
    tiles = np.repeat(np.arange(len(parts)), [len(part) for part in parts])
    order = np.argsort(-found.scores, kind="stable")
    found, cut, tiles = found.take(order), cut[order], tiles[order]
    boxes, alive = found.boxes.copy(), np.ones(len(found), bool)
    for index, symmetry in enumerate(orders):
        own = np.flatnonzero(cut & (found.classes == index))
        for part in _parts_together(boxes[own], tiles[own], symmetry):
            surest = own[part[0]]
            boxes[surest] = _around(boxes[own[part]])
            alive[own[part[1:]]] = False
    return suppress(Detections(boxes, found.classes, found.scores).take(alive), orders)


def _parts_together(
    boxes: NDArray[np.float32], tiles: NDArray[np.int64], order: int
) -> list[NDArray[np.int64]]:
    """Which boxes (n, 5) are parts of one thing, the first of each group first.

    Two that one tile shows are two things.
    """
    first, second, shared = overlaps(boxes, boxes, order, once=True)
    sizes = np.prod(boxes[:, 2:4], axis=1)
    common = shared * (sizes[first] + sizes[second]) / (1 + shared)
    together = common >= PART_OF * np.minimum(sizes[first], sizes[second])
    together &= tiles[first] != tiles[second]
    links = (np.ones(int(together.sum())), (first[together], second[together]))
    count, group = connected_components(coo_array(links, shape=(len(boxes),) * 2), directed=False)
    return [np.flatnonzero(group == number) for number in range(count)]


def _around(boxes: NDArray[np.float32]) -> NDArray[np.float32]:
    """The box around several (n, 5), turned as the first."""
    angle = float(boxes[0, 4])
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    points = to_corners(boxes).reshape(-1, 2) @ turn
    (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
    corners = np.array([(left, top), (right, top), (right, bottom), (left, bottom)]) @ turn.T
    return np.asarray(from_corners(corners[None])[0])


def _joined(parts: list[Detections]) -> Detections:
    return Detections(
        np.concatenate([part.boxes for part in parts]),
        np.concatenate([part.classes for part in parts]),
        np.concatenate([part.scores for part in parts]),
    )
