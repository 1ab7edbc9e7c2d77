"""Average precision of oriented boxes, as COCO defines it, with polygons' overlap from shapely.

Written for the benchmark alone and sharing nothing with `engine`, so that each can be held against
the other. A box to be ignored is a crowd of COCO's: any number of detections of any class may lie
in it, judged by the share of their own area, and count neither as right nor as wrong.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from shapely import area, intersection, polygons

from benchmarks.detection.exchange import IGNORE, NO_ANGLE, Floats, Found, Photo

THRESHOLDS = np.linspace(0.5, 0.95, 10)
RECALLS = np.linspace(0, 1, 101)


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """Detections of one class on one photo, the surest first, against the boxes of the class.

    Attributes:
        scores: (n,).
        taken: (T, n) index of the photo's box that each took, -1 for none.
        ignored: (T, n) whether it counts neither as right nor as wrong.
        boxes: how many boxes there are to be found.
    """

    scores: Floats
    taken: NDArray[np.int64]
    ignored: NDArray[np.bool_]
    boxes: int


def direction(corners: Floats) -> Floats:
    """The angles (n,) of the first edges of boxes (n, 4, 2), in radians."""
    along = corners[:, 1] - corners[:, 0] + corners[:, 2] - corners[:, 3]
    return np.asarray(np.arctan2(along[:, 1], along[:, 0]))


def overlap(found: Floats, boxes: Floats, symmetry: int, crowd: NDArray[np.bool_]) -> Floats:
    """Intersection over union (n, m) of detections and boxes, as the class's symmetry has it.

    Boxes without angle lie upright with the sides they have. Where more than two turns look alike a
    detection is turned to the nearest of them, either of its sides taken for its top. A crowd's is
    the share of the detection.
    """
    if symmetry == NO_ANGLE:
        return _share(_turned(found, -direction(found)), _turned(boxes, -direction(boxes)), crowd)
    if symmetry <= 2:
        return _share(found, boxes, crowd)
    period, shares = 2 * np.pi / symmetry, np.zeros((len(found), len(boxes)))
    for top in range(2):
        own = np.roll(found, -top, axis=1)
        for k in range(len(boxes)):
            apart = direction(boxes[k : k + 1]) - direction(own)
            turned = _turned(own, period * np.rint(apart / period))
            share = _share(turned, boxes[k : k + 1], crowd[k : k + 1])[:, 0]
            shares[:, k] = np.maximum(shares[:, k], share)
    return shares


def judge(photo: Photo, found: Found, index: int, symmetry: int) -> Judged:
    """Matches the detections of a class to the boxes of a photo, as COCO's evaluation does."""
    own = np.flatnonzero(found.classes == index)
    own = own[np.argsort(-found.scores[own], kind="stable")]
    theirs = np.flatnonzero((photo.classes == index) | (photo.classes == IGNORE))
    crowd = photo.classes[theirs] == IGNORE
    shares = overlap(found.corners[own], photo.corners[theirs], symmetry, crowd)
    taken = np.full((len(THRESHOLDS), len(own)), -1, np.int64)
    ignored = np.zeros(taken.shape, np.bool_)
    for level, threshold in enumerate(THRESHOLDS):
        free = ~crowd
        for turn, row in enumerate(shares):
            open_shares = np.where(free, row, -1.0)
            best = int(open_shares.argmax()) if len(theirs) else -1
            if best >= 0 and open_shares[best] >= threshold - 1e-10:
                free[best], taken[level, turn] = False, theirs[best]
            else:
                ignored[level, turn] = bool((row[crowd] >= threshold - 1e-10).any())
    return Judged(found.scores[own], taken, ignored, int((~crowd).sum()))


def average_precision(judged: Sequence[Judged]) -> Floats:
    """The average precision (T,) of a class over photos; NaN where there is no box of it."""
    boxes = sum(each.boxes for each in judged)
    if not boxes:
        return np.full(len(THRESHOLDS), np.nan)
    scores = np.concatenate([each.scores for each in judged])
    order = np.argsort(-scores, kind="stable")
    right = np.concatenate([each.taken >= 0 for each in judged], axis=1)[:, order]
    counts = ~np.concatenate([each.ignored for each in judged], axis=1)[:, order]
    precisions = np.zeros((len(THRESHOLDS), len(RECALLS)))
    for level in range(len(THRESHOLDS)):
        hits = np.cumsum(right[level][counts[level]])
        recall, precision = hits / boxes, hits / np.arange(1, len(hits) + 1)
        envelope = np.maximum.accumulate(precision[::-1])[::-1]
        at = np.searchsorted(recall, RECALLS, side="left")
        reached = at < len(hits)
        precisions[level, reached] = envelope[at[reached]]
    return np.asarray(precisions.mean(axis=1))


def _turned(corners: Floats, angles: Floats) -> Floats:
    """Boxes (n, 4, 2), each turned about its middle by an angle."""
    middle = corners.mean(axis=1, keepdims=True)
    cosine, sine = np.cos(angles)[:, None], np.sin(angles)[:, None]
    x, y = np.moveaxis(corners - middle, -1, 0)
    return np.asarray(np.stack([x * cosine - y * sine, x * sine + y * cosine], axis=-1) + middle)


def _share(found: Floats, boxes: Floats, crowd: NDArray[np.bool_]) -> Floats:
    if not len(found) or not len(boxes):
        return np.zeros((len(found), len(boxes)))
    own, other = polygons(found)[:, None], polygons(boxes)[None]
    common = area(intersection(own, other))
    whole = np.where(crowd[None], area(own), area(own) + area(other) - common)
    return np.asarray(common / np.maximum(whole, 1e-12))
