"""A model of good parts measured: limits on validation photos, then the report's figures on test.

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
from engine.evaluate.metric import HEADLINE
from engine.evaluate.thresholds import NEUTRAL
from engine.recipe import Recipe
from engine.recipe.metrics import tightest
from engine.records import Sample, TestSet, ValidationSet
from engine.tasks.anomaly_detection.deployment import Deployment
from engine.tasks.anomaly_detection.gallery import Gallery
from engine.tasks.anomaly_detection.infer import detector, raw_map
from engine.tasks.anomaly_detection.judged import verdicts
from engine.tasks.anomaly_detection.limits import RawPhoto, choose_limits
from engine.tasks.anomaly_detection.metrics import measure
from engine.tasks.anomaly_detection.named import photo_named
from engine.tasks.anomaly_detection.normalise import require_raw
from engine.tasks.anomaly_detection.options import unit_of
from engine.tasks.anomaly_detection.outcome import PhotoOutcome, highest_by_region, observe
from engine.tasks.anomaly_detection.predict import prediction_line
from engine.tasks.anomaly_detection.scored import ScoredPhoto, score_photo
from engine.tasks.anomaly_detection.truth import read_truth, verdict_of
from engine.tasks.anomaly_detection.unused import disputed
from engine.tasks.photo_verdicts import confusion
from engine.tasks.task import Evaluation

Progress = Callable[[int, int], None]


def calibrate(
    model: Any,
    deployment: Deployment,
    validation: ValidationSet,
    recipe: Recipe,
    progress: Progress,
) -> Deployment:
    """Chooses the raw thresholds of photos and pixels on all validation photos."""
    ready = detector(model, deployment.architecture, deployment.scales)
    photos: list[RawPhoto] = []
    for done, sample in enumerate(validation.samples, 1):
        raw = raw_map(ready, read_image(sample.image), deployment.inference)
        with photo_named(sample.id):
            require_raw(raw)
        photos.append(_raw_photo(sample, raw, deployment))
        progress(done, len(validation))
    bounds = {name: bound.value for name, bound in recipe.accept.items()}
    limits = choose_limits(
        photos,
        tightest(bounds, "escape_rate"),
        tightest(bounds, "overkill_rate"),
        deployment.architecture,
        unit_of(recipe),
    )
    return replace(deployment, limits=limits)


def _raw_photo(sample: Sample, raw: NDArray[np.float32], deployment: Deployment) -> RawPhoto:
    truth = read_truth(sample, deployment.inference.view)
    size_hw = (raw.shape[0], raw.shape[1])
    margin_px = deployment.margin.to_px(size_hw)
    kind = verdict_of(sample).defect
    is_bad = verdicts(sample.id, kind, truth, size_hw, margin_px)
    highest = highest_by_region(raw, truth, margin_px)[HEADLINE]
    return RawPhoto(sample.object, is_bad[HEADLINE], highest)


def evaluate(model: Any, deployment: Deployment, test: TestSet, progress: Progress) -> Evaluation:
    """Measures a model on the test set, with thresholds that were chosen before."""
    ready = detector(model, deployment.architecture, deployment.scales)
    outcomes: list[PhotoOutcome] = []
    lines: list[dict[str, Any]] = []
    gallery, view = Gallery(deployment), deployment.inference.view
    for done, sample in enumerate(test.samples, 1):
        photo, truth = read_image(sample.image), read_truth(sample, view)
        with photo_named(sample.id):
            # All of a disputed photo is ignored, and it has a score all the same.
            scored = score_photo(ready, photo, deployment, None if sample.is_disputed else truth)
        outcome = _observe(sample, truth, scored)
        outcomes.append(outcome)
        lines.append(prediction_line(outcome, scored, deployment.kinds))
        gallery.consider(outcome, view.crop(photo), truth, scored.scores)
        progress(done, len(test))
    return Evaluation(
        statistics=measure(outcomes, deployment.kinds),
        predictions=tuple(lines),
        confusion=asdict(confusion(outcomes, NEUTRAL)),
        figures=gallery.figures(outcomes),
        notes=disputed(test.samples, "test"),
    )


def _observe(sample: Sample, truth: NDArray[np.uint8] | None, scored: ScoredPhoto) -> PhotoOutcome:
    """What is counted of a photo."""
    kind = verdict_of(sample).defect
    return observe(
        sample.id, sample.object, kind, truth, scored.scores, scored.by_region, scored.margin_px
    )
