"""A trained reader measured: confidences and thresholds on validation photos, figures on test.

This is where a metric begins its way into the report: `observe` compares one photo, `measure` sums
up by object, and `engine.evaluate.bootstrap` makes values with intervals of the sums.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.data.images import read_image
from engine.data.intensity import in_8_bits, to_unit
from engine.evaluate.metric import HEADLINE
from engine.evaluate.reject_threshold import choose_reject_threshold
from engine.evaluate.score_thresholds import choose_score_threshold
from engine.evaluate.thresholds import Threshold
from engine.recipe import Recipe
from engine.recipe.metrics import tightest
from engine.records import Sample, TestSet, ValidationSet
from engine.tasks.detection.metrics import ranked_in
from engine.tasks.ocr.confidence import Confidence, fit_confidence
from engine.tasks.ocr.deployment import READING, Deployment, telling_of
from engine.tasks.ocr.edits import said_right
from engine.tasks.ocr.gallery import Gallery
from engine.tasks.ocr.infer import Said, network_of, readings_of, see
from engine.tasks.ocr.lines import fields_of
from engine.tasks.ocr.metrics import measure
from engine.tasks.ocr.outcome import PhotoOutcome, observe
from engine.tasks.ocr.prediction_lines import prediction_line
from engine.tasks.ocr.verdicts import read_fields
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
    """Chooses on all validation photos: confidences, thresholds, and that of suspicion."""
    network = network_of(model, deployment)
    told: list[tuple[Sample, Said]] = []
    for done, sample in enumerate(validation.samples, 1):
        told.append((sample, see(network, read_image(sample.image), deployment).said))
        progress(done, len(validation))
    outcomes = [compare(sample, said, deployment) for sample, said in told]
    scores, suspicion = _score_thresholds(outcomes, deployment)
    deployment = deployment.with_thresholds(scores, suspicion)
    deployment = deployment.with_confidence(*_confidences(told, outcomes, deployment))
    outcomes = [compare(sample, said, deployment) for sample, said in told]
    return deployment.with_thresholds(
        (*scores, _reading_threshold(outcomes, deployment, recipe)), suspicion
    )


def _score_thresholds(
    outcomes: Sequence[PhotoOutcome], deployment: Deployment
) -> tuple[tuple[Threshold, ...], float | None]:
    """From which score on a field counts as located, and from which nobody may have missed it.

    Only what could be passed on decides: a box of which nothing can be read does no harm.
    """
    if not deployment.locates:
        return (), None
    thresholds: list[Threshold] = []
    marks: list[tuple[float, bool]] = []
    for index, name in enumerate(deployment.located_names):
        ranked = ranked_in([outcome.located for outcome in outcomes], HEADLINE, index)
        told = ranked.counted[0]
        counted = told & _readable(outcomes, index)
        scores, right = ranked.scores[counted], ranked.right[0][counted]
        value, note = choose_score_threshold(scores, right, int(ranked.things.sum()))
        names = deployment.class_names if deployment.one_kind else (name,)
        thresholds += [Threshold("score", each, value, note=note) for each in names]
        # Suspects are looked for by the locator alone: what cannot be read counts there.
        marks += zip(ranked.scores[told].tolist(), ranked.right[0][told].tolist(), strict=True)
    return tuple(thresholds), choose_suspicion(marks)


def _readable(outcomes: Sequence[PhotoOutcome], index: int) -> NDArray[np.bool_]:
    """Of all detections of a located class, in the order of `ranked_in`, which are readable."""
    found = [
        outcome.readings.readable[outcome.located.detections.classes == index]
        for outcome in sorted(outcomes, key=lambda outcome: outcome.sample_id)
        if outcome.located.region(HEADLINE) is not None
    ]
    return np.concatenate([np.empty(0, bool), *found])


def _confidences(
    told: Sequence[tuple[Sample, Said]],
    outcomes: Sequence[PhotoOutcome],
    deployment: Deployment,
) -> tuple[Confidence, Confidence]:
    """How sure the reader may be of a reading, and of a character."""
    heights: list[float] = []
    right: list[bool] = []
    characters: list[float] = []
    right_there: list[bool] = []
    for (_, said), outcome in zip(told, outcomes, strict=True):
        for each in read_fields([outcome], "all", deployment.limits):
            reading = said.readings[each.reading]
            if each.said is not None:
                heights.append(reading.log_probability)
                right.append(each.exact)
            characters += reading.character_probabilities
            right_there += said_right(each.truth, each.best).tolist()
    with np.errstate(divide="ignore"):
        logs = np.log(np.array(characters, np.float64))
    return fit_confidence(heights, right), fit_confidence(logs, right_there)


def _reading_threshold(
    outcomes: Sequence[PhotoOutcome], deployment: Deployment, recipe: Recipe
) -> Threshold:
    """From which confidence on a reading is passed on."""
    read = read_fields(outcomes, HEADLINE, deployment.limits)
    readable = [each for each in read if each.said is not None]
    bounds = {name: bound.value for name, bound in recipe.accept.items()}
    value, note = choose_reject_threshold(
        np.array([each.confidence for each in readable], np.float64),
        np.array([each.exact for each in readable], bool),
        tightest(bounds, "escape_rate"),
        tightest(bounds, "overkill_rate"),
        fields=sum(_wanted(outcome) for outcome in outcomes),
        located=len(read),
    )
    return Threshold(READING, None, value, note=note)


def _wanted(outcome: PhotoOutcome) -> int:
    """How many fields of a photo are to be read, away from the edge."""
    region = outcome.located.region(HEADLINE)
    return 0 if region is None else int(region.wanted.sum())


def evaluate(model: Any, deployment: Deployment, test: TestSet, progress: Progress) -> Evaluation:
    """Measures a model on the test set, with thresholds that were chosen before."""
    network, telling = network_of(model, deployment), telling_of(deployment)
    outcomes: list[PhotoOutcome] = []
    names, limits, one_kind = deployment.class_names, deployment.limits, deployment.one_kind
    gallery = Gallery(names, limits, located=deployment.locates, one_kind=one_kind)
    for done, sample in enumerate(test.samples, 1):
        photo = read_image(sample.image)
        seen = see(network, photo, deployment)
        outcome = compare(sample, seen.said, deployment)
        outcomes.append(outcome)
        picture = to_unit(deployment.view.crop(photo), deployment.reader.white_16_bit)
        gallery.consider(outcome, in_8_bits(picture), [in_8_bits(line) for line in seen.lines])
        progress(done, len(test))
    return Evaluation(
        statistics=measure(outcomes, names, limits, located=deployment.locates, one_kind=one_kind),
        predictions=tuple(prediction_line(outcome, telling) for outcome in outcomes),
        confusion={},
        figures=gallery.figures(outcomes),
    )


def compare(sample: Sample, said: Said, deployment: Deployment) -> PhotoOutcome:
    """What was read on a photo beside what is annotated there."""
    size_hw = deployment.view.frame_hw(sample.size_hw)
    return observe(
        sample.id,
        sample.object,
        size_hw,
        fields_of(sample, deployment.view, located=deployment.locates),
        readings_of(said, deployment),
        deployment.margin.to_px(size_hw) if deployment.locates else 0.0,
        len(deployment.class_names),
        one_kind=deployment.one_kind,
    )
