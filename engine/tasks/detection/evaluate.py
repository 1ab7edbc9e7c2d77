"""A trained detector measured: thresholds on validation photos, then the report's figures on test.

This is where a metric begins its way into the report: `observe` compares one photo, `measure` sums
up by object, and `engine.evaluate.bootstrap` makes values with intervals of the sums.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine.data.images import read_image
from engine.evaluate.metric import HEADLINE
from engine.evaluate.score_thresholds import choose_score_threshold
from engine.evaluate.thresholds import Threshold
from engine.recipe import Recipe
from engine.records import Sample, TestSet, ValidationSet
from engine.tasks.detection.deployment import Deployment
from engine.tasks.detection.gallery import Gallery
from engine.tasks.detection.infer import Forward, detect, forward
from engine.tasks.detection.metrics import measure, ranked_in
from engine.tasks.detection.outcome import PhotoOutcome, observe
from engine.tasks.detection.photos import read_truth
from engine.tasks.detection.predict import prediction_line
from engine.tasks.suspicion import choose_suspicion
from engine.tasks.task import Evaluation

Progress = Callable[[int, int], None]


def calibrate(
    model: Any,
    deployment: Deployment,
    validation: ValidationSet,
    recipe: Recipe,
    progress: Progress,
) -> Deployment:
    """Chooses on all validation photos: a threshold for each class, and that of suspicion."""
    run = forward(model, deployment.orders)
    outcomes: list[PhotoOutcome] = []
    for done, sample in enumerate(validation.samples, 1):
        outcomes.append(look(run, sample, read_image(sample.image), deployment))
        progress(done, len(validation))
    escape, overkill = (
        bound.value if (bound := recipe.accept.get(name)) is not None else None
        for name in ("escape_rate", "overkill_rate")
    )
    thresholds: list[Threshold] = []
    marks: list[tuple[float, bool]] = []
    for index, name in enumerate(deployment.class_names):
        ranked = ranked_in(outcomes, HEADLINE, index)
        counted = ranked.counted[0]
        scores, right = ranked.scores[counted], ranked.right[0][counted]
        value, note = choose_score_threshold(
            scores, right, int(ranked.things.sum()), escape, overkill
        )
        thresholds.append(Threshold("score", name, value, note=note))
        marks += zip(scores.tolist(), right.tolist(), strict=True)
    return deployment.calibrated(tuple(thresholds), choose_suspicion(marks))


def evaluate(model: Any, deployment: Deployment, test: TestSet, progress: Progress) -> Evaluation:
    """Measures a model on the test set, with thresholds that were chosen before."""
    run = forward(model, deployment.orders)
    outcomes: list[PhotoOutcome] = []
    gallery = Gallery(deployment)
    for done, sample in enumerate(test.samples, 1):
        photo = read_image(sample.image)
        outcome = look(run, sample, photo, deployment)
        outcomes.append(outcome)
        gallery.consider(outcome, deployment.inference.view.crop(photo))
        progress(done, len(test))
    names, limits = deployment.class_names, deployment.limits
    return Evaluation(
        statistics=measure(outcomes, names, deployment.orders, limits),
        predictions=tuple(prediction_line(outcome, deployment) for outcome in outcomes),
        confusion={},
        figures=gallery.figures(outcomes),
    )


def look(run: Forward, sample: Sample, photo: Any, deployment: Deployment) -> PhotoOutcome:
    """What the model finds on a photo, compared with what is annotated there."""
    view = deployment.inference.view
    things = read_truth(sample, view, deployment.orders, oriented=deployment.oriented)
    size_hw = view.frame_hw(sample.size_hw)
    found = detect(run, photo, deployment.inference)
    margin_px = deployment.margin.to_px(size_hw)
    return observe(sample.id, sample.object, size_hw, things, found, margin_px, deployment.orders)
