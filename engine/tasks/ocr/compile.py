"""A recipe becomes a reader here, and where fields lie on larger photos a locator with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any

import keras

from engine.data.cache import ArrayCache
from engine.data.images import read_image
from engine.phrasing import percent
from engine.recipe import Recipe
from engine.recipe.text_fields import text_fields
from engine.recipe.units import Length
from engine.records import Split
from engine.tasks.chosen import spread_over_classes
from engine.tasks.detection import compile as detection
from engine.tasks.detection.prepare import Prepared, prepare
from engine.tasks.detection.shrink import Shrinking
from engine.tasks.from_recipe import view_of
from engine.tasks.ocr import loss
from engine.tasks.ocr.deployment import Deployment
from engine.tasks.ocr.lines_or_fields import locates, require_lines_suit
from engine.tasks.ocr.model import LOCATOR, READER, join
from engine.tasks.ocr.one_kind import recipe_of_one_kind, split_of_one_kind, told_by_reading
from engine.tasks.ocr.options import OcrOptions
from engine.tasks.ocr.reading_half import build_reader_of, reading_half
from engine.tasks.ocr.refusals import margin_px
from engine.tasks.ocr.sampler import LineSampler
from engine.tasks.ocr.schedule import line_schedule, lines_a_step
from engine.tasks.ocr.validate import validate
from engine.tasks.small_photo import least_side_px
from engine.tasks.task import CompiledModel
from engine.tasks.trainable import parameters_of, plan_of
from engine.train.plan import Arrays, Trainable

SHRINKING = Shrinking(typical_px=32.0, shortest_px=14.0)
"""Fields are located on smaller photos than other things: where a text lies shows long before
it can be read (benchmarks/ocr)."""

SETTLE_FROM = 0.6
"""As in detection."""

WATCHED_LINES = 200
"""Validation photos that are read during training where each is a line."""


def compile_recipe(recipe: Recipe, split: Split) -> CompiledModel:
    """The recipe's model, ready for the training loop. Photos are read as they are asked for."""
    parts = (split.train, split.validation, split.test)
    if locates(recipe, [sample for part in parts for sample in part.samples]):
        return _with_locator(recipe, split)
    return _reader_alone(recipe, split)


def _reader_alone(recipe: Recipe, split: Split) -> CompiledModel:
    require_lines_suit(recipe)
    view = view_of(recipe)
    half = reading_half(recipe, split, view, [0.0] * len(split.train), locate=False)
    options = half.options
    provenance: dict[str, Any] = {}

    def build() -> keras.Model:
        model, loaded = build_reader_of(options)
        provenance.update(asdict(loaded))
        return model

    deployment = Deployment(options.class_names, Length(0), view, None, half.reader)
    schedule = line_schedule(recipe, options.patch_hw)
    plan = plan_of(schedule, len(half.sampler.lines), SETTLE_FROM)
    trainable = Trainable(
        build=build,
        draw=half.sampler.draw,
        example=(
            ((*options.patch_hw, 3), "float32"),
            ((options.longest,), "int32"),
            ((options.longest, 2), "float32"),
        ),
        loss_sums=lambda targets, outputs: loss.loss_sums(targets[0], targets[1], outputs),
        loss=loss.loss_from_sums,
        validate=_validation(split, deployment, WATCHED_LINES),
    )
    parameters = parameters_of(options, plan, _decided(options))
    return CompiledModel(trainable, plan, deployment, parameters, provenance, half.notes)


def _with_locator(recipe: Recipe, split: Split) -> CompiledModel:
    one_kind = told_by_reading(text_fields(recipe))
    prepared = (
        prepare(recipe_of_one_kind(recipe), split_of_one_kind(split), SHRINKING)
        if one_kind
        else prepare(recipe, split, SHRINKING)
    )
    view = replace(prepared.inference.view, scale=1.0, resize="none")
    margins = [margin_px(recipe, view, sample) for sample in split.train.samples]
    half = reading_half(recipe, split, view, margins, locate=True)
    options, detector = half.options, prepared.options
    lines = max(1, round(lines_a_step(options.patch_hw) / detector.schedule.batch))
    provenance: dict[str, Any] = {}

    def build() -> keras.Model:
        locator, loaded = detection.build_model(detector)
        reader, _ = build_reader_of(options)
        provenance.update(asdict(loaded))
        return join(locator, reader, lines)

    deployment = Deployment(
        options.class_names,
        recipe.margins.edge,
        view,
        prepared.inference,
        half.reader,
        least_side_px=least_side_px(prepared.photos.samples, prepared.inference.view),
    )
    plan = plan_of(detector.schedule, len(prepared.photos.samples), SETTLE_FROM)
    trainable = Trainable(
        build=build,
        draw=_joined_draw(prepared, half.sampler, lines),
        example=(
            prepared.example[0],
            ((lines, *options.patch_hw, 3), "float32"),
            *prepared.example[1:],
            ((lines, options.longest), "int32"),
            ((lines, options.longest, 2), "float32"),
        ),
        loss_sums=lambda targets, outputs: {
            **prepared.loss_sums(targets[:-2], outputs[0]),
            **loss.loss_sums(targets[-2], targets[-1], outputs[1]),
        },
        loss=loss.joined_loss_from_sums,
        validate=_validation(split, deployment, detection.VALIDATION_PHOTOS),
        inputs=2,
        parts=(LOCATOR, READER),
    )
    own = {**detection.decided(prepared), **_decided(options), "lines_a_patch": str(lines)}
    parameters = parameters_of(detector, plan, own)
    notes = (*prepared.notes, *half.notes)
    return CompiledModel(trainable, plan, deployment, parameters, provenance, notes)


def _joined_draw(
    prepared: Prepared, sampler: LineSampler, lines: int
) -> Callable[[int, int], Arrays]:
    """Draws a patch to locate on and lines to read: [pictures, lines], and the targets of both."""

    def draw(step: int, position: int) -> Arrays:
        patch, *targets = prepared.draw(step, position)
        read, texts, places = sampler.draw_many(step, position, lines)
        return (patch, read, *targets, texts, places)

    return draw


def _validation(split: Split, deployment: Deployment, most: int) -> Callable[[Any], Any]:
    chosen = spread_over_classes(split.validation.samples, most)
    photos = ArrayCache(lambda index: read_image(chosen[index].image))
    return lambda model: validate(model, chosen, photos, deployment)


def _decided(options: OcrOptions) -> dict[str, str]:
    """What OCR alone decides, for the hyper-parameters."""
    height, width = options.patch_hw
    return {
        "line": f"{width}x{height}",
        "synthetic": percent(options.synthetic),
        "characters": str(len(options.alphabet)),
        "longest_text": str(options.longest),
    }
