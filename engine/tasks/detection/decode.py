"""From what the cells say to things: peaks in the network, then one detection a thing."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from engine.tasks.detection.boxes import NO_ANGLE
from engine.tasks.detection.consensus import mean_boxes
from engine.tasks.detection.detections import Detections
from engine.tasks.detection.grid import SIZE_OF_STRIDE, Grid
from engine.tasks.detection.loss import LARGEST_LOG
from engine.tasks.detection.overlap import overlaps

MOST = 4000
"""Peaks of a picture that are looked at at most, the surest."""

LEAST_SURE = 0.02
"""Peaks less sure than that are nothing."""

AT_ONCE = 256
"""Detections that are compared with each other; of thousands at one place most are gone by then."""

SAME_THING = 0.5
"""Detections of a class that overlap by more than this are one thing."""

Tensor = Any
Floats = NDArray[np.float32]


class Peaks(NamedTuple):
    """The surest peaks of a picture, K of them.

    Attributes:
        scores: (K,) in 0…1.
        classes: (K,).
        cells: (K,) of the grid.
        said: (K, 4 or 6) what they say of their boxes, see `build_detector`.
    """

    scores: Floats
    classes: NDArray[np.int32]
    cells: NDArray[np.int32]
    said: Floats


def find_peaks(
    outputs: Tensor, grid_shapes: Tensor, orders: tuple[int, ...], least: Tensor = LEAST_SURE
) -> tuple[Tensor, ...]:
    """The surest peaks of a batch of pictures; runs in the network's graph.

    A peak is a cell that is no less sure of a class than the eight around it. What it says of the
    box is what the cells of the thing agree on, see `mean_boxes`.

    Args:
        outputs: (B, cells, classes + 4 (+ 2)), see `build_detector`.
        grid_shapes: (levels, 2) rows and columns.
        orders: the symmetry of each class.
        least: peaks less sure than that, of each class or of all, are left out; they change
            nothing of the surer ones.

    Returns:
        The parts of `Peaks`, each with a batch in front.
    """
    class_count = len(orders)
    sure, said = tf.sigmoid(outputs[..., :class_count]), outputs[..., class_count:]
    peaks, begin = [], 0
    for level in range(grid_shapes.shape[0]):
        rows, columns = grid_shapes[level, 0], grid_shapes[level, 1]
        own = tf.reshape(sure[:, begin : begin + rows * columns], (-1, rows, columns, class_count))
        highest = tf.nn.max_pool2d(own, 3, 1, "SAME")
        peak = tf.where((own >= highest) & (own >= least), own, tf.zeros_like(own))
        peaks.append(tf.reshape(peak, (-1, rows * columns * class_count)))
        begin += rows * columns
    everything = tf.concat(peaks, axis=1)
    counts = tf.math.count_nonzero(everything, axis=1, dtype=tf.int32)
    scores, flat = tf.math.top_k(everything, tf.minimum(MOST, tf.reduce_max(counts)))
    cells, classes = flat // class_count, flat % class_count
    boxes = mean_boxes(sure, said, grid_shapes, (cells, classes), orders)
    return scores, classes, cells, boxes


def decode(peaks: Peaks, grid: Grid, orders: tuple[int, ...]) -> Detections:
    """The things of one picture, from its peaks."""
    sure = peaks.scores >= LEAST_SURE
    scores, classes = peaks.scores[sure], peaks.classes[sure]
    cells, said = peaks.cells[sure], peaks.said[sure]
    strides = grid.cell_px()[cells]
    boxes = np.zeros((len(scores), 5), np.float32)
    boxes[:, :2] = grid.middles()[cells] + said[:, :2] * strides[:, None]
    size = np.exp(np.clip(said[:, 2:4], -LARGEST_LOG, LARGEST_LOG))
    boxes[:, 2:4] = size * SIZE_OF_STRIDE * strides[:, None]
    if said.shape[1] > 4:
        symmetry = np.array(orders)[classes]
        angle = np.arctan2(said[:, 5], said[:, 4]) / np.maximum(symmetry, 1)
        boxes[:, 4] = np.where(symmetry == NO_ANGLE, 0.0, angle)
    found = Detections(boxes, classes.astype(np.uint8), scores)
    return suppress(found, orders)


def suppress(found: Detections, orders: tuple[int, ...]) -> Detections:
    """One detection a thing: of those of a class that overlap, the surest (greedy)."""
    order = np.argsort(-found.scores, kind="stable")
    found = found.take(order)
    keep = np.zeros(len(found), bool)
    for index, symmetry in enumerate(orders):
        own = np.flatnonzero(found.classes == index)
        kept = np.empty(0, np.int64)
        for begin in range(0, len(own), AT_ONCE):
            part = own[begin : begin + AT_ONCE]
            if len(kept):
                hidden = overlaps(found.boxes[part], found.boxes[kept], symmetry, least=SAME_THING)
                part = np.delete(part, hidden[0])
            kept = np.concatenate([kept, part[_surest(found.boxes[part], symmetry)]])
        keep[kept] = True
    return found.take(keep)


def _surest(boxes: Floats, symmetry: int) -> NDArray[np.bool_]:
    """Of boxes (n, 5), the surest first, those that no surer one hides, (n,)."""
    first, second, _ = overlaps(boxes, boxes, symmetry, once=True, least=SAME_THING)
    alive = np.ones(len(boxes), bool)
    for surer, other in sorted(zip(first.tolist(), second.tolist(), strict=True)):
        if alive[surer]:
            alive[other] = False
    return alive
