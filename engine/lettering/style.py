"""All styles of marking, and the choice of one for a text."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

import numpy as np

from engine.lettering import (
    dot_matrix,
    dot_peen,
    raster,
    seven_segment,
    stencil,
    strokes,
    typeface,
)
from engine.lettering.ink import Ink, Mask
from engine.lettering.setting import trimmed


class Draw(Protocol):
    """How a style draws a text."""

    def __call__(self, text: str, rng: np.random.Generator, *, groups: bool) -> Mask:
        """The mask of a text; `groups`: gaps may stand where the text names none."""


@dataclass(frozen=True, slots=True)
class Style:
    """A way of marking.

    Attributes:
        name: the module that draws it.
        has: whether it can draw a character.
        weight: how often it is chosen, next to the others.
    """

    name: str
    has: Callable[[str], bool]
    draw: Draw
    weight: float


STYLES: tuple[Style, ...] = (
    Style("typeface", typeface.has, typeface.draw, 8.0),
    Style("strokes", strokes.has, strokes.draw, 6.0),
    Style("dot_matrix", dot_matrix.has, dot_matrix.draw, 3.0),
    Style("raster", raster.has, raster.draw, 1.5),
    Style("dot_peen", dot_peen.has, dot_peen.draw, 1.5),
    Style("stencil", stencil.has, stencil.draw, 1.0),
    Style("seven_segment", seven_segment.has, seven_segment.draw, 1.0),
)

_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})


def drawable(characters: str) -> str:
    """Those of the characters that at least one style can draw, in the same order."""
    return "".join(character for character in characters if _drawable(character))


@lru_cache(maxsize=4096)
def _drawable(character: str) -> bool:
    """Marks that join the character before them, and scripts that run leftwards, are not."""
    if character == " ":
        return True
    if unicodedata.category(character)[0] in "MCZ":
        return False
    if unicodedata.bidirectional(character) in _RIGHT_TO_LEFT:
        return False
    return any(style.has(character) for style in STYLES)


def draw_text(text: str, rng: np.random.Generator, *, groups: bool = False) -> Ink:
    """A text in a style, chosen at random, that has all of its characters.

    Args:
        text: drawable characters, not only spaces.
        groups: whether gaps may stand where the text names none, as on number plates whose
            labels leave out the spaces.

    Raises:
        ValueError: the text has no ink, or a character that no style can draw.
    """
    able = _able(frozenset(text))
    if not able or not text.strip():
        missing = "".join(sorted(set(text) - set(drawable(text)))) or "no ink"
        raise ValueError(f"A text cannot be drawn. Received: {text!r} ({missing!r}).")
    ends = np.cumsum([style.weight for style in able])
    style = able[int(np.searchsorted(ends, rng.uniform(0.0, ends[-1]), side="right"))]
    return Ink(trimmed(style.draw(text, rng, groups=groups)), style.name)


@lru_cache(maxsize=4096)
def _able(wanted: frozenset[str]) -> tuple[Style, ...]:
    if not all(map(_drawable, wanted)):
        return ()
    return tuple(style for style in STYLES if all(map(style.has, wanted)))
