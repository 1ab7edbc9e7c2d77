"""What the light falls on: the relief, colour and silhouette of one cap as it lies in one photo."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from examples.caps.artwork import PRINT_PX, print_alpha
from examples.caps.backgrounds import RENDER_PX, cloud
from examples.caps.cap import Array, Cap, outline, relief, single, smooth_step
from examples.caps.defects import Chip, Defect, Scratch, chip_coverage, scratch_coverage
from examples.caps.view import View, cap_coordinates, pose, to_photo

BARE_METAL = (0.56, 0.55, 0.53)
RUST = (0.13, 0.09, 0.06)

Inks = tuple[Array, Array]
"""Opacity of the first and the second ink, each (PRINT_PX, PRINT_PX), 0 to 1."""

GROOVE, BURR = 0.030, 0.022
"""Depth of a scratch and height of its lips, in cap radii."""


@dataclass(frozen=True, slots=True)
class Surface:
    """Maps over the render, float32.

    Attributes:
        height: (RENDER_PX, RENDER_PX) above the table, in cap radii.
        albedo: (RENDER_PX, RENDER_PX, 3) RGB, 0 to 1.
        silhouette: (RENDER_PX, RENDER_PX) coverage by the cap, 0 to 1.
    """

    height: Array
    albedo: Array
    silhouette: Array


def flawless_surface(
    cap: Cap, view: View, rng: np.random.Generator, inks: Inks | None = None
) -> Surface:
    """The printed cap without defects, with the orange peel of its lacquer.

    Args:
        cap: what is seen.
        view: how it lies.
        rng: for the peel.
        inks: as `printed` takes them; None: the product's print.
    """
    u, v = cap_coordinates(view)
    peel = (cap.gloss * 0.0004 + 0.0002) * cloud(rng, (170, 170))
    albedo = printed(cap, view, inks or print_alpha(cap))
    return Surface(single(relief(cap, u, v) + peel), albedo, outline(cap, u, v))


def printed(cap: Cap, view: View, inks: Inks) -> Array:
    """Albedo (RENDER_PX, RENDER_PX, 3) of the cap with both inks on it, the first above."""
    albedo = single(np.broadcast_to(cap.base, (RENDER_PX, RENDER_PX, 3)))
    for colour, alpha in zip((cap.second_ink, cap.ink), reversed(inks), strict=True):
        albedo = single(albedo + (single(colour) - albedo) * placed(alpha, view)[..., None])
    return albedo


def placed(layer: Array, view: View) -> Array:
    """A layer of the print (PRINT_PX, PRINT_PX) as it lies in a photo (RENDER_PX, RENDER_PX)."""
    half = PRINT_PX / 2
    to_print = np.array([[half, 0, half], [0, half, half], [0, 0, 1]])
    matrix = (np.vstack([pose(view), [0, 0, 1]]) @ np.linalg.inv(to_print))[:2]
    return single(cv2.warpAffine(layer, matrix, (RENDER_PX, RENDER_PX)))


def damaged(cap: Cap, defect: Defect, view: View, surface: Surface) -> tuple[Surface, Array]:
    """The surface with one more defect, and the defect's footprint (RENDER_PX, RENDER_PX)."""
    if isinstance(defect, Scratch):
        return _scratched(cap, defect, view, surface)
    return _chipped(cap, defect, view, surface)


def _scratched(cap: Cap, scratch: Scratch, view: View, surface: Surface) -> tuple[Surface, Array]:
    """A groove that shows bare material or dirt, between two burrs that catch the light."""
    points = to_photo(view, scratch.line)
    width_px = scratch.width * view.radius
    drawn, footprint = scratch_coverage(points, scratch.strength, width_px, RENDER_PX)
    bare = 0.10 * single(cap.base) + 0.95 if scratch.bright else 0.10 * single(cap.base)
    albedo = surface.albedo + (bare - surface.albedo) * drawn[..., None]
    burrs = np.clip(2.0 * cv2.GaussianBlur(drawn, (0, 0), 2.0) - drawn, 0.0, 1.0)
    height = single(surface.height + BURR * burrs - GROOVE * drawn)
    return Surface(height, single(albedo), surface.silhouette), footprint


def _chipped(cap: Cap, chip: Chip, view: View, surface: Surface) -> tuple[Surface, Array]:
    """A rough hollow with a pale border; one at the rim lets the table show through."""
    footprint = chip_coverage(to_photo(view, chip.line), chip.texture_seed, RENDER_PX)
    rng = np.random.default_rng(chip.texture_seed)
    rough = cloud(rng, (90, 90)) + 0.6 * cloud(rng, (190, 190))
    bare = 0.25 * single(cap.base) + single(BARE_METAL if chip.bright else RUST)
    material = bare * (1.0 + 0.16 * rough)[..., None]
    fringe = np.clip(cv2.GaussianBlur(footprint, (0, 0), 2.2) * 2.0, 0, 1) - footprint
    pale = surface.albedo + 0.30 * np.clip(fringe, 0, 1)[..., None]
    silhouette = surface.silhouette
    if chip.broken_off:
        core = smooth_step(cv2.GaussianBlur(footprint, (0, 0), 5.0), 0.62, 0.8)
        radius = np.hypot(*cap_coordinates(view))
        silhouette = single(silhouette * (1.0 - core * smooth_step(radius, 0.955, 0.975)))
    hollow = Surface(
        height=single(surface.height - footprint * (chip.depth + 0.004 * rough)),
        albedo=single(pale + (material - pale) * footprint[..., None]),
        silhouette=silhouette,
    )
    return hollow, footprint
