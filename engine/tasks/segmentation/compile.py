"""A recipe becomes a model here: options and photos in, what the training loop needs out."""

from __future__ import annotations

import math
from dataclasses import asdict, replace
from typing import Any

import keras
import tensorflow as tf

from engine import kcv
from engine.data.intensity import white_level
from engine.recipe import Recipe
from engine.records import Split
from engine.tasks.chosen import spread_over_classes
from engine.tasks.from_recipe import WITHOUT_LIMIT
from engine.tasks.segmentation import loss
from engine.tasks.segmentation.deployment import Deployment
from engine.tasks.segmentation.infer import Inference
from engine.tasks.segmentation.model import build_unet
from engine.tasks.segmentation.options import SegmentationOptions, fit_to_defects, resolve
from engine.tasks.segmentation.patches import PatchIndex, PatchSampler, index_patches
from engine.tasks.segmentation.photos import Photos, open_photos
from engine.tasks.segmentation.validate import validate
from engine.tasks.task import CompiledModel
from engine.train.plan import Plan, Trainable

VALIDATION_PHOTOS = 48
"""Photos looked at during training; all of them choose the thresholds afterwards."""

XLA_STEPS, XLA_SECONDS = 400, 90.0
"""Budgets from which on a step compiled by XLA repays its 12 s of compiling (0.1 s a step less)."""

PATCHES_A_PHOTO = 4
"""What counts as one epoch: so many patches for each training photo."""


def compile_recipe(recipe: Recipe, split: Split) -> CompiledModel:
    """The recipe's model, ready for the training loop. Photos are read as they are asked for."""
    options = resolve(recipe)
    photos = open_photos(split.train.samples, options.view, options.margin)
    white = white_level(
        photos.image(index) for index, sample in enumerate(photos.samples) if sample.bit_depth > 8
    )
    index = _index(options, photos)
    options = fit_to_defects(options, recipe, split.train.samples, index.extents_px)
    if kcv.find_backbone(options.backbone).family == "mix_transformer":
        # Its attention is over the whole tile: it must see tiles of the size it learnt on.
        options = replace(options, tile_hw=options.patch_hw)
    inference = Inference(options.view, white, options.tile_hw, options.overlap)
    chosen = spread_over_classes(split.validation.samples, VALIDATION_PHOTOS)
    watched = open_photos(chosen, options.view, options.margin)
    height, width = options.patch_hw
    class_count = len(options.class_names)
    provenance: dict[str, Any] = {}

    def build() -> keras.Model:
        model, loaded = build_model(options)
        provenance.update(asdict(loaded))
        return model

    trainable = Trainable(
        build=build,
        draw=_sampler(options, photos, index, white).draw,
        example=(((height, width, 3), "float32"), ((height, width), "uint8")),
        loss_sums=lambda targets, outputs: loss.loss_sums(targets[0], outputs, class_count),
        loss=loss.loss_from_sums,
        validate=lambda model: validate(model, watched, inference, options.class_names),
    )
    deployment = Deployment(options.class_names, options.margin, inference)
    plan = _plan(options, len(photos.samples))
    return CompiledModel(trainable, plan, deployment, _parameters(options, plan), provenance)


def build_model(options: SegmentationOptions) -> tuple[keras.Model, kcv.WeightsRecord]:
    """The network of the options, and what weights its backbone starts from.

    Raises:
        UsageError: unknown backbone, or weights that do not fit it.
        RunFailed: weights that cannot be fetched.
    """
    backbone = kcv.build_backbone(options.backbone)
    record = kcv.load_weights(backbone, options.weights)
    class_count = len(options.class_names)
    match options.architecture:
        case "unet":
            model = build_unet(backbone, class_count)
        case "deeplab_v3_plus":
            model = kcv.build_deeplab_v3_plus(backbone, 1 + class_count)
        case "segformer":
            model = kcv.build_segformer(backbone, 1 + class_count)
    backbone.core.trainable = not options.freeze
    replicas = tf.distribute.get_strategy().num_replicas_in_sync
    kcv.prepare_batch_norm(model, synchronized=replicas > 1)
    return model, record


def _sampler(
    options: SegmentationOptions, photos: Photos, index: PatchIndex, white: float
) -> PatchSampler:
    return PatchSampler(
        images=photos.image,
        labels=photos.labels,
        index=index,
        augmentation=options.augmentation,
        white_16_bit=white,
        patch_hw=options.patch_hw,
        seed=options.seed,
    )


def _index(options: SegmentationOptions, photos: Photos) -> PatchIndex:
    objects = [sample.object for sample in photos.samples]
    return index_patches(photos.labels, objects, len(options.class_names), options.seed)


def _plan(options: SegmentationOptions, photo_count: int) -> Plan:
    steps_per_epoch = max(1, math.ceil(photo_count * PATCHES_A_PHOTO / options.batch))
    steps = options.steps or (options.epochs or 0) * steps_per_epoch or WITHOUT_LIMIT
    return Plan(
        steps=steps,
        time_budget_s=options.time_budget_s,
        batch=options.batch,
        batch_may_shrink=options.batch_may_shrink,
        learning_rate=options.learning_rate,
        seed=options.seed,
        patience=options.patience,
        xla=_xla_pays(options, steps),
    )


def _xla_pays(options: SegmentationOptions, steps: int) -> bool:
    """Whether XLA is known to compile the network, and the run is long enough for it."""
    if options.deterministic:
        return False  # XLA has no deterministic gradient of max pooling
    known = options.architecture == "unet" and kcv.find_backbone(options.backbone).family == "plain"
    long_enough = options.time_budget_s is None or options.time_budget_s >= XLA_SECONDS
    return known and long_enough and steps >= XLA_STEPS


def _parameters(options: SegmentationOptions, plan: Plan) -> dict[str, Any]:
    """What TensorBoard lists as hyper-parameters."""
    return {
        "backbone": options.backbone,
        "architecture": options.architecture,
        "weights": str(options.weights),
        "freeze": options.freeze,
        "patch": f"{options.patch_hw[1]}x{options.patch_hw[0]}",
        "batch": plan.batch,
        "steps": plan.steps if plan.steps < WITHOUT_LIMIT else "no limit",
        "time_budget_s": plan.time_budget_s or "no limit",
        "learning_rate": plan.learning_rate,
        "weight_decay": plan.weight_decay,
        "seed": plan.seed,
        **{f"augment/{name}": value for name, value in asdict(options.augmentation).items()},
    }
