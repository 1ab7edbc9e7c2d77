"""What tells two kinds apart, in words."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.audit.appearance import FIGURES

Matrix = NDArray[np.float64]

MOST_WORDS = 3
LEAST_EFFECT = 0.8
"""Difference of the medians, in spreads within a kind, from which a figure is worth a word."""

_WORDS: dict[str, tuple[str, str]] = {
    "size": ("small", "large"),
    "elongation": ("compact", "long"),
    "filling": ("slanting or bent", "filling their box"),
    "solidity": ("bent or branched", "without dents"),
    "raggedness": ("smooth in outline", "ragged in outline"),
    "brightness": ("dark", "bright"),
    "contrast": ("faint", "distinct"),
    "unevenness": ("even inside", "uneven inside"),
    "edges": ("soft", "sharp"),
    "direction": ("without a direction", "streaked in one direction"),
    "centre": ("pale at the centre", "strongest at the centre"),
    "surroundings": ("set off from the ground", "like the ground farther out"),
    "bright share": ("mostly dark in their box", "mostly bright in their box"),
    "bright share around": ("on dark ground", "on bright ground"),
    "bright islands": ("without a bright island", "bright islands"),
    "dark islands": ("without a dark island", "dark islands"),
    "bright outline": ("framed by dark", "framed by bright"),
    "one bright part": ("cut in several bright parts", "of one bright part"),
    "one dark part": ("cut in several dark parts", "of one dark part"),
    "grain of 1 px": ("without fine grain", "of fine grain"),
    "grain of 8 px": ("without coarse structure", "of coarse structure"),
}


def differences(first: Matrix, second: Matrix) -> tuple[str, str]:
    """The few figures that differ most between regions (n, figures) of two kinds, as adjectives."""
    middles = np.median(first, axis=0), np.median(second, axis=0)
    within = np.sqrt((first.var(axis=0) + second.var(axis=0)) / 2) + 1e-6
    effects = (middles[1] - middles[0]) / within
    said: list[tuple[str, str]] = []
    for number in np.argsort(-np.abs(effects)):
        words = _WORDS.get(FIGURES[number])
        if words is not None and (abs(effects[number]) >= LEAST_EFFECT or not said):
            said.append(words if effects[number] > 0 else (words[1], words[0]))
        if len(said) == MOST_WORDS:
            break
    return ", ".join(pair[0] for pair in said), ", ".join(pair[1] for pair in said)
