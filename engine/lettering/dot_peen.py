"""Marks that a needle hammers into metal, dot by dot along the strokes of each character."""

from __future__ import annotations

import numpy as np

from engine.lettering.dots import draw_dots
from engine.lettering.ink import CAP_PX, Mask
from engine.lettering.setting import BAND
from engine.lettering.skeleton import Path
from engine.lettering.skeleton_table import SKELETONS
from engine.lettering.strokes import choose_hand, written


def has(character: str) -> bool:
    """Whether there is a path for a character."""
    return character in SKELETONS


def draw(text: str, rng: np.random.Generator, *, groups: bool) -> Mask:
    """A text of dots along its strokes."""
    step = CAP_PX * float(rng.uniform(0.08, 0.15))
    room = CAP_PX * float(rng.uniform(0.2, 0.4))
    pen, points = 0.0, []
    gap_at = int(rng.integers(1, len(text))) if groups and len(text) > 3 else 0
    gap_at = gap_at if rng.random() < 0.5 else 0
    for index, lines in enumerate(written(text, choose_hand(rng), CAP_PX, rng)):
        if index and index == gap_at:
            pen += CAP_PX * float(rng.uniform(0.2, 1.0))
        if not lines:
            pen += 0.6 * CAP_PX
            continue
        left = min(float(line[:, 0].min()) for line in lines)
        marks = np.concatenate([along(line, step) for line in lines])
        points.append(marks + np.array([pen - left, 0.0]))
        pen += float(marks[:, 0].max()) - left + room
    if not points:
        return np.zeros((0, 0), np.uint8)
    middles = np.concatenate(points)
    middles += rng.normal(0.0, rng.uniform(0.0, 0.12) * step, middles.shape)
    strengths = 1.0 - np.abs(rng.normal(0.0, rng.uniform(0.0, 0.15), len(middles)))
    radius = step * float(rng.uniform(0.36, 0.62))
    return draw_dots(middles, strengths, radius, (-BAND * CAP_PX, 0.0))


def along(line: Path, step: float) -> Path:
    """Points (n, 2) at equal distances of about `step` px along a polyline, with both ends."""
    lengths = np.hypot(*np.diff(line, axis=0).T)
    ends = np.concatenate([[0.0], np.cumsum(lengths)])
    count = max(2, round(float(ends[-1]) / step) + 1) if ends[-1] > step / 2 else 1
    where = np.linspace(0.0, ends[-1], count)
    return np.stack([np.interp(where, ends, line[:, axis]) for axis in (0, 1)], axis=1)
