"""A trained model measured: thresholds on validation photos, then the report's figures on test.

This is where a metric begins its way into the report: `observe` counts one photo, `measure` sums
the counts up by object, and `engine.evaluate.bootstrap` makes values with intervals of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.data.images import read_image
from engine.evaluate.histogram import PixelHistogram, histogram_of, pr_curve
from engine.evaluate.metric import HEADLINE
from engine.evaluate.thresholds import (
    choose_image_threshold,
    choose_pixel_thresholds,
    pixel_thresholds,
)
from engine.recipe import Recipe
from engine.records import IGNORE, TestSet, ValidationSet
from engine.tasks.photo_verdicts import confusion, judged_scores
from engine.tasks.segmentation.deployment import Deployment
from engine.tasks.segmentation.gallery import Gallery
from engine.tasks.segmentation.infer import forward, infer
from engine.tasks.segmentation.metrics import measure
from engine.tasks.segmentation.outcome import ImageOutcome, observe
from engine.tasks.segmentation.photos import read_truth
from engine.tasks.segmentation.predict import prediction_line
from engine.tasks.segmentation.regions import region_masks
from engine.tasks.segmentation.suspects import UNDECIDED, suspicion_of
from engine.tasks.task import Evaluation

Progress = Callable[[int, int], None]


def calibrate(
    model: Any,
    deployment: Deployment,
    validation: ValidationSet,
    recipe: Recipe,
    progress: Progress,
) -> Deployment:
    """Chooses on all validation photos: thresholds of classes and photo, and of suspicion."""
    run = forward(model)
    histogram = PixelHistogram.empty(len(deployment.class_names))
    outcomes: list[ImageOutcome] = []
    undecided = [UNDECIDED] * len(
        deployment.class_names
    )  # scores do not depend on the pixel thresholds
    for done, sample in enumerate(validation.samples, 1):
        truth = read_truth(sample, deployment.inference.view)
        probabilities = infer(run, read_image(sample.image), deployment.inference)
        margin_px = deployment.margin.to_px(truth.shape)
        outcomes.append(
            observe(sample.id, sample.object, truth, probabilities, undecided, margin_px)
        )
        histogram += histogram_of(truth, probabilities, _headline(truth, margin_px))
        progress(done, len(validation))
    pixel = pixel_thresholds(choose_pixel_thresholds(histogram), deployment.class_names)
    scores, bad = judged_scores(outcomes)
    image = choose_image_threshold(
        scores, bad, _bound(recipe, "escape_rate"), _bound(recipe, "overkill_rate")
    )
    marks = [mark for outcome in outcomes for mark in outcome.predicted_defects]
    calibrated = deployment.with_thresholds((*pixel, image))
    return replace(calibrated, suspicion=suspicion_of(marks))


def evaluate(model: Any, deployment: Deployment, test: TestSet, progress: Progress) -> Evaluation:
    """Measures a model on the test set, with thresholds that were chosen before."""
    run = forward(model)
    names, limits = deployment.class_names, deployment.pixel_limits
    histogram = PixelHistogram.empty(len(names))
    outcomes: list[ImageOutcome] = []
    gallery = Gallery(deployment)
    for done, sample in enumerate(test.samples, 1):
        photo = read_image(sample.image)
        truth = read_truth(sample, deployment.inference.view)
        probabilities = infer(run, photo, deployment.inference)
        margin_px = deployment.margin.to_px(truth.shape)
        outcome = observe(sample.id, sample.object, truth, probabilities, limits, margin_px)
        outcomes.append(outcome)
        gallery.consider(outcome, deployment.inference.view.crop(photo), truth, probabilities)
        histogram += histogram_of(truth, probabilities, _headline(truth, margin_px))
        progress(done, len(test))
    return Evaluation(
        statistics=measure(outcomes, names, deployment.image_limit),
        predictions=tuple(prediction_line(outcome, deployment) for outcome in outcomes),
        confusion=asdict(confusion(outcomes, deployment.image_limit)),
        figures=gallery.figures(outcomes, pr_curve(histogram)),
    )


def _bound(recipe: Recipe, rate: str) -> float | None:
    """What the recipe accepts of a rate, by either of its names; the stricter of the two."""
    given = (recipe.accept.get(name) for name in (rate, f"image_{rate}"))
    return min((bound.value for bound in given if bound is not None), default=None)


def _headline(truth: NDArray[np.uint8], margin_px: int) -> NDArray[np.bool_]:
    """The pixels that the headline figures rest on: the interior, without what is ignored."""
    size_hw = (truth.shape[0], truth.shape[1])
    headline: NDArray[np.bool_] = region_masks(size_hw, margin_px)[HEADLINE] & (truth != IGNORE)
    return headline
