"""Boxes as a careful person draws them, and as a line of the label file."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from examples.tray.load import Part
from examples.tray.shapes import KINDS, KindName
from examples.tray.view import View, placed

OFF_PX = 0.6
"""Standard deviation of each side's place."""
OFF_DEG = 0.8
"""Standard deviation of the angle."""


@dataclass(frozen=True, slots=True)
class Box:
    """A box: corners (4, 2) in px of the photo, the first edge the top, then clockwise as seen."""

    kind: KindName
    corners: npt.NDArray[np.float64]


def marked(part: Part, view: View, rng: np.random.Generator) -> Box:
    """A part's box, a little off; of the headings that look the same, any."""
    middle, (width, height), angle = placed(view, part)
    symmetry = KINDS[part.kind].symmetry
    if symmetry == 0:
        angle = float(rng.uniform(0, 2 * math.pi))
    else:
        angle += 2 * math.pi / symmetry * int(rng.integers(symmetry))
        angle += math.radians(float(np.clip(rng.normal(0, OFF_DEG), -2.5, 2.5)))
    left, top, right, bottom = np.clip(rng.normal(0, OFF_PX, 4), -1.5, 1.5).tolist()
    left, top = left - width / 2, top - height / 2
    right, bottom = right + width / 2, bottom + height / 2
    upright = np.array([(left, top), (right, top), (right, bottom), (left, bottom)])
    cosine, sine = math.cos(angle), math.sin(angle)
    return Box(part.kind, upright @ np.array([[cosine, sine], [-sine, cosine]]) + middle)


def line_of(box: Box, size_hw: tuple[int, int]) -> str:
    """`class x1 y1 x2 y2 x3 y3 x4 y4`, in shares of the photo's size."""
    shares = (box.corners / (size_hw[1], size_hw[0])).ravel().tolist()
    return " ".join([str(list(KINDS).index(box.kind)), *(f"{share:.5f}" for share in shares)])
