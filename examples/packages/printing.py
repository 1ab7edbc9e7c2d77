"""How codes come onto a package: the machine, its hand, its ink, its faults."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import cv2
import numpy as np

from examples.packages.dots import Dots, dotted, draw_dots
from examples.packages.lettering import lettering
from examples.packages.strokes import Strokes, draw_strokes, written
from examples.relief import Array, cloud, single, smooth_step

FINE = 2
"""Everything is drawn so many times larger than in the photo."""
PLAIN = ("sans", "bold", "mono", "mono_bold", "grotesque", "aileron")
DARK = ((0.012, 0.012, 0.014), (0.012, 0.014, 0.05), (0.02, 0.02, 0.02), (0.10, 0.012, 0.012))
LIGHT = ((0.86, 0.86, 0.84), (0.80, 0.66, 0.22), (0.78, 0.80, 0.82))


@dataclass(frozen=True, slots=True)
class Thermal:
    """Print of a heated ribbon: `font`, its `stretch` and `tracking`; `dead`: lines it leaves."""

    font: str
    stretch: float
    tracking: float
    dead: bool


@dataclass(frozen=True, slots=True)
class Printer:
    """One machine.

    Attributes:
        hand: how it forms letters.
        capital: height of a capital, px of the photo.
        strength: how much of the ground the ink covers, 0 to 1.
        spread: blur of the ink's border, px of the photo.
        patchy: how much its strength wavers, 0 to 1.
        seed: of what differs from letter to letter.
    """

    hand: Dots | Strokes | Thermal
    capital: float
    strength: float
    spread: float
    patchy: float
    seed: int


def draw_printer(rng: np.random.Generator, method: Literal["dots", "plain"]) -> Printer:
    """A random machine: a dot-matrix ink jet or pricking laser, or one of plain letters."""
    hand: Dots | Strokes | Thermal
    scribe = rng.random()
    if method == "dots":
        hand = draw_strokes(rng, pricked=True) if scribe < 0.2 else draw_dots(rng)
    elif scribe < 0.25:
        hand = draw_strokes(rng, pricked=False)
    else:
        hand = Thermal(
            font=str(rng.choice(PLAIN)),
            stretch=float(rng.uniform(0.8, 1.02)),
            tracking=float(rng.uniform(0.0, 0.12)),
            dead=bool(rng.random() < 0.12),
        )
    return Printer(
        hand=hand,
        capital=float(rng.uniform(20.0, 26.5) if method == "dots" else rng.uniform(18.0, 27.0)),
        strength=float(rng.uniform(0.82, 0.98)),
        spread=float(rng.uniform(0.15, 0.45)),
        patchy=float(rng.uniform(0.0, 0.3)),
        seed=int(rng.integers(2**31)),
    )


def poorer(printer: Printer, rng: np.random.Generator) -> Printer:
    """The same machine with little ink left, or with ink that runs."""
    if rng.random() < 0.6:
        strength = float(rng.uniform(0.42, 0.58))
        return replace(printer, strength=strength, patchy=float(rng.uniform(0.2, 0.5)))
    return replace(printer, spread=float(rng.uniform(0.9, 1.3)))


def printed(text: str, printer: Printer) -> Array:
    """The letters alone: a mask, float32, 0 to 1, cut to the ink, `FINE` times the photo's size."""
    rng = np.random.default_rng([printer.seed, *text.encode()])
    capital = printer.capital * FINE
    if isinstance(printer.hand, Dots):
        return dotted(text, printer.hand, capital, rng)
    if isinstance(printer.hand, Strokes):
        return written(text, printer.hand, capital, rng)
    hand = printer.hand
    mask = lettering(text, hand.font, capital, hand.stretch, hand.tracking)
    if hand.dead:
        row = int(rng.uniform(0.25, 0.75) * len(mask))
        mask = mask.copy()
        mask[row : row + 2] *= 0.25
    return mask


def inked(mask: Array, printer: Printer, spoiled: bool) -> Array:
    """What the ink covers, 0 to 1, with a border of `border_px` around the mask."""
    rng = np.random.default_rng([printer.seed, 1, mask.shape[1]])
    room = border_px(spoiled)
    wide = single(np.pad(mask, room))
    if spoiled:
        wide = _wiped(wide, rng)
    cells = (2 + wide.shape[0] // 14, 2 + wide.shape[1] // 14)
    wavers = 1 - printer.patchy * smooth_step(cloud(rng, cells, wide.shape), -0.2, 1.6)
    soft = cv2.GaussianBlur(wide, (0, 0), printer.spread * FINE)
    return single(np.clip(soft * wavers, 0, 1) * printer.strength)


def border_px(spoiled: bool) -> int:
    """Room around a mask that its ink may run into, px."""
    return 40 if spoiled else 12


def _wiped(mask: Array, rng: np.random.Generator) -> Array:
    """The ink was wet when something rubbed along the line, and took most of it away."""
    length = int(rng.integers(40, 56))
    rubbed = np.full((1, length), 1 / length, np.float32)
    smeared = cv2.filter2D(cv2.GaussianBlur(mask, (0, 0), 6.0), -1, rubbed)
    gone = smooth_step(cloud(rng, (6, 14), mask.shape), -1.2, 0.5)
    grain = 1 + 0.35 * cloud(rng, (mask.shape[0] // 2, 9), mask.shape)
    rest = mask * smooth_step(cloud(rng, (7, 12), mask.shape), 0.9, 1.3)
    return single(np.clip(1.3 * smeared * gone * grain + 0.5 * rest, 0, 1))


def draw_ink(rng: np.random.Generator, ground: float) -> tuple[float, float, float]:
    """A random ink that stands out from a ground of that brightness, 0 to 1, linear."""
    choice = LIGHT if ground < 0.11 else DARK
    return choice[int(rng.integers(len(choice)))]
