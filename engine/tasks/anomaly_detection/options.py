"""A recipe's words on anomaly detection as plain values: this is where its keys take effect.

`evaluate.py` alone reads one key more, `accept`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

from engine.data.view import View
from engine.recipe import Recipe
from engine.recipe.units import Length
from engine.tasks.augment import Augmentation
from engine.tasks.from_recipe import augmentation_of, view_of
from engine.tasks.schedule import Schedule, batch_of, schedule_of

Architecture = Literal["patch_memory", "synthetic_defects"]

PATCH = 128
PIXELS_A_STEP = 8 * 128 * 128
TILE = 512
DEFAULT_STEPS = 2000
Unit = Literal["object", "photo"]
"""What is counted, in words."""

ROTATION_DEG = 15.0
"""What `augment.rotate: auto` is."""

LEARNING_RATE = 3e-3


@dataclass(frozen=True, slots=True)
class AnomalyOptions:
    """Everything that a model of good parts depends on.

    Attributes:
        kinds: of defect, as the data set names them.
        margin: the edge band, as written; in px it depends on the photo.
        patch_hw: size of the patches of training in px (`synthetic_defects`).
        tile_hw, overlap: of the tiles in prediction, in px, and as a share.
        augmentation: of patches of training; drawn defects come after it.
        schedule: how long and how to train; its batch is of patches.
    """

    kinds: tuple[str, ...]
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
    schedule: Schedule
    deterministic: bool


def resolve(recipe: Recipe, kinds: tuple[str, ...]) -> AnomalyOptions:
    """The options of a recipe on data with these kinds of defect."""
    patch_hw = recipe.input.tile_hw or (PATCH, PATCH)
    return AnomalyOptions(
        kinds=kinds,
        margin=recipe.margins.edge,
        view=view_of(recipe),
        patch_hw=patch_hw,
        tile_hw=recipe.input.tile_hw or (TILE, TILE),
        overlap=recipe.input.overlap.fraction,
        backbone=cast(str, recipe.model.backbone),
        architecture=cast(Architecture, recipe.model.architecture),
        weights=recipe.model.weights,
        freeze=recipe.model.freeze,
        augmentation=augmentation_of(
            recipe, patch_hw, automatic_flip="both", automatic_rotation_deg=ROTATION_DEG
        ),
        schedule=schedule_of(
            recipe,
            batch_of(patch_hw, PIXELS_A_STEP, least=4, most=32),
            DEFAULT_STEPS,
            LEARNING_RATE,
        ),
        deterministic=recipe.train.deterministic,
    )


def unit_of(recipe: Recipe) -> Unit:
    """What notes call an object: a photo, where each is an object of its own."""
    return "photo" if recipe.data.object == "image" else "object"
