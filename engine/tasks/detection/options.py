"""A recipe's words on detection as plain values, with the defaults that the data suggest.

This is where recipe keys take effect, but for those that say what is seen of photos (`shrink.py`)
and `accept` (`evaluate.py`): `compile.py` works with what is read here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

import numpy as np
from numpy.typing import NDArray

from engine.data.tiles import round_up
from engine.errors import UsageError
from engine.recipe import Recipe
from engine.recipe.metrics import ORIENTED
from engine.recipe.networks import STRIDE
from engine.records import IGNORE
from engine.tasks.augment import Augmentation
from engine.tasks.detection.boxes import AXIS, HEADING, NO_ANGLE, order_of
from engine.tasks.detection.detections import Things
from engine.tasks.detection.grid import strides_for
from engine.tasks.from_recipe import Flip, augmentation_of
from engine.tasks.schedule import Schedule, batch_of, schedule_of

FINEST, COARSEST = 4, 32
"""Strides in px that a level may have."""

SMALLEST_PATCH, LARGEST_PATCH = 128, 320
AROUND, JUST_WHOLE = 2.0, 1.1
"""Sides of a patch, in those of the things it is to show: their longer sides, and, where that is
more than `LARGEST_PATCH`, their diagonals. A patch that shows no thing whole teaches nothing."""

PIXELS_A_STEP = 4 * 192 * 192
LEAST_BATCH, MOST_BATCH = 4, 32
"""Pixels in a batch of automatic size, and its patches: many small steps learn sooner than half as
many of twice the size (benchmarks/detection)."""

DEFAULT_STEPS = 3000
LEARNING_RATE = 3e-3
INFERENCE_TILE = 1024

LITTLE_ROTATION_DEG = 15.0
SCATTERED = 0.5
"""Length of the mean of all headings, as unit vectors, below which they point everywhere."""


@dataclass(frozen=True, slots=True)
class DetectionOptions:
    """Everything that training and evaluating a detector depends on.

    Attributes:
        class_names: in the order of the recipe.
        orders: the symmetry of each class as a number, see `engine.tasks.detection.boxes`.
        oriented: whether boxes have angles; else they are upright.
        patch_hw: size of the training patches in px.
        tile_hw: size of the tiles in prediction, in px.
        overlap: of those tiles, as a share.
        strides: of the levels that answer.
        schedule: how long and how to train; its batch is of patches.
    """

    class_names: tuple[str, ...]
    orders: tuple[int, ...]
    oriented: bool
    patch_hw: tuple[int, int]
    tile_hw: tuple[int, int]
    overlap: float
    strides: tuple[int, ...]
    backbone: str
    architecture: str
    weights: Literal["none", "imagenet"] | Path
    freeze: bool
    augmentation: Augmentation
    schedule: Schedule


def orders_of(recipe: Recipe) -> tuple[int, ...]:
    """The symmetry of each class as a number.

    A text has an axis to whoever looks for it; which end is its beginning, reading tells.
    """
    if recipe.task == "ocr":
        return (AXIS,) * len(recipe.classes)
    oriented = is_oriented(recipe)
    return tuple(order_of(spec.symmetry, oriented=oriented) for spec in recipe.classes.values())


def is_oriented(recipe: Recipe) -> bool:
    """Whether boxes have angles."""
    return recipe.task in ORIENTED


def resolve(
    recipe: Recipe,
    things: Sequence[Things],
    sizes_hw: Sequence[tuple[int, int]],
    offered: tuple[int, ...],
) -> DetectionOptions:
    """The options of a recipe for its training photos.

    Args:
        things: of each training photo, in px of what the network sees.
        sizes_hw: of these pictures, in px.
        offered: strides of the backbone's pyramid.
    """
    oriented, orders = is_oriented(recipe), orders_of(recipe)
    boxes = _boxes(things)
    patch_hw = recipe.input.tile_hw or _patch_hw(boxes, sizes_hw)
    _require_room(boxes, patch_hw, stated=recipe.input.tile_hw is not None)
    turns = _automatic_rotation_deg(things, orders) if oriented else 0.0
    levels = tuple(stride for stride in offered if FINEST <= stride <= COARSEST)
    return DetectionOptions(
        class_names=tuple(recipe.classes),
        orders=orders,
        oriented=oriented,
        patch_hw=patch_hw,
        tile_hw=recipe.input.tile_hw or (INFERENCE_TILE, INFERENCE_TILE),
        overlap=recipe.input.overlap.fraction,
        strides=strides_for(boxes[:, 2:4], levels),
        backbone=cast(str, recipe.model.backbone),
        architecture=cast(str, recipe.model.architecture),
        weights=recipe.model.weights,
        freeze=recipe.model.freeze,
        augmentation=augmentation_of(
            recipe,
            patch_hw,
            automatic_flip=_automatic_flip(recipe, orders),
            automatic_rotation_deg=turns,
        ),
        schedule=schedule_of(
            recipe,
            batch_of(patch_hw, PIXELS_A_STEP, LEAST_BATCH, MOST_BATCH),
            DEFAULT_STEPS,
            LEARNING_RATE,
        ),
    )


def _automatic_flip(recipe: Recipe, orders: tuple[int, ...]) -> Flip:
    """Off where mirrored things are other things: those with a heading, and texts."""
    return "off" if HEADING in orders or recipe.task == "ocr" else "both"


def largest_extent_px(things: Sequence[Things]) -> float:
    """Diagonal of the largest thing; 0 without any."""
    boxes = _boxes(things)
    return float(np.hypot(boxes[:, 2], boxes[:, 3]).max(initial=0.0))


def _boxes(things: Sequence[Things]) -> NDArray[np.float32]:
    """All boxes (n, 5) but those to be ignored."""
    known = [own.boxes[own.classes != IGNORE] for own in things]
    return np.concatenate([np.empty((0, 5), np.float32), *known])


def _patch_hw(boxes: NDArray[np.float32], sizes_hw: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """A patch that shows nine of ten things whole with as much around them, within the photo.

    Of large things it shows the median one whole and little around it.
    """
    sides = boxes[:, 2:4] if len(boxes) else np.full((1, 2), SMALLEST_PATCH / AROUND)
    wanted = AROUND * float(np.percentile(sides.max(axis=1), 90))
    wanted = min(max(wanted, SMALLEST_PATCH), LARGEST_PATCH)
    typically = float(np.median(np.hypot(sides[:, 0], sides[:, 1])))
    wanted = min(max(wanted, JUST_WHOLE * typically), INFERENCE_TILE)
    typical = [float(np.median([size[axis] for size in sizes_hw])) for axis in (0, 1)]
    height, width = (round_up(int(min(wanted, max(length, STRIDE)))) for length in typical)
    return height, width


def _require_room(boxes: NDArray[np.float32], patch_hw: tuple[int, int], *, stated: bool) -> None:
    """Refuses patches that show not one thing whole: nothing could be learnt from them."""
    smallest = float(boxes[:, 2:4].max(axis=1).min()) if len(boxes) else 0.0
    if smallest > max(patch_hw):
        raise UsageError(
            "not one of the training things fits into a training patch",
            where="input.tile" if stated else "input.size",
            received=f"{patch_hw[1]}x{patch_hw[0]} px, and the smallest thing is {smallest:.0f} px",
            allowed="patches larger than the things, as the network sees them",
            fix="Enlarge input.tile, or leave it out"
            if stated
            else "Shrink the photos with input.size and resize: fit, until the things fit",
        )


def _automatic_rotation_deg(things: Sequence[Things], orders: tuple[int, ...]) -> float:
    """180 where things of the training photos lie at all angles; else little."""
    pointing = [
        np.exp(1j * order * own.boxes[own.classes == index, 4])
        for own in things
        for index, order in enumerate(orders)
        if order != NO_ANGLE
    ]
    everything = np.concatenate([np.empty(0, complex), *pointing])
    if not len(everything):
        return 180.0
    return 180.0 if abs(everything.mean()) < SCATTERED else LITTLE_ROTATION_DEG
