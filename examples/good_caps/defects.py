"""What a bad cap of this line has: scratch and chip as in examples/caps, wrong colour, no print."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import cv2
import numpy as np

from examples.caps.artwork import PRINT_PX
from examples.caps.cap import COLOURWAYS, Array, Cap, Colour, single
from examples.caps.defects import Chip, Points, Scratch, chip_coverage, draw_defects
from examples.caps.surface import Inks
from examples.good_caps.product import toned

Where = Literal["lacquer", "skirt", "ink", "second_ink"]
WHERE: tuple[Where, ...] = ("lacquer", "ink", "skirt", "lacquer", "second_ink")
_BLUE, _GREEN, _SKY = COLOURWAYS[1][0], (0.10, 0.42, 0.20), COLOURWAYS[6][0]
WRONG: dict[Where, tuple[Colour, ...]] = {
    "lacquer": (_BLUE, _GREEN, _SKY),
    "skirt": (_GREEN, _SKY, _BLUE),
    "ink": ((0.10, 0.24, 0.62), (0.08, 0.42, 0.16)),
    "second_ink": ((0.30, 0.55, 0.82), (0.10, 0.45, 0.18)),
}
"""Colours of other products, as a changeover leaves them."""


@dataclass(frozen=True, slots=True)
class WrongColour:
    """A part of the cap that has the colour of another product."""

    where: Where
    colour: Colour


@dataclass(frozen=True, slots=True)
class MissingPrint:
    """A place (outline (n, 2) in cap coordinates) where the print is gone.

    Attributes:
        line: the outline.
        left: share of the ink that is still there.
        smear: how far what is left was dragged (x, y), in cap radii; None: it never was printed.
        texture_seed: of the frayed border.
    """

    line: Points
    left: float
    smear: tuple[float, float] | None
    texture_seed: int


Defect = Scratch | Chip | WrongColour | MissingPrint


def draw_kind(
    kind: str, cap: Cap, inks: Inks, index: int, rng: np.random.Generator
) -> tuple[Defect, ...]:
    """The defects of the `index`-th cap of that kind; "good" has none."""
    if kind == "scratch":
        scratches = draw_defects(cap, 1 + (index % 4 == 3), 0, at_rim=False, rng=rng)
        return tuple(
            _scaled(scratch, (0.5, 1.0, 1.0, 1.5, 1.0)[index % 5]) for scratch in scratches
        )
    if kind == "chip":
        chips = draw_defects(cap, 0, 1 + (index % 5 == 4), at_rim=index % 2 == 0, rng=rng)
        return tuple(_scaled(chip, rng.uniform(0.5, 1.1)) for chip in chips)
    if kind == "wrong_colour":
        where = WHERE[index % len(WHERE)]
        colours = WRONG[where]
        return (WrongColour(where, toned(colours[rng.integers(len(colours))], rng)),)
    if kind == "missing_print":
        ink, size = inks[index // 2 % 2], 0.13 * 1.15**index
        return (_draw_missing(ink, size, smeared=index % 2 == 1, rng=rng),)
    return ()


def _scaled(defect: Scratch | Chip, factor: float) -> Scratch | Chip:
    middle = defect.line.mean(0)
    return replace(defect, line=middle + factor * (defect.line - middle))


def _draw_missing(
    ink: Array, size: float, *, smeared: bool, rng: np.random.Generator
) -> MissingPrint:
    """A rounded blob of about that size (cap radii) about a random place of the ink."""
    places = np.argwhere(ink > 0.5)
    row, column = places[rng.integers(len(places))].tolist()
    around = np.linspace(0, 2 * np.pi, 14, endpoint=False)
    rays = size * rng.uniform(0.85, 1.15, 14)
    blob = np.stack([rays * np.cos(around), rays * rng.uniform(0.6, 0.9) * np.sin(around)], 1)
    turn, way = rng.uniform(0, 2 * np.pi, 2)
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    centre = np.array([column, row]) / (PRINT_PX / 2) - 1
    reach = float(rng.uniform(0.10, 0.18))
    return MissingPrint(
        line=blob @ rotation.T + centre,
        left=float(rng.uniform(0.25, 0.4) if smeared else rng.uniform(0.0, 0.08)),
        smear=(reach * float(np.cos(way)), reach * float(np.sin(way))) if smeared else None,
        texture_seed=int(rng.integers(2**31)),
    )


def without_print(inks: Inks, missing: MissingPrint) -> Inks:
    """Both inks with what is missing taken away, or smeared about."""
    gone = chip_coverage((missing.line + 1) * (PRINT_PX / 2), missing.texture_seed, PRINT_PX)
    return _faded(inks[0], gone, missing), _faded(inks[1], gone, missing)


def _faded(ink: Array, gone: Array, missing: MissingPrint) -> Array:
    rest = ink if missing.smear is None else _dragged(ink, missing.smear)
    return single(ink + (missing.left * rest - ink) * gone)


def _dragged(ink: Array, by: tuple[float, float]) -> Array:
    """The ink drawn out along a way (x, y), in cap radii."""
    steps: Sequence[float] = np.linspace(0, PRINT_PX / 2, 24).tolist()
    size = (PRINT_PX, PRINT_PX)
    layers = [
        cv2.warpAffine(ink, np.array([[1, 0, by[0] * step], [0, 1, by[1] * step]]), size)
        for step in steps
    ]
    return single(2.0 * np.mean(layers, axis=0)).clip(0, 1)
