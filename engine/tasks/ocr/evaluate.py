"""A trained reader measured on the test set, with what validation chose (`calibrate.py`).

This is where a metric begins its way into the report: `observe` compares one photo, `measure` sums
up by object, and `engine.evaluate.bootstrap` makes values with intervals of the sums.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine.data.images import read_image
from engine.data.intensity import in_8_bits, to_unit
from engine.records import Sample, TestSet
from engine.tasks.ocr.deployment import Deployment, telling_of
from engine.tasks.ocr.gallery import Gallery
from engine.tasks.ocr.infer import Said, network_of, readings_of, see
from engine.tasks.ocr.lines import fields_of
from engine.tasks.ocr.metrics import measure
from engine.tasks.ocr.outcome import PhotoOutcome, observe
from engine.tasks.ocr.prediction_lines import prediction_line
from engine.tasks.task import Evaluation

Progress = Callable[[int, int], None]


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
