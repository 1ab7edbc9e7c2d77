"""What a detector learns from, before there is a network: photos, options, patches and targets.

Tasks that detect and do more (OCR reads what was found) build on this as detection itself does.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import tensorflow as tf

from engine import kcv
from engine.data.intensity import white_level
from engine.recipe import Recipe
from engine.records import Split
from engine.tasks.detection import loss
from engine.tasks.detection.detections import Things
from engine.tasks.detection.grid import Grid
from engine.tasks.detection.infer import Inference
from engine.tasks.detection.notes import misfits, shrinking
from engine.tasks.detection.options import (
    DetectionOptions,
    is_oriented,
    largest_extent_px,
    orders_of,
    resolve,
)
from engine.tasks.detection.patches import PatchSampler, ignore_margin, index_things
from engine.tasks.detection.photos import Photos, open_photos
from engine.tasks.detection.shrink import SHRINKING, Shrinking, view_for
from engine.tasks.detection.targets import shapes
from engine.train.plan import Arrays


@dataclass(frozen=True, slots=True)
class Prepared:
    """Everything that a detector is trained with but the loop.

    Attributes:
        photos: of training.
        draw: (step, position) -> a patch and its targets.
        example: shape and dtype of each array that `draw` gives.
        loss_sums: (targets, outputs) -> what `loss.loss_from_sums` takes.
        notes: what a reader of the report must know, as sentences.
    """

    options: DetectionOptions
    photos: Photos
    inference: Inference
    draw: Callable[[int, int], Arrays]
    example: Sequence[tuple[tuple[int, ...], str]]
    loss_sums: Callable[[tuple[Any, ...], Any], dict[str, Any]]
    notes: tuple[str, ...]


def prepare(recipe: Recipe, split: Split, shrinking_of_task: Shrinking = SHRINKING) -> Prepared:
    """Opens the training photos, of which none is read yet, and decides what they suggest."""
    margin, orders, oriented = recipe.margins.edge, orders_of(recipe), is_oriented(recipe)
    view = view_for(recipe, split.train.samples, orders, shrinking_of_task, oriented=oriented)
    photos = open_photos(split.train.samples, view, margin, orders, oriented=oriented)
    white = white_level(
        photos.image(index) for index, sample in enumerate(photos.samples) if sample.bit_depth > 8
    )
    backbone = kcv.find_backbone(str(recipe.model.backbone))
    options = resolve(recipe, photos.things, photos.sizes_hw, backbone.strides)
    if backbone.family == "mix_transformer":
        # Its attention is over the whole tile: it must see tiles of the size it learnt on.
        options = replace(options, tile_hw=options.patch_hw)
    inference = Inference(
        view,
        white,
        options.orders,
        options.strides,
        options.tile_hw,
        options.overlap,
        largest_extent_px(photos.things),
    )
    grid = Grid(options.strides, options.patch_hw)
    class_count = len(options.class_names)
    middles, cell_px = grid.middles(), grid.cell_px()
    stated = recipe.input.tile_hw is not None
    return Prepared(
        options=options,
        photos=photos,
        inference=inference,
        draw=_sampler(options, photos, grid, white).draw,
        example=(
            ((*options.patch_hw, 3), "float32"),
            *((shape, "float32") for shape in shapes(grid, class_count)),
        ),
        loss_sums=lambda targets, outputs: loss.loss_sums(
            targets, outputs, class_count, (tf.constant(middles), tf.constant(cell_px))
        ),
        notes=(
            *shrinking(view, split.train.samples, photos),
            *misfits(options, _inspected(photos), stated=stated),
        ),
    )


def _inspected(photos: Photos) -> tuple[Things, ...]:
    """The things of each photo, those in the margin to be ignored."""
    return tuple(
        ignore_margin(own, size_hw, margin_px)
        for own, size_hw, margin_px in zip(
            photos.things, photos.sizes_hw, photos.margins_px, strict=True
        )
    )


def _sampler(options: DetectionOptions, photos: Photos, grid: Grid, white: float) -> PatchSampler:
    objects = [sample.object for sample in photos.samples]
    things = _inspected(photos)
    return PatchSampler(
        images=photos.image,
        things=things,
        margins_px=photos.margins_px,
        index=index_things(things, objects, len(options.class_names)),
        orders=options.orders,
        oriented=options.oriented,
        augmentation=options.augmentation,
        white_16_bit=white,
        grid=grid,
        seed=options.schedule.seed,
    )
