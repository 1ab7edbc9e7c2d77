"""The four kinds of part as reliefs, from distances to outlines.

Coordinates of a part are px of a photo at nominal size: x to the right, y down, (0, 0) the middle
of its box, -y its top. A distance is negative inside.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from examples.relief import Array, single, smooth_step

KindName = Literal["bracket", "screw", "nut", "washer"]


@dataclass(frozen=True, slots=True)
class Shape:
    """A part over a grid, every map (h, w) float32.

    Attributes:
        outside: distance to the outline, negative on the part.
        height: above the tray.
        grain_x: way across the marks of rolling or turning, its length the roughness.
        grain_y: the same, downwards.
    """

    outside: Array
    height: Array
    grain_x: Array
    grain_y: Array


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of part.

    Attributes:
        size_wh: its tight box at nominal size, px.
        symmetry: turns that look alike; 0 for round, 1 for none.
        sizes: smallest and largest size that is made, against nominal.
        draw: relief from coordinates x and y, and the proportion of this very part, 0 to 1.
    """

    size_wh: tuple[float, float]
    symmetry: int
    sizes: tuple[float, float]
    draw: Callable[[Array, Array, float], Shape]


def _rectangle(
    x: Array, y: Array, sides: tuple[float, float, float, float], corner: float
) -> Array:
    """Distance to a rectangle (left, top, right, bottom) with rounded corners."""
    left, top, right, bottom = sides
    out_x = np.abs(x - (left + right) / 2) - (right - left) / 2 + corner
    out_y = np.abs(y - (top + bottom) / 2) - (bottom - top) / 2 + corner
    outer = np.hypot(np.maximum(out_x, 0), np.maximum(out_y, 0))
    return single(outer + np.minimum(np.maximum(out_x, out_y), 0) - corner)


def _edge(outside: Array, width: float) -> Array:
    """0 at the outline, 1 from `width` px inside on, rounded like a broken edge."""
    inside = np.clip(-outside / width, 0, 1)
    return single(np.sqrt(1 - (1 - inside) ** 2))


def _bracket(x: Array, y: Array, proportion: float) -> Shape:
    """A stamped angle with one end bent up; always that end up, so it is never seen mirrored."""
    leg = _rectangle(x, y, (-32, -46, -9, 46), 3)
    foot = _rectangle(x, y, (-32, 21, 32, 46), 3)
    corner = np.maximum((x - y + 19) / np.sqrt(2), np.maximum(-14 - x, y - 26))
    plate = np.minimum(np.minimum(leg, foot), corner)
    hole = np.hypot(x + 20.5, y + 18) - (4.5 + proportion)
    slot = np.hypot(np.maximum(np.abs(x - 14) - 6, 0), y - 33.5) - 4.5
    outside = np.maximum(plate, -np.minimum(hole, slot))
    tab = _rectangle(x, y, (-32, -46, -9, -40.5), 1.5)
    bend = smooth_step(-y, 34, 41) * 3
    height = 4.5 * _edge(single(outside), 1.6) + np.where(leg < 0, bend, 0)
    height = np.maximum(height, 19 * _edge(tab, 1.8))
    bead = np.hypot(x + 20.5, np.maximum(np.abs(y - 12) - 12, 0)) - 4
    height = height + 2.2 * _edge(single(bead), 4)
    grain = np.full_like(x, 0.05)
    return Shape(single(outside), single(height), np.zeros_like(x), grain)


def _screw(x: Array, y: Array, proportion: float) -> Shape:
    """A slotted screw plug on its face: a turned disc with a slot from left to right."""
    radius = np.hypot(x, y)
    outside = single(radius - 17)
    dome = (1.2 + 2 * proportion) * (1 - (radius / 17) ** 2)
    height = (10 + dome) * _edge(outside, 1.2) - 2.4 * smooth_step(radius, 13.6, 17)
    groove = smooth_step(2.9 + 0.6 * proportion - np.abs(y), 0, 0.9)
    height = height - 6.5 * groove * smooth_step(-outside, 0, 1)
    turned = np.where(groove > 0.5, 0.03, 0.14) / np.maximum(radius, 2)
    return Shape(outside, single(np.maximum(height, 0)), single(x * turned), single(y * turned))


def _nut(x: Array, y: Array, proportion: float) -> Shape:
    """A hexagon nut, corners left and right: chamfer outside, thread and countersink inside."""
    flats = np.maximum(np.abs(y), np.abs(x) * np.sin(np.pi / 3) + np.abs(y) * 0.5) - 19
    radius = np.hypot(x, y)
    bore = 10.2 + 1.6 * proportion
    outside = np.maximum(flats, bore - radius)
    height = 14 * _edge(single(flats), 1.0) - 0.75 * np.maximum(radius - 18.2, 0)
    sink = smooth_step(radius, bore, bore + 2.6)
    height = height * (0.45 + 0.55 * sink) + 0.8 * np.sin(radius * 4) * (1 - sink)
    turned = 0.09 / np.maximum(radius, 2)
    return Shape(
        single(outside), single(np.maximum(height, 0)), single(x * turned), single(y * turned)
    )


def _washer(x: Array, y: Array, proportion: float) -> Shape:
    """A stamped disc with a hole, its upper edges drawn in."""
    radius = np.hypot(x, y)
    outside = np.maximum(radius - 22, 10 + 3.2 * proportion - radius)
    height = 3.4 * _edge(single(outside), 2.2)
    grain = np.full_like(x, 0.06)
    return Shape(single(outside), single(height), grain, 0.3 * grain)


KINDS: dict[KindName, Kind] = {
    "bracket": Kind((64, 92), 1, (0.90, 1.08), _bracket),
    "screw": Kind((34, 34), 2, (0.85, 1.2), _screw),
    "nut": Kind((2 * 19 / float(np.sin(np.pi / 3)), 38), 6, (0.72, 1.08), _nut),
    "washer": Kind((44, 44), 0, (0.72, 1.15), _washer),
}
"""In the order of the class numbers."""
