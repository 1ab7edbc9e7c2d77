"""A recipe becomes a model here: options and photos in, what the training loop needs out."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

import keras

from engine import kcv
from engine.data.intensity import white_level
from engine.recipe import Recipe
from engine.records import Split
from engine.tasks.chosen import spread_over_classes
from engine.tasks.segmentation import loss
from engine.tasks.segmentation.deployment import Deployment
from engine.tasks.segmentation.infer import Inference
from engine.tasks.segmentation.model import build_unet
from engine.tasks.segmentation.options import SegmentationOptions, fit_to_defects, resolve
from engine.tasks.segmentation.patches import PatchIndex, PatchSampler, index_patches
from engine.tasks.segmentation.photos import Photos, open_photos
from engine.tasks.segmentation.validate import validate
from engine.tasks.small_photo import least_side_px
from engine.tasks.task import CompiledModel
from engine.tasks.trainable import make_ready, parameters_of, plan_of, repays
from engine.train.plan import Trainable

VALIDATION_PHOTOS = 48
"""Photos looked at during training; all of them choose the thresholds afterwards."""

XLA_STEPS, XLA_SECONDS = 400, 90.0
"""Budgets from which on a step compiled by XLA repays its 12 s of compiling (0.1 s a step less)."""


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
    least_px = least_side_px(photos.samples, inference.view)
    deployment = Deployment(options.class_names, options.margin, inference, least_side_px=least_px)
    plan = plan_of(options.schedule, len(photos.samples))
    plan = replace(plan, xla=_is_known_to_xla(options) and repays(plan, XLA_STEPS, XLA_SECONDS))
    return CompiledModel(trainable, plan, deployment, parameters_of(options, plan), provenance)


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
    make_ready(model, backbone, freeze=options.freeze)
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
        seed=options.schedule.seed,
    )


def _index(options: SegmentationOptions, photos: Photos) -> PatchIndex:
    objects = [sample.object for sample in photos.samples]
    return index_patches(photos.labels, objects, len(options.class_names), options.schedule.seed)


def _is_known_to_xla(options: SegmentationOptions) -> bool:
    """Whether XLA is known to compile the network, and as deterministic as asked for."""
    if options.deterministic:
        return False  # XLA has no deterministic gradient of max pooling
    return options.architecture == "unet" and kcv.find_backbone(options.backbone).family == "plain"
