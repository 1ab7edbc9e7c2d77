"""A recipe becomes a detector here: options and photos in, what the training loop needs out."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

import keras

from engine import kcv
from engine.phrasing import percent
from engine.recipe import Recipe
from engine.records import Split
from engine.tasks.chosen import spread_over_classes
from engine.tasks.detection import loss
from engine.tasks.detection.deployment import Deployment
from engine.tasks.detection.model import build_detector
from engine.tasks.detection.options import DetectionOptions
from engine.tasks.detection.photos import open_photos
from engine.tasks.detection.prepare import Prepared, prepare
from engine.tasks.detection.validate import validate
from engine.tasks.small_photo import least_side_px
from engine.tasks.task import CompiledModel
from engine.tasks.trainable import make_ready, parameters_of, plan_of, repays
from engine.train.plan import Trainable

SETTLE_FROM = 0.6
"""Share of the budget after which batch normalisation stands still (`Plan.settle_from`).

With few patches a step the network learns to lean on what else the batch shows, which a photo
alone does not: oranges on blue belts came out as slivers, on training photos as well."""

VALIDATION_PHOTOS = 32
"""Photos looked at during training; all of them choose the thresholds afterwards."""

XLA_STEPS, XLA_SECONDS = 800, 200.0
"""Budgets from which on a step compiled by XLA repays its 30 s of compiling, both times (a step of
4 × 192² takes 0.12 s instead of 0.19; benchmarks/detection)."""


def compile_recipe(recipe: Recipe, split: Split) -> CompiledModel:
    """The recipe's model, ready for the training loop. Photos are read as they are asked for."""
    prepared = prepare(recipe, split)
    options, inference = prepared.options, prepared.inference
    chosen = spread_over_classes(split.validation.samples, VALIDATION_PHOTOS)
    watched = open_photos(
        chosen,
        inference.view,
        recipe.margins.edge,
        options.orders,
        oriented=options.oriented,
    )
    provenance: dict[str, Any] = {}

    def build() -> keras.Model:
        model, loaded = build_model(options)
        provenance.update(asdict(loaded))
        return model

    trainable = Trainable(
        build=build,
        draw=prepared.draw,
        example=prepared.example,
        loss_sums=prepared.loss_sums,
        loss=loss.loss_from_sums,
        validate=lambda model: validate(model, watched, inference, options),
    )
    deployment = Deployment(
        options.class_names,
        options.oriented,
        recipe.margins.edge,
        inference,
        least_side_px=least_side_px(prepared.photos.samples, inference.view),
    )
    plan = plan_of(options.schedule, len(prepared.photos.samples), SETTLE_FROM)
    family = kcv.find_backbone(options.backbone).family
    known = family == "yolov8" and not recipe.train.deterministic
    plan = replace(plan, xla=known and repays(plan, XLA_STEPS, XLA_SECONDS))
    parameters = parameters_of(options, plan, decided(prepared))
    return CompiledModel(trainable, plan, deployment, parameters, provenance, prepared.notes)


def decided(prepared: Prepared) -> dict[str, str]:
    """What detection alone decides, for the hyper-parameters."""
    own = {"strides": " ".join(str(stride) for stride in prepared.options.strides)}
    scale = prepared.inference.view.scale
    if scale != 1.0:
        own["shrunk_to"] = percent(scale)
    return own


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
