"""Dot-matrix print: an ink jet throws single drops, or a laser burns single points.

The patterns are this example's own: seven rows of five.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np

from examples.packages.lettering import cut_to_ink
from examples.relief import Array, single

ROWS, COLUMNS = 7, 5
PATTERNS = {
    "0": "01110 10001 10001 10001 10001 10001 01110",
    "1": "00100 01100 00100 00100 00100 00100 01110",
    "2": "01110 10001 00001 00110 01000 10000 11111",
    "3": "01110 10001 00001 00110 00001 10001 01110",
    "4": "00010 00110 01010 10010 11111 00010 00010",
    "5": "11111 10000 11110 00001 00001 10001 01110",
    "6": "00110 01000 10000 11110 10001 10001 01110",
    "7": "11111 00001 00010 00010 00100 00100 00100",
    "8": "01110 10001 10001 01110 10001 10001 01110",
    "9": "01110 10001 10001 01111 00001 00010 01100",
    "A": "00100 01010 10001 10001 11111 10001 10001",
    "B": "11110 10001 10001 11110 10001 10001 11110",
    "C": "01110 10001 10000 10000 10000 10001 01110",
    "D": "11100 10010 10001 10001 10001 10010 11100",
    "E": "11111 10000 10000 11110 10000 10000 11111",
    "F": "11111 10000 10000 11110 10000 10000 10000",
    "G": "01110 10001 10000 10111 10001 10001 01111",
    "H": "10001 10001 10001 11111 10001 10001 10001",
    "I": "01110 00100 00100 00100 00100 00100 01110",
    "J": "00111 00010 00010 00010 00010 10010 01100",
    "K": "10001 10010 10100 11000 10100 10010 10001",
    "L": "10000 10000 10000 10000 10000 10000 11111",
    "M": "10001 11011 10101 10101 10001 10001 10001",
    "N": "10001 11001 11001 10101 10011 10011 10001",
    "O": "11111 10001 10001 10001 10001 10001 11111",
    "P": "11110 10001 10001 11110 10000 10000 10000",
    "Q": "01110 10001 10001 10001 10101 10010 01101",
    "R": "11110 10001 10001 11110 10100 10010 10001",
    "S": "01111 10000 10000 01110 00001 00001 11110",
    "T": "11111 00100 00100 00100 00100 00100 00100",
    "U": "10001 10001 10001 10001 10001 10001 01110",
    "V": "10001 10001 10001 10001 10001 01010 00100",
    "W": "10001 10001 10001 10101 10101 11011 10001",
    "X": "10001 10001 01010 00100 01010 10001 10001",
    "Y": "10001 10001 01010 00100 00100 00100 00100",
    "Z": "11111 00001 00010 00100 01000 10000 11111",
    "/": "00000 00001 00010 00100 01000 10000 00000",
    ":": "00000 00100 00000 00000 00000 00100 00000",
    ".": "00000 00000 00000 00000 00000 00000 00100",
}
"""Rows from the top, 1 for a drop."""


@dataclass(frozen=True, slots=True)
class Dots:
    """How one machine sets its dots; lengths in pitches, the way from row to row.

    Attributes:
        across: from column to column.
        between: columns left empty between letters.
        diameter: of a dot.
        uneven: spread of the diameters, a share.
        astray: standard deviation of a dot's place.
        lean: columns lean over by so much a row: the belt runs on while they are printed.
        sway: the line rises and falls by so much, the belt trembles.
        missing: share of the dots that never came.
        satellites: share of the dots that have a droplet beside them.
        double: every column twice, as the bold print of ink jets.
    """

    across: float
    between: float
    diameter: float
    uneven: float
    astray: float
    lean: float
    sway: float
    missing: float
    satellites: float
    double: bool


def draw_dots(rng: np.random.Generator) -> Dots:
    """A random machine."""
    double = bool(rng.random() < 0.15)
    return Dots(
        across=float(rng.uniform(0.85, 1.1)),
        between=float(rng.uniform(0.9, 1.7)),
        diameter=float(rng.uniform(0.72, 1.12)),
        uneven=float(rng.uniform(0.02, 0.12)),
        astray=float(rng.uniform(0.02, 0.10)),
        lean=float(rng.uniform(-0.02, 0.09)),
        sway=float(rng.choice([0.0, 0.0, rng.uniform(0.1, 0.35)])),
        missing=float(rng.choice([0.0, 0.01, 0.03])),
        satellites=float(rng.choice([0.0, 0.0, 0.03])),
        double=double,
    )


def dotted(text: str, dots: Dots, capital: float, rng: np.random.Generator) -> Array:
    """One line of text as a mask, float32, 0 to 1; `capital` is the height of a capital, px."""
    pitch = capital / (ROWS - 1 + dots.diameter)
    places = _places(text, dots, rng)
    sizes = dots.diameter / 2 * rng.normal(1, dots.uneven, len(places))
    kept = rng.random(len(places)) >= dots.missing
    beside = rng.random(len(places)) < dots.satellites
    away = rng.uniform(0.6, 1.0, (len(places), 2)) * rng.choice([-1, 1], (len(places), 2))
    least, most, room = places.min(axis=0), places.max(axis=0), 2 * dots.diameter
    droplets = np.clip(places + away, least, most)[beside]
    at = (np.concatenate([places[kept], droplets]) - least + room) * pitch
    radii = np.concatenate([sizes[kept], 0.35 * sizes[beside]])
    width, height = np.ceil((most - least + 2 * room) * pitch).astype(int).tolist()
    mask = np.zeros((height, width), np.uint8)
    for (x, y), radius in zip(at.tolist(), radii.tolist(), strict=True):
        middle = (round(x * 16), round(y * 16))
        cv2.circle(mask, middle, round(radius * pitch * 16), 255, -1, cv2.LINE_AA, shift=4)
    return cut_to_ink(single(mask / 255))


def _places(text: str, dots: Dots, rng: np.random.Generator) -> Array:
    """Middles (n, 2) of the dots that should come, in pitches."""
    found: list[tuple[float, float]] = []
    start, wave = 0.0, float(rng.uniform(18, 40))
    for letter in text:
        if letter == " ":
            start += 4 * dots.across
            continue
        for row, cells in enumerate(PATTERNS[letter].split()):
            for column, cell in enumerate(cells):
                if cell == "1":
                    found.append((start + column * dots.across, float(row)))
                    if dots.double:
                        found.append((start + (column + 0.45) * dots.across, float(row)))
        start += (COLUMNS - 1) * dots.across + 1 + dots.between
    x, y = np.array(found).T
    x = x + dots.lean * (ROWS - y)
    y = y + dots.sway * np.sin(2 * math.pi * x / wave)
    return single(np.stack([x, y], axis=1) + rng.normal(0, dots.astray, (len(x), 2)))
