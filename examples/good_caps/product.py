"""The one product of the line: a crown cap, its print, and how both vary from batch to batch."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from examples.caps.artwork import PRINT_PX, print_alpha
from examples.caps.cap import COLOURWAYS, Array, Cap, Colour, Product, single
from examples.caps.surface import Inks

PRODUCT = Product("crown", teeth=21, top_radius=0.74, artwork_seed=24)
LACQUER, INK, SECOND_INK = COLOURWAYS[0]


@dataclass(frozen=True, slots=True)
class PrintedCap:
    """One physical cap with its own print; defects apart.

    Attributes:
        cap: relief, colours and gloss.
        density: opacity of each ink against the artwork's.
        off: by how much each print sits beside the cap's middle (x, y), in cap radii.
    """

    cap: Cap
    density: tuple[float, float]
    off: tuple[tuple[float, float], tuple[float, float]]


def draw_printed_cap(number: int, rng: np.random.Generator) -> PrintedCap:
    """A random good cap."""
    cap = Cap(
        number=number,
        product=PRODUCT,
        base=toned(LACQUER, rng),
        ink=toned(INK, rng),
        second_ink=toned(SECOND_INK, rng),
        gloss=float(rng.uniform(0.35, 0.55)),
    )
    first, second = rng.uniform(0.93, 1.0, 2).tolist()
    sheet = rng.normal(0, 0.008, 2)
    (x, y), (second_x, second_y) = (sheet + rng.normal(0, 0.003, (2, 2))).tolist()
    return PrintedCap(cap, (first, second), ((x, y), (second_x, second_y)))


def toned(colour: Colour, rng: np.random.Generator) -> Colour:
    """The colour as one batch of lacquer or ink has it: no other colour to the eye."""
    batch = np.array(colour) * rng.uniform(0.93, 1.07) * rng.uniform(0.975, 1.025, 3)
    red, green, blue = np.clip(batch, 0.02, 0.92).tolist()
    return red, green, blue


def inks_of(printed: PrintedCap) -> Inks:
    """The print as this cap got it."""
    first, second = print_alpha(printed.cap)
    return (
        _laid(first, printed.density[0], printed.off[0]),
        _laid(second, printed.density[1], printed.off[1]),
    )


def _laid(ink: Array, density: float, off: tuple[float, float]) -> Array:
    half = PRINT_PX / 2
    matrix = np.array([[1, 0, off[0] * half], [0, 1, off[1] * half]])
    return single(density * single(cv2.warpAffine(ink, matrix, (PRINT_PX, PRINT_PX))))
