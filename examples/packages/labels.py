"""Fields as a careful person marks them, and as PaddleOCR's label file has them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from examples.packages.codes import FieldName
from examples.packages.layout import on_face, rectangle
from examples.packages.package import Package
from examples.packages.view import Points, View, bent, projection, through

ROOM_PX = (1.0, 3.0)
"""Between the ink and each side of a box."""
UNREADABLE = "###"


@dataclass(frozen=True, slots=True)
class Mark:
    """A field in a photo.

    Attributes:
        field: its class.
        text: what it says, "###" where nobody can read it.
        ink: corners (4, 2) around its ink, px of the photo, from the left end of its top
            clockwise as read.
        corners: the same, as drawn: a little outside the ink.
    """

    field: FieldName
    text: str
    ink: Points
    corners: Points


def marked(package: Package, view: View, seed: int) -> tuple[Mark, ...]:
    """All fields of a package in one photo."""
    rng = np.random.default_rng([seed, 2])
    face = package.face
    matrix = projection(view, view.angle_rad, view.shift, face.lift)
    marks = []
    for placed in package.placed:
        for piece in placed.block.pieces:
            if piece.field is None:
                continue
            tight = rectangle(piece.size_wh) + np.array(piece.middle)
            left, top, right, bottom = rng.uniform(*ROOM_PX, 4) / view.scale
            more = np.array([(-left, -top), (right, -top), (right, bottom), (-left, bottom)])
            ink, drawn = (
                through(matrix, bent(on_face(placed, corners), face.bend))
                for corners in (tight, tight + more)
            )
            text = UNREADABLE if piece.spoiled else piece.text
            marks.append(Mark(piece.field, text, ink, drawn))
    return tuple(marks)


def line_of(path: str, marks: Sequence[Mark]) -> str:
    """`path<TAB>[{"transcription", "points", "difficult", "key_cls"}, ...]`, whole px."""
    entries = [
        {
            "transcription": mark.text,
            "points": [[round(x), round(y)] for x, y in mark.corners.tolist()],
            "difficult": mark.text == UNREADABLE,
            "key_cls": mark.field,
        }
        for mark in marks
    ]
    return f"{path}\t{json.dumps(entries)}"
