"""What a detector should have said of a picture, cell by cell.

Each thing is told at its own level (`grid.level_of`). Around its middle lies a Gaussian, turned and
stretched as its box is: it is 1 at the cell of the middle and tells how nearly right a cell beside
it would have been, for the classes; and it weighs the cells that learn the box (Liu et al.,
Training-Time-Friendly Network, 2020), so that a thing is learnt at more places than one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.records import IGNORE
from engine.tasks.detection.boxes import NO_ANGLE
from engine.tasks.detection.detections import Things
from engine.tasks.detection.grid import Grid, level_of

SPREAD = 0.18
"""Standard deviation of the Gaussian of the classes, as a share of the box's sides."""

REACH = 0.3
"""Cells where the Gaussian is at least this learn the box."""

NUMBERS = 7
"""Of a box at a cell: x, y, width, height, angle, cos n·angle, sin n·angle."""

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Targets:
    """Arrays over the cells of a grid.

    Attributes:
        sure: (cells, classes) 1 where the middle of a thing lies, falling around it.
        boxes: (cells, `NUMBERS`) the box that a cell learns.
        weight: (cells,) how much; of the cells of one thing they add up to 1.
        angle_weight: (cells,) the same where the thing has an angle.
        counted: (cells,) 0 where nothing is known.
    """

    sure: Floats
    boxes: Floats
    weight: Floats
    angle_weight: Floats
    counted: Floats

    def arrays(self) -> tuple[Floats, ...]:
        """In the order of the attributes, as the loss takes them."""
        return self.sure, self.boxes, self.weight, self.angle_weight, self.counted


def shapes(grid: Grid, class_count: int) -> tuple[tuple[int, ...], ...]:
    """Shapes of `Targets.arrays`."""
    cells = grid.count
    return (cells, class_count), (cells, NUMBERS), (cells,), (cells,), (cells,)


def draw_targets(
    things: Things, unknown: NDArray[np.bool_], orders: tuple[int, ...], grid: Grid
) -> Targets:
    """The targets of a picture.

    Args:
        things: in px of the picture; at the cells of those that are ignored nothing is known.
        unknown: (height, width) pixels of which nothing is known.
        orders: the symmetry of each class.
        grid: of the picture.
    """
    middles, cell_px = grid.middles(), grid.cell_px()
    cells = len(middles)
    columns, rows = middles.astype(np.int64).T
    counted = (~unknown[rows, columns]).astype(np.float32)
    sure = np.zeros((cells, len(orders)), np.float32)
    boxes = np.zeros((cells, NUMBERS), np.float32)
    boxes[:, 2:4], boxes[:, 5] = 1.0, 1.0
    weight, angle_weight = np.zeros(cells, np.float32), np.zeros(cells, np.float32)
    closest = np.full(cells, np.inf, np.float32)
    levels = level_of(things.boxes[:, 2:4], grid.strides) if len(things) else np.empty(0, int)
    ends = np.cumsum([0, *(height * width for height, width in grid.shapes)])
    owner = np.full(cells, -1)
    largest_first = np.argsort(-np.prod(things.boxes[:, 2:4], axis=1), kind="stable")
    for index in largest_first.tolist():
        box, label = things.boxes[index], int(things.classes[index])
        if label == IGNORE:
            # Of its cells nothing is known, however little of them it covers.
            sides = box[2:4] + np.sqrt(2) * cell_px[:, None]
            inside = np.abs(_in_box(middles, box)) * box[2:4] <= sides
            counted[inside.all(axis=1)] = 0
            continue
        own = slice(int(ends[levels[index]]), int(ends[levels[index] + 1]))
        near = _in_box(middles[own], box) * 0.5  # in shares of the sides
        floor = cell_px[own][0] / np.maximum(box[2:4], 1e-3)
        distance = ((near / np.maximum(SPREAD, 0.5 * floor)) ** 2).sum(axis=1)
        gauss = np.exp(-0.5 * distance).astype(np.float32)
        gauss[gauss < 0.01] = 0
        middle = int(np.argmin(((middles[own] - box[:2]) ** 2).sum(axis=1)))
        gauss[middle] = 1.0
        np.maximum(sure[own, label], gauss, out=sure[own, label])
        learns = gauss >= REACH
        learns &= (distance < closest[own]) | (np.arange(len(near)) == middle)
        closest[own][learns] = distance[learns]
        owner[own][learns] = index
        chosen = np.flatnonzero(learns) + own.start
        order = orders[label]
        boxes[chosen, :5] = box
        boxes[chosen, 5] = np.cos(max(order, 1) * box[4])
        boxes[chosen, 6] = np.sin(max(order, 1) * box[4])
        weight[chosen] = np.exp(-0.5 * distance[learns])
    for index in range(len(things)):
        own_cells = owner == index
        if own_cells.any():
            weight[own_cells] /= max(float(weight[own_cells].sum()), 1e-6)
            if orders[int(things.classes[index])] != NO_ANGLE:
                angle_weight[own_cells] = weight[own_cells]
    return Targets(sure, boxes, weight * counted, angle_weight * counted, counted)


def _in_box(points: Floats, box: Floats) -> Floats:
    """Points (n, 2) in the frame of a box: 0 at its middle, 1 at the ends of its sides."""
    cosine, sine = np.cos(box[4]), np.sin(box[4])
    away = points - box[:2]
    along = away[:, 0] * cosine + away[:, 1] * sine
    down = away[:, 1] * cosine - away[:, 0] * sine
    return np.stack([along / (box[2] / 2), down / (box[3] / 2)], axis=1)
