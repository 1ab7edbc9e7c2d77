"""A recipe's words on segmentation as plain values, with the defaults that the data suggest.

This is where recipe keys take effect: `compile.py` works with what is read here.
`evaluate.py` alone reads one key more, `accept`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, cast

import numpy as np

from engine.data.tiles import round_up
from engine.data.view import View
from engine.recipe import Recipe
from engine.recipe.networks import STRIDE
from engine.recipe.units import Length
from engine.records import Sample
from engine.tasks.augment import Augmentation
from engine.tasks.from_recipe import augmentation_of, view_of
from engine.tasks.schedule import Schedule, batch_of, schedule_of

LARGEST_PATCH = 256
SMALLEST_PATCH = 96
PIXELS_A_STEP = 8 * 128 * 128
"""Pixels in a batch of automatic size. On little data many small steps beat few large ones
(benchmarks/segmentation/README.md)."""

DEFAULT_STEPS = 3000
INFERENCE_TILE = 512
ROTATION_DEG = 15.0
"""What `augment.rotate: auto` is."""

LEARNING_RATES = {"unet": 3e-3, "deeplab_v3_plus": 1e-3, "segformer": 1e-3}


Architecture = Literal["unet", "deeplab_v3_plus", "segformer"]
"""The names of `engine.recipe.networks`, which the recipe's rules hold to."""


@dataclass(frozen=True, slots=True)
class SegmentationOptions:
    """Everything that training and evaluating a segmentation model depends on.

    Attributes:
        class_names: without the background.
        margin: the edge band, as written; in px it depends on the photo.
        patch_hw: size of the training patches in px.
        tile_hw: size of the tiles in prediction, in px.
        overlap: of those tiles, as a share.
        schedule: how long and how to train; its batch is of patches.
    """

    class_names: tuple[str, ...]
    margin: Length
    view: View
    patch_hw: tuple[int, int]
    tile_hw: tuple[int, int]
    overlap: float
    backbone: str
    architecture: Architecture
    weights: Literal["none", "imagenet"] | Path
    freeze: bool
    augmentation: Augmentation
    patch_is_given: bool
    schedule: Schedule
    deterministic: bool


def resolve(recipe: Recipe) -> SegmentationOptions:
    """The options of a recipe.

    Where the recipe leaves the patch to the data, it is `SMALLEST_PATCH` until `fit_to_defects`.
    """
    patch_hw = recipe.input.tile_hw or (SMALLEST_PATCH, SMALLEST_PATCH)
    architecture = cast(Architecture, recipe.model.architecture)
    return SegmentationOptions(
        class_names=tuple(recipe.classes),
        margin=recipe.margins.edge,
        view=view_of(recipe),
        patch_hw=patch_hw,
        tile_hw=recipe.input.tile_hw or (INFERENCE_TILE, INFERENCE_TILE),
        overlap=recipe.input.overlap.fraction,
        backbone=cast(str, recipe.model.backbone),
        architecture=architecture,
        weights=recipe.model.weights,
        freeze=recipe.model.freeze,
        augmentation=_augmentation(recipe, patch_hw),
        patch_is_given=recipe.input.tile_hw is not None,
        schedule=schedule_of(
            recipe, _automatic_batch(patch_hw), DEFAULT_STEPS, LEARNING_RATES[architecture]
        ),
        deterministic=recipe.train.deterministic,
    )


def fit_to_defects(
    options: SegmentationOptions,
    recipe: Recipe,
    training: Sequence[Sample],
    extents_px: Sequence[int],
) -> SegmentationOptions:
    """The options with a patch, and a batch of it, that suit the size of the defects.

    The patch shows nine of ten defects whole with as much around them, within the photo.

    Args:
        recipe: for what it gives in percent of the patch.
        training: the photos to train on, for their sizes.
        extents_px: longer sides of the defects' bounding boxes, as the network sees them.
    """
    if options.patch_is_given:
        return options
    view = options.view
    sizes = [view.network_size_hw(view.frame_hw(sample.size_hw)) for sample in training]
    extent = float(np.percentile(extents_px, 90)) if len(extents_px) else SMALLEST_PATCH
    wanted = min(max(2 * extent, SMALLEST_PATCH), LARGEST_PATCH)
    typical = [int(np.median([size[axis] for size in sizes])) for axis in (0, 1)]
    height, width = (round_up(int(min(wanted, max(length, STRIDE)))) for length in typical)
    schedule = options.schedule
    if schedule.batch_may_shrink:
        schedule = replace(schedule, batch=_automatic_batch((height, width)))
    return replace(
        options,
        patch_hw=(height, width),
        schedule=schedule,
        augmentation=_augmentation(recipe, (height, width)),
    )


def _augmentation(recipe: Recipe, patch_hw: tuple[int, int]) -> Augmentation:
    return augmentation_of(
        recipe, patch_hw, automatic_flip="both", automatic_rotation_deg=ROTATION_DEG
    )


def _automatic_batch(patch_hw: tuple[int, int]) -> int:
    return batch_of(patch_hw, PIXELS_A_STEP, least=4, most=32)
