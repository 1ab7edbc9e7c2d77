"""What is chosen on validation photos: which texts are readable, confidences and thresholds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.data.images import read_image
from engine.evaluate.metric import HEADLINE
from engine.evaluate.readable_threshold import choose_readable_threshold
from engine.evaluate.reject_threshold import choose_reject_threshold
from engine.evaluate.score_thresholds import choose_score_threshold
from engine.evaluate.thresholds import Threshold
from engine.recipe import Recipe
from engine.recipe.metrics import tightest
from engine.records import Sample, ValidationSet
from engine.tasks.detection.metrics import ranked_in
from engine.tasks.ocr.confidence import Confidence, fit_confidence
from engine.tasks.ocr.deployment import READABLE, READING, Deployment
from engine.tasks.ocr.edits import said_right
from engine.tasks.ocr.evaluate import compare
from engine.tasks.ocr.infer import Said, network_of, see
from engine.tasks.ocr.outcome import PhotoOutcome
from engine.tasks.ocr.verdicts import read_fields
from engine.tasks.suspicion import choose_suspicion
from engine.text.reading import faintest

Progress = Callable[[int, int], None]


def calibrate(
    model: Any,
    deployment: Deployment,
    validation: ValidationSet,
    recipe: Recipe,
    progress: Progress,
) -> Deployment:
    """Chooses on all validation photos: what is readable, confidences and thresholds."""
    network, photos = network_of(model, deployment), validation.samples
    # Nothing is too faint to be read until validation says what is.
    deployment = deployment.with_thresholds((Threshold(READABLE, None, 0.0),), None)
    told: list[Said] = []
    for done, sample in enumerate(photos, 1):
        told.append(see(network, read_image(sample.image), deployment).said)
        progress(done, len(photos))
    readable = _readable_threshold(told, _compared(photos, told, deployment), deployment)
    deployment = deployment.with_thresholds((readable,), None)
    for number, sample in enumerate(photos):
        # What is too faint now may have been preferred to the other way up, or to another field.
        if _any_too_faint(told[number], deployment):
            told[number] = see(network, read_image(sample.image), deployment).said
    outcomes = _compared(photos, told, deployment)
    scores, suspicion = _score_thresholds(outcomes, deployment)
    deployment = deployment.with_thresholds((*scores, readable), suspicion)
    deployment = deployment.with_confidence(*_confidences(told, outcomes, deployment))
    outcomes = _compared(photos, told, deployment)
    return deployment.with_thresholds(
        (*scores, readable, _reading_threshold(outcomes, deployment, recipe)), suspicion
    )


def _compared(
    photos: Sequence[Sample], told: Sequence[Said], deployment: Deployment
) -> list[PhotoOutcome]:
    """What was told of each photo beside what is annotated there."""
    return [compare(sample, said, deployment) for sample, said in zip(photos, told, strict=True)]


def _readable_threshold(
    told: Sequence[Said], outcomes: Sequence[PhotoOutcome], deployment: Deployment
) -> Threshold:
    """How likely characters are that are plainly there."""
    right = [
        said.readings[each.reading]
        for said, outcome in zip(told, outcomes, strict=True)
        for each in read_fields([outcome], "all", deployment.limits)
        if each.exact
    ]
    value, note = choose_readable_threshold(
        [each.log_probability for each in right], [len(each.text or "") for each in right]
    )
    return Threshold(READABLE, None, value, note=note)


def _any_too_faint(said: Said, deployment: Deployment) -> bool:
    """Whether a text was read that the deployment takes for unreadable."""
    return any(
        each.text is not None and each.log_probability <= faintest(len(each.text), deployment.plain)
        for each in said.readings
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
    told: Sequence[Said],
    outcomes: Sequence[PhotoOutcome],
    deployment: Deployment,
) -> tuple[Confidence, Confidence]:
    """How sure the reader may be of a reading, and of a character."""
    heights: list[float] = []
    right: list[bool] = []
    characters: list[float] = []
    right_there: list[bool] = []
    for said, outcome in zip(told, outcomes, strict=True):
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
