"""Printed text: labels, thermal transfer, ink-jet of high resolution, laser, signs."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from engine.lettering.faces import BROADEST, FACES, Face, characters, glyph
from engine.lettering.ink import CAP_PX, Mask
from engine.lettering.setting import set_line, shape, weigh


def has(character: str) -> bool:
    """Whether typefaces have a character."""
    return character in characters(BROADEST.name)


def draw(text: str, rng: np.random.Generator, *, groups: bool) -> Mask:
    """A text in one of the typefaces, of any weight and width."""
    face = choose_face(text, rng)
    line = set_line([glyph(face.name, character) for character in text], rng, groups=groups)
    if rng.random() < 0.5:
        finest, boldest = (-0.06, 0.06) if face.heavy else (-0.02, 0.1)
        line = weigh(line, CAP_PX * rng.uniform(finest, boldest))
    slant = float(rng.normal(0.0, 0.12)) if rng.random() < 0.15 else 0.0
    return shape(line, float(np.exp(rng.normal(-0.15, 0.22))), slant)


def choose_face(text: str, rng: np.random.Generator) -> Face:
    """A face that has all characters of a text, the usual ones more often."""
    faces = _faces_with(frozenset(text))
    ends = np.cumsum([face.weight for face in faces])
    return faces[int(np.searchsorted(ends, rng.uniform(0.0, ends[-1]), side="right"))]


@lru_cache(maxsize=1024)
def _faces_with(wanted: frozenset[str]) -> tuple[Face, ...]:
    return tuple(face for face in FACES if wanted <= characters(face.name))
