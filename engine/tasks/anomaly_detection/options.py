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

Architecture = Literal["patch_memory", "synthetic_defects"]

PATCH = 128
PIXELS_A_STEP = 8 * 128 * 128
TILE = 512
DEFAULT_STEPS = 2000
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
        batch: patches a step; `batch_may_shrink` when it was chosen automatically.
        epochs, steps: at most one is given, and with neither and no time budget `steps` is.
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
    batch: int
    batch_may_shrink: bool
    epochs: int | None
    steps: int | None
    time_budget_s: float | None
    learning_rate: float
    patience: int | None
    seed: int
    deterministic: bool


def resolve(recipe: Recipe, kinds: tuple[str, ...]) -> AnomalyOptions:
    """The options of a recipe on data with these kinds of defect."""
    patch_hw = recipe.input.tile_hw or (PATCH, PATCH)
    train = recipe.train
    nothing_given = train.epochs is None and train.steps is None and train.time_budget_s is None
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
        batch=_automatic_batch(patch_hw) if train.batch_size == "auto" else train.batch_size,
        batch_may_shrink=train.batch_size == "auto",
        epochs=train.epochs,
        steps=DEFAULT_STEPS if nothing_given else train.steps,
        time_budget_s=train.time_budget_s,
        learning_rate=train.learning_rate or LEARNING_RATE,
        patience=train.patience,
        seed=train.seed,
        deterministic=train.deterministic,
    )


def _automatic_batch(patch_hw: tuple[int, int]) -> int:
    return int(min(32, max(4, round(PIXELS_A_STEP / (patch_hw[0] * patch_hw[1])))))
