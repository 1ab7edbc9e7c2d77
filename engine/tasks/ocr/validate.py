"""Validation during training: what is located and read right, with sheets of lines to look at."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.data.intensity import in_8_bits
from engine.evaluate.metric import HEADLINE
from engine.evaluate.weighted import plain_values
from engine.records import Sample
from engine.tasks.detection.curves import precision_recall_of
from engine.tasks.detection.figures import overlay
from engine.tasks.ocr.deployment import Deployment
from engine.tasks.ocr.evaluate import compare
from engine.tasks.ocr.infer import Network, network_of, see
from engine.tasks.ocr.metrics import measure
from engine.tasks.ocr.one_kind import ALL_FIELDS
from engine.tasks.ocr.outcome import PhotoOutcome
from engine.tasks.ocr.sheet import draw_readings
from engine.tasks.ocr.verdicts import Limits, ReadField, read_fields, sure
from engine.train.plan import Validation

PHOTOS, PICTURES, SHEET_LINES = 4, 2, 12
"""Photos with overlays, sheets of lines, and lines of a sheet."""

UNDECIDED = 0.3
"""Threshold of locating until the classes' own are chosen."""

Photo = Callable[[int], NDArray[Any]]

Shown = list[tuple[ReadField, NDArray[np.uint8]]]
"""Located fields, and the line of each as the reader saw it."""


def validate(
    model: Any, samples: Sequence[Sample], photo: Photo, deployment: Deployment
) -> Validation:
    """Measures a model on validation photos.

    The score is the mean of exactly read lines and rightly read characters; where fields are
    located, of mAP50 and field F1, which asks for both.

    Args:
        samples: the photos.
        photo: gives photo `i`, whole, as `read_image` does.
    """
    count = len(deployment.class_names)
    limits = Limits(np.full(count, UNDECIDED if deployment.locates else 0.0, np.float32), 0.0)
    outcomes, shown = _look(network_of(model, deployment), samples, photo, deployment, limits)
    statistics = measure(
        outcomes,
        deployment.class_names,
        limits,
        located=deployment.locates,
        one_kind=deployment.one_kind,
    )
    scalars = plain_values([each for each in statistics if each.region == HEADLINE])
    curves = {
        ALL_FIELDS if deployment.one_kind else name: precision_recall_of(
            [each.located for each in outcomes], HEADLINE, index
        )
        for index, name in enumerate(deployment.located_names)
    }
    pictures = dict(_sheets(shown))
    if deployment.locates:
        pictures |= _overlays(outcomes, photo, deployment, limits)
    return Validation(_score(scalars, located=deployment.locates), scalars, pictures, curves)


def _look(
    network: Network,
    samples: Sequence[Sample],
    photo: Photo,
    deployment: Deployment,
    limits: Limits,
) -> tuple[list[PhotoOutcome], Shown]:
    """What is read on each photo, and the first lines: all of them would fill the memory."""
    outcomes: list[PhotoOutcome] = []
    shown: Shown = []
    for index, sample in enumerate(samples):
        seen = see(network, photo(index), deployment, read_from=UNDECIDED)
        outcomes.append(compare(sample, seen.said, deployment))
        room = PICTURES * SHEET_LINES - len(shown)
        shown += [
            (each, in_8_bits(seen.lines[each.reading]))
            for each in read_fields(outcomes[-1:], HEADLINE, limits)[:room]
        ]
    return outcomes, shown


def _score(scalars: Mapping[str, float], *, located: bool) -> float:
    if located:
        return (scalars.get("field_f1/mean", 0.0) + scalars.get("map50/mean", 0.0)) / 2
    characters = max(0.0, 1.0 - scalars.get("cer/mean", 1.0))
    return (scalars.get("exact_match/mean", 0.0) + characters) / 2


def _sheets(shown: Shown) -> Iterator[tuple[str, NDArray[np.uint8]]]:
    """Lines, each with what stands there and what was read: the same ones at each validation."""
    for number, first in enumerate(range(0, len(shown), SHEET_LINES), 1):
        sheet = shown[first : first + SHEET_LINES]
        yield (
            f"lines_{number}",
            draw_readings(
                [line for _, line in sheet],
                [each.truth for each, _ in sheet],
                [each.said for each, _ in sheet],
            ),
        )


def _overlays(
    outcomes: Sequence[PhotoOutcome], photo: Photo, deployment: Deployment, limits: Limits
) -> dict[str, NDArray[np.uint8]]:
    """Photos with what is annotated and what was located, side by side."""
    return {
        outcome.sample_id: overlay(
            deployment.view.crop(photo(index)),
            outcome.fields.things,
            outcome.readings.detections.take(sure(outcome.readings, limits)),
            deployment.class_names,
            deployment.orders,
            over_text=True,
        )
        for index, outcome in enumerate(outcomes[:PHOTOS])
    }
