"""What all tasks read from a recipe in the same way."""

from __future__ import annotations

from typing import Literal

from engine.data.view import View
from engine.recipe import Recipe
from engine.tasks.augment import Augmentation

Flip = Literal["off", "horizontal", "vertical", "both"]


def view_of(recipe: Recipe) -> View:
    """What the network sees of a photo; a task may shrink it where the size is automatic."""
    resize = recipe.input.resize
    return View(
        roi_xywh=recipe.input.roi_xywh,
        size_hw=recipe.input.size_hw,
        resize="none" if resize == "auto" else resize,
        grey=recipe.input.channels == "gray",
    )


def augmentation_of(
    recipe: Recipe,
    patch_hw: tuple[int, int],
    *,
    automatic_flip: Flip,
    automatic_rotation_deg: float,
) -> Augmentation:
    """The random changes of a patch of this size in px.

    Args:
        automatic_flip: what `augment.flip: auto` stands for.
        automatic_rotation_deg: what `augment.rotate: auto` stands for.
    """
    augment = recipe.augment
    flip = automatic_flip if augment.flip == "auto" else augment.flip
    rotate = augment.rotate_deg
    return Augmentation(
        flip_horizontal=flip in ("horizontal", "both"),
        flip_vertical=flip in ("vertical", "both"),
        rotate_deg=automatic_rotation_deg if isinstance(rotate, str) else rotate,
        scale=augment.scale.fraction,
        shift=augment.shift.fraction,
        brightness=augment.brightness.fraction,
        contrast=augment.contrast.fraction,
        blur_px=augment.blur.exact_px(patch_hw),
        noise=augment.noise.fraction,
        elastic_px=augment.elastic.exact_px(patch_hw),
    )
