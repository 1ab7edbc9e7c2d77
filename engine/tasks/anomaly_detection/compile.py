"""A recipe becomes a model here: good photos in, what training or gathering needs out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from engine import kcv
from engine.data.cache import ArrayCache
from engine.data.intensity import white_level
from engine.errors import DltrainError
from engine.phrasing import counted, first_few
from engine.recipe import Recipe
from engine.recipe.good_place import add_good
from engine.records import IGNORE, Sample, Split
from engine.tasks.anomaly_detection.deployment import Deployment
from engine.tasks.anomaly_detection.options import AnomalyOptions, Unit, resolve, unit_of
from engine.tasks.anomaly_detection.patches.gather import gather_memory
from engine.tasks.anomaly_detection.patches.outliers import Outlier
from engine.tasks.anomaly_detection.patches.reader import GoodPhotos
from engine.tasks.anomaly_detection.photos import Photos, open_photos
from engine.tasks.anomaly_detection.pyramid import SCALES
from engine.tasks.anomaly_detection.sampler import BAND, GoodSampler, Level
from engine.tasks.anomaly_detection.truth import good_samples, read_truth
from engine.tasks.anomaly_detection.unused import MOST_NAMED, disputed, not_learnt_from
from engine.tasks.anomaly_detection.validate import validate
from engine.tasks.anomaly_detection.watched import WatchedPhoto, watch
from engine.tasks.segmentation import loss
from engine.tasks.segmentation.infer import Inference
from engine.tasks.segmentation.model import build_unet
from engine.tasks.segmentation.photos import view_labels
from engine.tasks.small_photo import least_side_px
from engine.tasks.task import CompiledModel
from engine.tasks.trainable import make_ready, parameters_of, plan_of, repays
from engine.train.plan import Gathered, Gathering, Trainable

XLA_STEPS, XLA_SECONDS = 400, 90.0
"""Budgets from which on a step compiled by XLA repays its compiling."""

OF_A_MEMORY = ("backbone", "architecture", "weights", "freeze", "seed")
"""The hyper-parameters that a memory of patches has; it is not trained in steps, nor augmented."""


def compile_recipe(recipe: Recipe, split: Split) -> CompiledModel:
    """The recipe's model, ready for training. Photos are read as they are asked for."""
    options = resolve(recipe, split.class_names)
    good = good_samples(split.train.samples)
    if not good:
        raise DltrainError(
            "no training photo is good, so there is nothing to learn from",
            where="data.train",
            received=counted(len(split.train), "training photo"),
            allowed="photos of good parts whose masks mark no defect",
            fix=add_good(recipe.data, "train"),
        )
    photos = open_photos(good, options.view, options.margin)
    deep = [index for index, sample in enumerate(photos.samples) if sample.bit_depth > 8]
    white = white_level(photos.image(index) for index in deep)
    inference = Inference(options.view, white, options.tile_hw, options.overlap)
    watched = watch(split.validation.samples, options, white)
    deployment = Deployment(
        options.kinds,
        options.margin,
        options.architecture,
        inference,
        scales=SCALES[options.architecture],
        least_side_px=least_side_px(photos.samples, options.view),
    )
    plan = plan_of(options.schedule, len(photos.samples))
    provenance: dict[str, Any] = {}
    parameters = parameters_of(options, plan)
    notes = (
        *not_learnt_from(split.train.samples),
        *disputed(split.validation.samples, "validation"),
    )
    if options.architecture == "patch_memory":
        parameters = {name: parameters[name] for name in OF_A_MEMORY}
        notes += _not_used(recipe)
        trainable: Trainable | Gathering = _gathering(
            options, photos, inference, watched, provenance, unit_of(recipe)
        )
    else:
        trainable = _trainable(options, photos, inference, watched, provenance)
        known_to_xla = kcv.find_backbone(options.backbone).family == "plain"
        xla = known_to_xla and not options.deterministic
        plan = replace(plan, xla=xla and repays(plan, XLA_STEPS, XLA_SECONDS))
    return CompiledModel(trainable, plan, deployment, parameters, provenance, notes)


def _not_used(recipe: Recipe) -> tuple[str, ...]:
    """What is said where a recipe for either architecture augments patches."""
    if not recipe.augment.model_fields_set:
        return ()
    return ("augment has no effect: patch_memory looks at each training photo as it is.",)


def _gathering(
    options: AnomalyOptions,
    photos: Photos,
    inference: Inference,
    watched: tuple[WatchedPhoto, ...],
    provenance: dict[str, Any],
    unit: Unit,
) -> Gathering:
    def gather(progress: Callable[[int, int], None]) -> Gathered:
        backbone = kcv.build_backbone(options.backbone)
        provenance.update(asdict(kcv.load_weights(backbone, options.weights)))
        backbone.core.trainable = False
        view = options.view
        sizes_hw = [view.network_size_hw(view.frame_hw(each.size_hw)) for each in photos.samples]
        good = GoodPhotos(
            photos.image,
            photos.objects,
            sizes_hw,
            lambda index: _places(photos.samples[index], options),
        )
        found = gather_memory(backbone, good, inference, options.schedule.seed, progress)
        provenance["memory"] = f"{found.kept} of {found.patches} patches"
        provenance["places"] = "compared in their place" if found.aligned else "compared anywhere"
        return Gathered(found.model, _unlike(found.outliers, unit, left_out=found.left_out))

    return Gathering(gather, lambda model: validate(model, watched, inference, options))


def _trainable(
    options: AnomalyOptions,
    photos: Photos,
    inference: Inference,
    watched: tuple[WatchedPhoto, ...],
    provenance: dict[str, Any],
) -> Trainable:
    height, width = options.patch_hw

    def build() -> keras.Model:
        backbone = kcv.build_backbone(options.backbone)
        provenance.update(asdict(kcv.load_weights(backbone, options.weights)))
        model = build_unet(backbone, 1)
        make_ready(model, backbone, freeze=options.freeze)
        return model

    return Trainable(
        build=build,
        draw=_sampler(options, photos, inference.white_16_bit).draw,
        example=(((height, width, 3), "float32"), ((height, width), "uint8")),
        loss_sums=lambda targets, outputs: loss.loss_sums(targets[0], outputs, 1),
        loss=loss.loss_from_sums,
        validate=lambda model: validate(model, watched, inference, options),
    )


def _sampler(options: AnomalyOptions, photos: Photos, white: float) -> GoodSampler:
    by_object: dict[str, list[int]] = {}
    for index, name in enumerate(photos.objects):
        by_object.setdefault(name, []).append(index)

    whole = Level(photos.image, ArrayCache(lambda index: _places(photos.samples[index], options)))
    return GoodSampler(
        levels=[whole.shrunk(scale) for scale in SCALES[options.architecture]],
        objects=list(by_object.values()),
        augmentation=options.augmentation,
        white_16_bit=white,
        patch_hw=options.patch_hw,
        seed=options.schedule.seed,
    )


def _places(sample: Sample, options: AnomalyOptions) -> NDArray[np.uint8]:
    """`IGNORE`, `BAND` or 0 for each pixel of a good photo as the network sees it, (H, W)."""
    frame_hw = options.view.frame_hw(sample.size_hw)
    margin_px = options.margin.to_px(frame_hw)
    places = np.full(frame_hw, BAND, np.uint8)
    places[margin_px : frame_hw[0] - margin_px, margin_px : frame_hw[1] - margin_px] = 0
    truth = read_truth(sample, options.view)
    if truth is not None:
        places[truth == IGNORE] = IGNORE
    return view_labels(options.view, places)


def _unlike(outliers: tuple[Outlier, ...], unit: Unit, *, left_out: bool) -> tuple[str, ...]:
    """A sentence for the report on training objects that look unlike all others."""
    if not outliers:
        return ()
    one = len(outliers) == 1
    named = first_few([f"{each.object} ({each.score:.3g})" for each in outliers], MOST_NAMED)
    what = f"{counted(len(outliers), f'training {unit}')} {'looks' if one else 'look'}"
    if left_out:
        done = f"and {'was' if one else 'were'} left out of the memory"
        advice = f"Look at {'it' if one else 'them'}: a defect among good photos, most likely"
    else:
        done = "and are learnt all the same, being too many to be odd ones"
        advice = "Look at them, and move out of training what shows a defect"
    limit = f"the limit was {outliers[0].limit:.3g}"
    return (f"{what} unlike all others {done}: {named}; {limit}. {advice}.",)
