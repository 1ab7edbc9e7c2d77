"""A recipe becomes a detector here: options and photos in, what the training loop needs out."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

import keras
import tensorflow as tf

from engine import kcv
from engine.data.intensity import white_level
from engine.recipe import Recipe
from engine.records import Split
from engine.tasks.chosen import spread_over_classes
from engine.tasks.detection import loss
from engine.tasks.detection.deployment import Deployment
from engine.tasks.detection.detections import Things
from engine.tasks.detection.grid import Grid
from engine.tasks.detection.infer import Inference
from engine.tasks.detection.model import build_detector
from engine.tasks.detection.notes import misfits, shrinking
from engine.tasks.detection.options import (
    DetectionOptions,
    largest_extent_px,
    orders_of,
    resolve,
)
from engine.tasks.detection.patches import PatchSampler, ignore_margin, index_things
from engine.tasks.detection.photos import Photos, open_photos
from engine.tasks.detection.shrink import view_for
from engine.tasks.detection.targets import shapes
from engine.tasks.detection.validate import validate
from engine.tasks.task import CompiledModel
from engine.tasks.trainable import make_ready, parameters_of, plan_of, repays
from engine.train.plan import Trainable

SETTLE_FROM = 0.6
"""Share of the budget after which batch normalisation stands still (`Plan.settle_from`).

With few patches a step the network learns to lean on what else the batch shows, which a photo
alone does not: oranges on blue belts came out as slivers, on training photos as well."""

XLA_STEPS, XLA_SECONDS = 800, 200.0
"""Budgets from which on a step compiled by XLA repays its 30 s of compiling, both times (a step of
4 × 192² takes 0.12 s instead of 0.19; benchmarks/detection)."""

VALIDATION_PHOTOS = 32
"""Photos looked at during training; all of them choose the thresholds afterwards."""


def compile_recipe(recipe: Recipe, split: Split) -> CompiledModel:
    """The recipe's model, ready for the training loop. Photos are read as they are asked for."""
    margin, orders = recipe.margins.edge, orders_of(recipe)
    oriented = recipe.task == "oriented_detection"
    view = view_for(recipe, split.train.samples, orders, oriented=oriented)
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
    chosen = spread_over_classes(split.validation.samples, VALIDATION_PHOTOS)
    watched = open_photos(chosen, view, margin, orders, oriented=oriented)
    grid = Grid(options.strides, options.patch_hw)
    class_count = len(options.class_names)
    middles, cell_px = grid.middles(), grid.cell_px()
    provenance: dict[str, Any] = {}

    def build() -> keras.Model:
        model, loaded = build_model(options)
        provenance.update(asdict(loaded))
        return model

    trainable = Trainable(
        build=build,
        draw=_sampler(options, photos, grid, white).draw,
        example=(
            ((*options.patch_hw, 3), "float32"),
            *((shape, "float32") for shape in shapes(grid, class_count)),
        ),
        loss_sums=lambda targets, outputs: loss.loss_sums(
            targets, outputs, class_count, (tf.constant(middles), tf.constant(cell_px))
        ),
        loss=loss.loss_from_sums,
        validate=lambda model: validate(model, watched, inference, options),
    )
    deployment = Deployment(options.class_names, oriented, margin, inference)
    plan = plan_of(options, len(photos.samples), SETTLE_FROM)
    known = backbone.family == "yolov8" and not recipe.train.deterministic
    plan = replace(plan, xla=known and repays(plan, XLA_STEPS, XLA_SECONDS))
    own = {"strides": " ".join(str(stride) for stride in options.strides)}
    if view.scale != 1.0:
        own["shrunk_to"] = f"{100 * view.scale:.3g} %"
    parameters = parameters_of(options, plan, own)
    stated = recipe.input.tile_hw is not None
    notes = (
        *shrinking(view, split.train.samples, photos),
        *misfits(options, _inspected(photos), stated=stated),
    )
    return CompiledModel(trainable, plan, deployment, parameters, provenance, notes)


def build_model(options: DetectionOptions) -> tuple[keras.Model, kcv.WeightsRecord]:
    """The network of the options, and what weights its backbone starts from.

    Raises:
        UsageError: unknown backbone, or weights that do not fit it.
        RunFailed: weights that cannot be fetched.
    """
    backbone = kcv.build_backbone(options.backbone)
    record = kcv.load_weights(backbone, options.weights)
    model = build_detector(
        backbone, len(options.class_names), options.strides, oriented=options.oriented
    )
    make_ready(model, backbone, freeze=options.freeze)
    return model, record


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
        seed=options.seed,
    )
