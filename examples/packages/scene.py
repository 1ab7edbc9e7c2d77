"""A package on the belt as the lens sees it: one relief, lit as a whole, its codes apart."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from examples.packages.face import Face
from examples.packages.ground import SIDE, Ground
from examples.packages.light import lit, printed_light
from examples.packages.printing import FINE
from examples.packages.view import SIZE_HW, Matrix, View, projection, unbent
from examples.relief import Array, single

PAD = 24
"""Px around the photo that are drawn for the shadows that fall into it."""
CANVAS_HW = ((SIZE_HW[0] + 2 * PAD) * FINE, (SIZE_HW[1] + 2 * PAD) * FINE)
STEPS = 10
"""In so many slices the sides of a package are built up."""


@dataclass(frozen=True, slots=True)
class Scene:
    """Linear light (h, w, 3), twice the photo's size: `bare` without codes, `printed` with them."""

    bare: Array
    printed: Array


def render(face: Face, ground: Ground, view: View) -> Scene:
    """The photo's field of view."""
    albedo, height, gloss, metal = _belt(ground, view)
    _sides(face, view, albedo, height, gloss, metal)
    at = _on_face(face, view)
    cover = _seen(face.cover, at)
    on, share = cover > 0.5, cover[..., None]
    albedo += (_seen(face.albedo, at) - albedo) * share
    np.copyto(height, face.lift + _seen(face.height, at), where=on)
    np.copyto(gloss, _seen(face.gloss, at), where=on)
    np.copyto(metal, _seen(face.metal, at), where=on)
    ink = _seen(face.ink, at) * share
    light = lit(albedo, height, gloss, metal, view)
    inner = slice(PAD * FINE, -PAD * FINE)
    bare, plain, shine = (layer[inner, inner] for layer in (light.all, light.plain, light.shine))
    return Scene(bare, printed_light(bare, ink[inner, inner], plain, shine))


def _belt(ground: Ground, view: View) -> tuple[Array, Array, Array, Array]:
    """The empty belt: albedo, height, gloss, metal over the canvas."""
    matrix = projection(view, view.belt_rad, (0.0, 0.0), 0.0)
    x, y = _plane(matrix)
    at = (single((x + SIDE / 2) * FINE - 0.5), single((y + SIDE / 2) * FINE - 0.5))
    border = cv2.BORDER_REFLECT
    albedo = single(cv2.remap(ground.albedo, *at, cv2.INTER_LINEAR, borderMode=border))
    height = single(cv2.remap(ground.height, *at, cv2.INTER_LINEAR, borderMode=border))
    return (
        albedo,
        height,
        np.full(CANVAS_HW, ground.gloss, np.float32),
        np.full(CANVAS_HW, ground.metal, np.float32),
    )


def _sides(
    face: Face, view: View, albedo: Array, height: Array, gloss: Array, metal: Array
) -> None:
    """Builds the sides up below the face, where the camera sees past its border."""
    for step in range(STEPS):
        lift = face.lift * step / STEPS
        cover = _seen(face.cover, _on_face(face, view, lift))
        share = cover[..., None]
        albedo += (single(face.side) - albedo) * share
        on = cover > 0.5
        height[on], gloss[on], metal[on] = lift, 0.1, 0.0


def _plane(matrix: Matrix) -> tuple[Array, Array]:
    """Places (x, y) in a plane that the canvas' px see."""
    y, x = np.mgrid[0 : CANVAS_HW[0], 0 : CANVAS_HW[1]].astype(np.float64)
    x, y = (x + 0.5) / FINE - PAD, (y + 0.5) / FINE - PAD
    back = np.linalg.inv(matrix)
    along = back @ np.stack([x.ravel(), y.ravel(), np.ones(x.size)])
    return single((along[0] / along[2]).reshape(x.shape)), single(
        (along[1] / along[2]).reshape(x.shape)
    )


def _on_face(face: Face, view: View, lift: float | None = None) -> tuple[Array, Array]:
    """Px of a face's maps that the canvas' px see, the face lying at a height."""
    lies = face.lift if lift is None else lift
    x, y = _plane(projection(view, view.angle_rad, view.shift, lies))
    width, height = face.size_wh
    across = unbent(x, face.bend)
    return single((across + width / 2) * FINE - 0.5), single((y + height / 2) * FINE - 0.5)


def _seen(layer: Array, at: tuple[Array, Array]) -> Array:
    """A map of the face over the canvas; 0 beyond it."""
    return single(cv2.remap(layer, *at, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT))
