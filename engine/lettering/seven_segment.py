"""Seven-segment displays: digits, and the letters that nobody can mistake."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.lettering.ink import CAP_PX, Mask
from engine.lettering.setting import shape

SEGMENTS: dict[str, str] = {
    "0": "abcdef", "1": "bc", "2": "abged", "3": "abgcd", "4": "fgbc", "5": "afgcd",
    "6": "afgedc", "7": "abc", "8": "abcdefg", "9": "abcdfg", "A": "abcefg", "b": "cdefg",
    "C": "adef", "d": "bcdeg", "E": "adefg", "F": "aefg", "H": "bcefg", "J": "bcde",
    "L": "def", "P": "abefg", "U": "bcdef", "n": "ceg", "o": "cdeg", "r": "eg", "t": "defg",
    "y": "bcdfg", "-": "g", " ": "", ".": ".", ":": ":",
}  # fmt: skip
"""The segments that are lit: a top, b and c right, d bottom, e and f left, g middle."""

_ENDS = {
    "a": (0, 0, 1, 0), "b": (1, 0, 1, 1), "c": (1, 1, 1, 2), "d": (0, 2, 1, 2),
    "e": (0, 1, 0, 2), "f": (0, 0, 0, 1), "g": (0, 1, 1, 1),
}  # fmt: skip
"""x, y of both ends; the cell is 1 wide and 2 high."""

_GHOST = 22
"""How bright segments that are not lit can look, of 255."""


def has(character: str) -> bool:
    """Whether a display can show a character beyond doubt."""
    return character in SEGMENTS


def draw(text: str, rng: np.random.Generator, *, groups: bool) -> Mask:
    """A text on a display: equal cells, points between them, all leaning alike."""
    del groups  # the cells of a display stand close together
    width = round(CAP_PX * float(rng.uniform(0.46, 0.66)))
    thickness = int(rng.integers(4, round(0.32 * width) + 1))
    gap, ghosts = int(rng.integers(0, 3)), bool(rng.random() < 0.2)
    space = thickness + round(CAP_PX * float(rng.uniform(0.06, 0.25)))
    cells = []
    for character in text:
        cells.append(_cell(character, width, thickness, gap, ghosts=ghosts))
        cells.append(np.zeros((CAP_PX, space), np.uint8))
    line = np.concatenate(cells[:-1], axis=1)
    slant = float(rng.uniform(0.05, 0.2)) if rng.random() < 0.5 else 0.0
    return shape(line, 1.0, slant) if slant else line


@lru_cache(maxsize=2048)
def _cell(character: str, width: int, thickness: int, gap: int, *, ghosts: bool) -> Mask:
    lit = SEGMENTS[character]
    if lit in (".", ":"):
        cell = np.zeros((CAP_PX, thickness + 1), np.uint8)
        rows = (CAP_PX - thickness,) if lit == "." else (CAP_PX // 3, 2 * CAP_PX // 3)
        for row in rows:
            cell[row : row + thickness] = 255
        return cell
    cell = np.zeros((CAP_PX, width), np.uint8)
    for segment, ends in _ENDS.items():
        value = 255 if segment in lit else _GHOST * ghosts
        if value:
            bar = _bar(ends, width, thickness, gap)
            cv2.fillConvexPoly(cell, np.rint(bar * 16).astype(np.int32), value, cv2.LINE_AA, 4)
    return cell


def _bar(
    ends: tuple[int, int, int, int], width: int, thickness: int, gap: int
) -> NDArray[np.float64]:
    """A bar with pointed ends between two corners of the cell, as six points (6, 2)."""
    half = thickness / 2
    scale = np.array([width - thickness, (CAP_PX - thickness) / 2])
    first, last = np.array(ends[:2]) * scale + half, np.array(ends[2:]) * scale + half
    along = (last - first) / np.hypot(*(last - first))
    across = np.array([-along[1], along[0]]) * half
    start, end = first + along * gap, last - along * gap
    return np.stack(
        [
            start,
            start + along * half + across,
            end - along * half + across,
            end,
            end - along * half - across,
            start + along * half - across,
        ]
    )
