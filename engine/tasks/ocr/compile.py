"""A recipe becomes a reader here, and where fields lie on larger photos a locator with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from engine import kcv
from engine.data.cache import ArrayCache
from engine.data.images import read_image
from engine.data.intensity import white_level
from engine.data.view import View
from engine.errors import UsageError
from engine.recipe import Recipe
from engine.recipe.text_fields import text_fields
from engine.recipe.units import Length
from engine.records import Sample, Split
from engine.tasks.chosen import spread_over_classes
from engine.tasks.detection import compile as detection
from engine.tasks.detection.prepare import VALIDATION_PHOTOS, Prepared, prepare
from engine.tasks.detection.shrink import Shrinking
from engine.tasks.from_recipe import view_of
from engine.tasks.ocr import loss
from engine.tasks.ocr.deployment import Deployment
from engine.tasks.ocr.drawn_texts import drawn_fields
from engine.tasks.ocr.lines import Line, are_lines_already, fields_of, lines_of
from engine.tasks.ocr.model import FRAME_PX, LOCATOR, READER, build_reader, join
from engine.tasks.ocr.one_kind import recipe_of_one_kind, split_of_one_kind, told_by_reading
from engine.tasks.ocr.options import OcrOptions, resolve, seen_in
from engine.tasks.ocr.reader import Reader
from engine.tasks.ocr.sampler import LineSampler, group
from engine.tasks.ocr.synthesis import Synthesis, clearing
from engine.tasks.ocr.validate import validate
from engine.tasks.task import CompiledModel
from engine.tasks.trainable import make_ready, parameters_of, plan_of
from engine.train.plan import Arrays, Trainable

SHRINKING = Shrinking(typical_px=32.0, shortest_px=14.0)
"""Fields are located on smaller photos than other things: where a text lies and which way up it is
shows before it can be read (benchmarks/ocr)."""

SETTLE_FROM = 0.6
"""As in detection."""

LOCATED_SHARE = 0.75
"""Where fields are located as well, a step reads so much less: reading is learnt long before
locating is (benchmarks/ocr)."""

WATCHED_LINES = 200
"""Validation photos that are read during training where each is a line."""


@dataclass(frozen=True, slots=True)
class _Half:
    """What the reader is trained with.

    Attributes:
        photos: gives the region of interest of training photo `i`.
        notes: what a reader of the report must know.
    """

    options: OcrOptions
    reader: Reader
    sampler: LineSampler
    notes: tuple[str, ...]


def compile_recipe(recipe: Recipe, split: Split) -> CompiledModel:
    """The recipe's model, ready for the training loop. Photos are read as they are asked for."""
    locate = locates(recipe, split)
    if locate:
        return _with_locator(recipe, split)
    return _reader_alone(recipe, split)


def locates(recipe: Recipe, split: Split) -> bool:
    """Whether fields are to be located on photos, or each photo is a line.

    Raises:
        UsageError: `model.locate` is false, and photos are no lines.
    """
    parts = (split.train, split.validation, split.test)
    lines = are_lines_already([sample for part in parts for sample in part.samples])
    if recipe.model.locate == "auto":
        return not lines
    if recipe.model.locate or lines:
        return bool(recipe.model.locate)
    raise UsageError(
        "photos show more than a line, so their fields must be located",
        where="model.locate",
        received="false, with boxes that do not cover their photos",
        allowed="photos with one box each, around all of the photo",
        fix="Leave model.locate out, or cut the lines out of the photos",
    )


def _require_lines_suit(recipe: Recipe) -> None:
    """Refuses what has no meaning where each photo is a line, instead of passing over it.

    Raises:
        UsageError: such a key is set, or nothing tells which of several fields a line is.
    """
    stated = {
        "input.size": recipe.input.size_hw is not None,
        "input.tile": recipe.input.tile_hw is not None,
        "margins.edge": recipe.margins.edge.value > 0,
    }
    for key, is_stated in stated.items():
        if is_stated:
            raise UsageError(
                "the key has no meaning where each photo is one line of text",
                where=key,
                received="photos with one box each, around all of the photo",
                fix="Leave it out; input.line is the size at which lines are read",
            )
    if len(recipe.classes) > 1 and not told_by_reading(text_fields(recipe)):
        raise UsageError(
            "nothing tells which field a photo that is one line shows",
            where="classes",
            received=f"{len(recipe.classes)} fields: {', '.join(recipe.classes)}",
            allowed="one field, or patterns that no text fits two of",
            fix="State such patterns, or train a model for each field",
        )


def _reader_alone(recipe: Recipe, split: Split) -> CompiledModel:
    _require_lines_suit(recipe)
    view = view_of(recipe)
    half = _half(recipe, split, view, [0.0] * len(split.train), locate=False)
    options = half.options
    provenance: dict[str, Any] = {}

    def build() -> keras.Model:
        model, loaded = build_reader_of(options)
        provenance.update(asdict(loaded))
        return model

    deployment = Deployment(options.class_names, Length(0), view, None, half.reader)
    plan = plan_of(options, len(half.sampler.lines), SETTLE_FROM)
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
    margins = [
        float(recipe.margins.edge.to_px(view.frame_hw(sample.size_hw)))
        for sample in split.train.samples
    ]
    half = _half(recipe, split, view, margins, locate=True)
    options, detector = half.options, prepared.options
    lines = max(1, round(LOCATED_SHARE * options.lines / detector.batch))
    provenance: dict[str, Any] = {}

    def build() -> keras.Model:
        locator, loaded = detection.build_model(detector)
        reader, _ = build_reader_of(options)
        provenance.update(asdict(loaded))
        return join(locator, reader, lines)

    deployment = Deployment(
        options.class_names, recipe.margins.edge, view, prepared.inference, half.reader
    )
    plan = plan_of(detector, len(prepared.photos.samples), SETTLE_FROM)
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
        validate=_validation(split, deployment, VALIDATION_PHOTOS),
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


def build_reader_of(options: OcrOptions) -> tuple[keras.Model, kcv.WeightsRecord]:
    """The reader of the options, and what weights its backbone starts from.

    Raises:
        UsageError: unknown backbone, or weights that do not fit it.
        RunFailed: weights that cannot be fetched.
    """
    backbone = kcv.build_backbone(options.backbone)
    record = kcv.load_weights(backbone, options.weights)
    model = build_reader(backbone, len(options.alphabet), options.patch_hw)
    make_ready(model, backbone, freeze=options.freeze)
    return model, record


def _half(
    recipe: Recipe, split: Split, view: View, margins_px: Sequence[float], *, locate: bool
) -> _Half:
    samples = split.train.samples
    photos = ArrayCache(lambda index: view.frame(read_image(samples[index].image)))
    white = white_level(
        photos(index) for index, sample in enumerate(samples) if sample.bit_depth > 8
    )
    lines = lines_of(samples, view, margins_px, located=locate)
    options = resolve(recipe, lines, locate=locate)
    lines, notes = _learnable(lines, options.alphabet)
    drawn, lacking = drawn_fields(
        options.fields, lines, options.longest, options.patch_hw[1] // FRAME_PX
    )
    if lacking and options.synthetic:
        notes.append(f"No typeface draws {lacking!r}: these are learnt from photos alone.")
    synthesis = Synthesis(
        fields=drawn,
        photos=photos,
        lines=lines,
        boxes=[_boxes(sample, view) for sample in samples],
        cleared=clearing(
            lambda number: photos(lines[number].photo), white, options.window.line_hw[0]
        ),
        located=locate,
        padding=options.window.padding,
        white_16_bit=white,
    )
    if options.synthetic and drawn:
        notes.append(
            f"{100 * options.synthetic:.3g} % of the training lines were drawn (augment.synthetic)"
            ": texts that the fields could hold, on grounds of training photos."
        )
    sampler = LineSampler(
        photos=photos,
        lines=lines,
        groups=group(lines, [sample.object for sample in samples], len(options.class_names)),
        window=options.window,
        moves=options.augmentation,
        synthesis=synthesis if options.synthetic and drawn else None,
        share=options.synthetic,
        white_16_bit=white,
        alphabet=options.alphabet,
        longest=options.longest,
        tight=locate,
        seed=options.seed,
    )
    seen = tuple(seen_in(lines, index) for index in range(len(options.class_names)))
    reader = Reader(options.window, white, options.alphabet, options.fields, seen)
    return _Half(options, reader, sampler, tuple(notes))


def _boxes(sample: Sample, view: View) -> NDArray[np.float32]:
    """Corners (n, 4, 2) of all that is annotated, in px of the region of interest."""
    return fields_of(sample, view, located=True).things.corners


def _learnable(lines: Sequence[Line], alphabet: str) -> tuple[tuple[Line, ...], list[str]]:
    """The lines whose every character the reader can tell, and what is said of the others.

    Raises:
        UsageError: there is none.
    """
    known = set(alphabet)
    kept = tuple(line for line in lines if known.issuperset(line.text))
    left_out = [line.text for line in lines if not known.issuperset(line.text)]
    if not left_out:
        return kept, []
    if not kept:
        raise UsageError(
            "no training text can be read",
            where="classes",
            received=f"texts such as {left_out[0]!r}, with characters that no field holds",
            allowed=f"texts of {alphabet!r}",
            fix="State all characters of each field, or `skip` those that are not to be read",
        )
    return kept, [
        f"{len(left_out)} training texts hold characters that their fields do not, such as "
        f"{left_out[0]!r}: they are not learnt (ANN308)."
    ]


def _validation(split: Split, deployment: Deployment, most: int) -> Callable[[Any], Any]:
    chosen = spread_over_classes(split.validation.samples, most)
    photos = ArrayCache(lambda index: read_image(chosen[index].image))
    return lambda model: validate(model, chosen, photos, deployment)


def _decided(options: OcrOptions) -> dict[str, str]:
    """What OCR alone decides, for the hyper-parameters."""
    height, width = options.patch_hw
    return {
        "line": f"{width}x{height}",
        "synthetic": f"{100 * options.synthetic:.3g} %",
        "characters": str(len(options.alphabet)),
        "longest_text": str(options.longest),
    }
