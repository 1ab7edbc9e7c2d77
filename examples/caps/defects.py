"""Scratches and chips: their geometry on the cap and the pixels that they cover in a photo.

Geometry is in cap coordinates (units of the cap's radius), so that a second photo of the same cap
shows the same defect in another pose.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
import numpy.typing as npt

from examples.caps.cap import Array, Cap, smooth_step

Points = npt.NDArray[np.float64]
SHIFT = 4
"""Fractional bits of the sub-pixel coordinates that OpenCV draws with."""
WIDTHS = (0.013, 0.017, 0.022, 0.028, 0.036)
BRUSH_PX = 6
"""How much wider than the scratch, in px of the render, a person paints it."""


@dataclass(frozen=True, slots=True)
class Scratch:
    """A scratch: a polyline (n, 2) with a strength, 0 to 1, at each of its points."""

    line: Points
    strength: Points
    width: float
    bright: bool
    kind: Literal["scratch"] = "scratch"


@dataclass(frozen=True, slots=True)
class Chip:
    """A missing piece: a closed outline (n, 2); `depth` in cap radii."""

    line: Points
    depth: float
    broken_off: bool
    bright: bool
    texture_seed: int
    kind: Literal["chip"] = "chip"


Defect = Scratch | Chip


def draw_defects(
    cap: Cap, scratches: int, chips: int, *, at_rim: bool, rng: np.random.Generator
) -> tuple[Defect, ...]:
    """Random defects for a cap; with `at_rim` all of its chips are broken off the rim."""
    return (
        *(_draw_scratch(cap, rng) for _ in range(scratches)),
        *(_draw_chip(cap, at_rim, rng) for _ in range(chips)),
    )


def _draw_scratch(cap: Cap, rng: np.random.Generator) -> Scratch:
    """A line of slowly changing curvature that begins on the top of the cap."""
    length = float(np.exp(rng.uniform(np.log(0.20), np.log(1.20))))
    count = max(6, int(length * 40))
    heading = rng.uniform(0, 2 * np.pi) + np.cumsum(
        np.cumsum(rng.normal(0, 0.010, count)) + rng.normal(0, 0.05)
    )
    steps = np.stack([np.cos(heading), np.sin(heading)], 1) * (length / count)
    reach = cap.product.top_radius * (1.08 if rng.random() < 0.25 else 0.95)
    middle_angle, middle_radius = rng.uniform(0, 2 * np.pi), reach * np.sqrt(rng.uniform(0, 0.8))
    middle = middle_radius * np.array([np.cos(middle_angle), np.sin(middle_angle)])
    line = np.cumsum(steps, 0)
    line = line - line.mean(0) + middle
    line = line[np.hypot(*line.T) < reach]
    knots = rng.uniform(0.8, 1.0, 5)
    along = np.linspace(0, 1, len(line))
    taper = np.clip(np.minimum(along, 1 - along) * 8 + 0.6, 0, 1)
    base = rng.uniform(0.6, 0.8) if rng.random() < 0.2 else rng.uniform(0.8, 1.0)
    return Scratch(
        line=line,
        strength=base * taper * np.interp(along, np.linspace(0, 1, 5), knots),
        width=float(rng.choice(WIDTHS, p=(0.25, 0.3, 0.25, 0.13, 0.07))),
        bright=bool(np.mean(cap.base) < 0.5),
    )


def _draw_chip(cap: Cap, at_rim: bool, rng: np.random.Generator) -> Chip:
    """A jagged blob: at the rim (broken off) or a flake of lacquer on the top."""
    broken_off = bool(rng.random() < 0.6) or at_rim
    size = rng.uniform(0.18, 0.26) if broken_off else rng.uniform(0.11, 0.18)
    radius = (
        rng.uniform(0.94, 1.0) if broken_off else cap.product.top_radius * rng.uniform(0.2, 1.1)
    )
    angle = rng.uniform(0, 2 * np.pi)
    corners = int(rng.integers(9, 17))
    around = np.sort(rng.uniform(0, 2 * np.pi, corners))
    rays = size * rng.uniform(0.6, 1.25, corners)
    blob = np.stack([rays * np.cos(around), rays * rng.uniform(0.6, 1.0) * np.sin(around)], 1)
    turn = angle + np.pi / 2 if broken_off else rng.uniform(0, 2 * np.pi)
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    centre = radius * np.array([np.cos(angle), np.sin(angle)])
    return Chip(
        line=blob @ rotation.T + centre,
        depth=float(rng.uniform(0.02, 0.05)),
        broken_off=broken_off,
        bright=bool(np.mean(cap.base) < 0.5),
        texture_seed=int(rng.integers(2**31)),
    )


def scratch_coverage(
    points_px: Points, strength: Points, width_px: float, size: int
) -> tuple[Array, Array]:
    """Strength and footprint, each (size, size) float32 0 to 1, of a scratch in a photo."""
    drawn, footprint = np.zeros((size, size), np.uint8), np.zeros((size, size), np.uint8)
    thickness = max(2, round(width_px))
    fixed = np.round(points_px * 2**SHIFT).astype(int)
    for index in range(len(fixed) - 1):
        ends = fixed[index].tolist(), fixed[index + 1].tolist()
        value = int(255 * strength[index])
        cv2.line(drawn, *ends, value, thickness, cv2.LINE_AA, SHIFT)
        cv2.line(footprint, *ends, 255, thickness + BRUSH_PX, cv2.LINE_8, SHIFT)
    return _unit(drawn), _unit(footprint)


def chip_coverage(points_px: Points, seed: int, size: int) -> Array:
    """Footprint of a chip in a photo, (size, size) float32 0 to 1, with a frayed border."""
    area = np.zeros((size, size), np.uint8)
    fixed = np.round(points_px * 2**SHIFT).astype(np.int32)
    cv2.fillPoly(area, [fixed], 255, cv2.LINE_AA, SHIFT)
    grain = np.random.default_rng(seed).random((size // 4, size // 4), np.float32) - 0.5
    frayed = cv2.GaussianBlur(_unit(area), (0, 0), 2.5) + 0.5 * cv2.resize(grain, (size, size)) * (
        cv2.GaussianBlur(_unit(area), (0, 0), 4.0)
    )
    return smooth_step(frayed.astype(np.float32), 0.40, 0.60)


def _unit(image: cv2.typing.MatLike) -> Array:
    return (image / np.float32(255)).astype(np.float32)


def index_mask(
    defects: Sequence[Defect], footprints: Sequence[Array], side: int
) -> npt.NDArray[np.uint8]:
    """The annotation: (side, side) uint8, 0 background, 1 scratch, 2 chip."""
    mask = np.zeros((side, side), np.uint8)
    for value, kind in ((1, "scratch"), (2, "chip")):
        for defect, footprint in zip(defects, footprints, strict=True):
            if defect.kind == kind:
                mask[cv2.resize(footprint, (side, side), interpolation=cv2.INTER_AREA) > 0.45] = (
                    value
                )
    return mask
