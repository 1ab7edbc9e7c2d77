"""Print of a laser that writes: letters of single lines, drawn through or pricked as points.

The lines are this example's own, on a grid four wide and six high, (0, 0) at the top left.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from examples.packages.lettering import cut_to_ink
from examples.relief import Array, single

LINES = {
    "0": "10 30 41 45 36 16 05 01 10",
    "1": "11 20 26",
    "2": "01 10 30 41 42 06 46",
    "3": "00 40 22 32 43 45 36 16 05",
    "4": "30 04 44|32 36",
    "5": "40 00 02 32 43 45 36 16 05",
    "6": "30 10 01 05 16 36 45 44 33 13 04",
    "7": "00 40 16",
    "8": "13 02 01 10 30 41 42 33 13 04 05 16 36 45 44 33",
    "9": "16 36 45 41 30 10 01 02 13 33 42",
    "A": "06 20 46|14 34",
    "B": "06 00 30 41 42 33 03|33 44 45 36 06",
    "C": "41 30 10 01 05 16 36 45",
    "D": "06 00 20 42 44 26 06",
    "E": "40 00 06 46|03 33",
    "F": "40 00 06|03 33",
    "G": "41 30 10 01 05 16 36 45 43 23",
    "H": "00 06|40 46|03 43",
    "I": "10 30|20 26|16 36",
    "J": "40 45 36 16 05",
    "K": "00 06|40 03|13 46",
    "L": "00 06 46",
    "M": "06 00 23 40 46",
    "N": "06 00 46 40",
    "O": "10 30 41 45 36 16 05 01 10",
    "P": "06 00 30 41 42 33 03",
    "Q": "10 30 41 45 36 16 05 01 10|34 46",
    "R": "06 00 30 41 42 33 03|23 46",
    "S": "41 30 10 01 02 13 33 44 45 36 16 05",
    "T": "00 40|20 26",
    "U": "00 05 16 36 45 40",
    "V": "00 26 40",
    "W": "00 16 23 36 40",
    "X": "00 46|40 06",
    "Y": "00 23 40|23 26",
    "Z": "00 40 06 46",
    "/": "40 06",
    ":": "22 22|25 25",
    ".": "26 26",
}
"""Lines of points; each point is column and row."""


@dataclass(frozen=True, slots=True)
class Strokes:
    """How one laser writes; lengths in heights of a capital.

    Attributes:
        width: of a letter.
        between: room between letters.
        thickness: of a line.
        apart: of the points along a line; 0 for a line drawn through.
    """

    width: float
    between: float
    thickness: float
    apart: float


def draw_strokes(rng: np.random.Generator, pricked: bool) -> Strokes:
    """A random laser."""
    return Strokes(
        width=float(rng.uniform(0.48, 0.66)),
        between=float(rng.uniform(0.2, 0.34)),
        thickness=float(rng.uniform(0.10, 0.13) if pricked else rng.uniform(0.08, 0.14)),
        apart=float(rng.uniform(0.12, 0.155)) if pricked else 0.0,
    )


def written(text: str, strokes: Strokes, capital: float, rng: np.random.Generator) -> Array:
    """One line of text as a mask, float32, 0 to 1; `capital` is the height of a capital, px."""
    room, high = 2 + strokes.thickness * capital, (1 - strokes.thickness) * capital
    step = (strokes.width + strokes.between) * capital
    shape = (int(high + 2 * room) + 1, int(step * len(text) + 2 * room))
    mask = np.zeros(shape, np.uint8)
    thick = max(1, round(strokes.thickness * capital))
    for number, letter in enumerate(text):
        for line in LINES.get(letter, "").split("|") if letter != " " else ():
            grid = np.array([(int(point[0]) / 4, int(point[1]) / 6) for point in line.split()])
            at = grid * (strokes.width * capital, high) + (room + number * step, room)
            if not strokes.apart:
                points = [np.round(at * 16).astype(np.int32)]
                cv2.polylines(mask, points, False, 255, thick, cv2.LINE_AA, shift=4)
                continue
            for x, y in _pricked(at, strokes.apart * capital, rng).tolist():
                middle = (round(x * 16), round(y * 16))
                radius = round(8 * strokes.thickness * capital * float(rng.normal(1, 0.06)))
                cv2.circle(mask, middle, radius, 255, -1, cv2.LINE_AA, shift=4)
    return cut_to_ink(single(mask / 255))


def _pricked(line: np.ndarray, apart: float, rng: np.random.Generator) -> np.ndarray:
    """Points (n, 2) along a line (m, 2), evenly as far apart as its length allows."""
    lengths = np.linalg.norm(np.diff(line, axis=0), axis=1)
    run = np.concatenate([[0.0], np.cumsum(lengths)])
    count = max(1, round(run[-1] / apart)) + 1
    at = np.linspace(0, run[-1], count)
    points = np.stack([np.interp(at, run, line[:, axis]) for axis in (0, 1)], axis=1)
    return np.asarray(points + rng.normal(0, 0.03 * apart, points.shape))
