"""One photo of a cap of this line, with its defects and where they lie."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np
import numpy.typing as npt

from examples.caps.backgrounds import SIDE_PX
from examples.caps.cap import Array, single, smooth_step
from examples.caps.photo import photographed
from examples.caps.surface import Inks, Surface, damaged, flawless_surface, placed, printed
from examples.caps.view import View, cap_coordinates
from examples.good_caps.defects import Defect, MissingPrint, WrongColour, without_print
from examples.good_caps.product import PrintedCap, inks_of
from examples.good_caps.station import belt

SKIRT = (0.77, 0.81)
"""From where on, in cap radii, the skirt is lacquered apart from the top."""


def render(
    item: PrintedCap, defects: Sequence[Defect], view: View
) -> tuple[Array, list[npt.NDArray[np.uint8]]]:
    """The photo before noise, and the mask of each defect.

    Returns:
        The image (SIDE_PX, SIDE_PX, 3) float32 RGB in grey levels 0 to 255, and one mask
        (SIDE_PX, SIDE_PX) uint8, 0 or 255, a defect.
    """
    rng = np.random.default_rng(view.seed)
    inks = inks_of(item)
    surface = flawless_surface(item.cap, view, rng, inks)
    whole, masks = surface.silhouette, []
    for defect in defects:
        surface, footprint = _with(item, inks, defect, view, surface)
        masks.append(_mask(single(footprint * whole)))
    return photographed(item.cap, surface, view, belt(rng), rng), masks


def _with(
    item: PrintedCap, inks: Inks, defect: Defect, view: View, surface: Surface
) -> tuple[Surface, Array]:
    """The surface with one more defect, and the defect's footprint (RENDER_PX, RENDER_PX)."""
    if isinstance(defect, WrongColour):
        return _recoloured(item, inks, defect, view, surface)
    if isinstance(defect, MissingPrint):
        return _stripped(item, inks, defect, view, surface)
    return damaged(item.cap, defect, view, surface)


def _recoloured(
    item: PrintedCap, inks: Inks, wrong: WrongColour, view: View, surface: Surface
) -> tuple[Surface, Array]:
    other = {
        "ink": replace(item.cap, ink=wrong.colour),
        "second_ink": replace(item.cap, second_ink=wrong.colour),
    }.get(wrong.where, replace(item.cap, base=wrong.colour))
    region = {
        "lacquer": surface.silhouette,
        "skirt": smooth_step(np.hypot(*cap_coordinates(view)), *SKIRT),
    }
    share = region.get(wrong.where, np.ones_like(surface.height))
    change = (printed(other, view, inks) - surface.albedo) * share[..., None]
    seen = {"ink": placed(inks[0], view), "second_ink": placed(inks[1], view)}
    return (
        replace(surface, albedo=single(surface.albedo + change)),
        seen.get(wrong.where, share),
    )


def _stripped(
    item: PrintedCap, inks: Inks, missing: MissingPrint, view: View, surface: Surface
) -> tuple[Surface, Array]:
    """The region is drawn as a person does: round all that is gone, and what lies between."""
    rest = without_print(inks, missing)
    gone = [placed(single(np.abs(ink - left)), view) for ink, left in zip(inks, rest, strict=True)]
    area = (np.maximum(*gone) > 0.25).astype(np.uint8)
    for operation, side in ((cv2.MORPH_CLOSE, 25), (cv2.MORPH_OPEN, 3), (cv2.MORPH_DILATE, 5)):
        kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
        area = np.asarray(cv2.morphologyEx(area, operation, kernel), np.uint8)
    return replace(surface, albedo=printed(item.cap, view, rest)), single(area)


def _mask(footprint: Array) -> npt.NDArray[np.uint8]:
    small = cv2.resize(footprint, (SIDE_PX, SIDE_PX), interpolation=cv2.INTER_AREA)
    return np.where(small > 0.45, 255, 0).astype(np.uint8)
