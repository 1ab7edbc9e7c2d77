"""One package: its face with artwork, and the codes on it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from examples.packages.blocks import set_blocks
from examples.packages.codes import Codes
from examples.packages.face import Colour, Face, apply_ink, paint
from examples.packages.kinds import KINDS
from examples.packages.layout import Placed, decorate, free_map, on_face, place_block
from examples.packages.printing import FINE, Printer, draw_ink, inked
from examples.relief import Array, single

WITH_PANEL = ("carton", "pouch", "jar")
"""Kinds on which a field may be left white for the codes."""
ARTWORK = {"carton": 1.0, "pouch": 0.9, "jar": 0.9, "blister": 0.25, "lid": 0.0, "cap": 0.0}
"""How much is printed on each kind besides its codes, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Package:
    """A printed face, and where on it the blocks of codes are."""

    face: Face
    placed: tuple[Placed, ...]


def draw_package(
    kind: str, codes: Codes, printers: tuple[Printer, Printer], rng: np.random.Generator
) -> Package | None:
    """A random package of that kind; None when its codes find no room."""
    face = KINDS[kind](rng)
    free = free_map(face)
    placed: list[Placed] = []
    for block in set_blocks(codes, printers, rng):
        found = place_block(block, free, rng, 6.0)
        if found is None:
            return None
        placed.append(found)
    inks = _inks(face, rng)
    if kind in WITH_PANEL and rng.random() < 0.4:
        for each in placed:
            _panel(face, each, rng)
    if ARTWORK[kind]:
        decorate(face, free, inks, rng, ARTWORK[kind])
    for each in placed:
        _print(face, each, rng)
    return Package(face, tuple(placed))


def _brightness(face: Face, placed: Placed) -> float:
    """Of the ground below a block, 0 to 1, linear."""
    x, y = placed.middle
    row, column = round(y * FINE + len(face.height) / 2), round(x * FINE + face.height.shape[1] / 2)
    reach = round(12 * FINE)
    here = (slice(max(row - reach, 0), row + reach), slice(max(column - reach, 0), column + reach))
    return float(face.albedo[here].mean())


def _inks(face: Face, rng: np.random.Generator) -> tuple[Colour, Colour]:
    """Two inks that stand out from most of what may be printed."""
    dark: tuple[Colour, ...] = (
        (0.30, 0.02, 0.03), (0.02, 0.05, 0.22), (0.02, 0.12, 0.06), (0.03, 0.03, 0.03),
        (0.22, 0.10, 0.03),
    )  # fmt: skip
    light: tuple[Colour, ...] = (
        (0.80, 0.79, 0.76), (0.78, 0.58, 0.12), (0.60, 0.70, 0.76), (0.76, 0.40, 0.36),
    )  # fmt: skip
    choice = light if float(face.albedo[face.usable > 0.5].mean()) < 0.28 else dark
    first, second = rng.choice(len(choice), 2, replace=False).tolist()
    return choice[first], choice[second]


def _panel(face: Face, placed: Placed, rng: np.random.Generator) -> None:
    """A field left white for the codes, most often somewhat larger than they are."""
    across = abs(np.cos(placed.angle_rad)) > 0.7
    size = placed.block.size_wh if across else placed.block.size_wh[::-1]
    width, height = (round((side + float(rng.uniform(9, 14))) * FINE) for side in size)
    colour = single((0.80, 0.79, 0.76)) * float(rng.uniform(0.85, 1.02))
    mask: Array = np.ones((height, width), np.float32)
    red, green, blue = colour.tolist()
    paint(face, mask, placed.middle, (red, green, blue))


def _print(face: Face, placed: Placed, rng: np.random.Generator) -> None:
    """All pieces of a block, in one ink."""
    colour = draw_ink(rng, _brightness(face, placed))
    for piece in placed.block.pieces:
        (middle,) = on_face(placed, np.array([piece.middle])).tolist()
        mask = inked(piece.mask, placed.block.printer, piece.spoiled)
        apply_ink(face, mask, (middle[0], middle[1]), placed.angle_rad, colour)
