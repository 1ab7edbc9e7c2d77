"""The metrics of detection, counted object by object.

- `map50`, `map50_95`: average precision at 101 recalls, at an intersection over union of 0.5 and as
  the mean over 0.5, 0.55, …, 0.95 (Lin et al., Microsoft COCO, 2014); rotated for oriented boxes.
- At the thresholds that validation chose, and an intersection over union of at least 0.5:
  `recall` = things found / things, `escape_rate` = 1 - recall, `precision` = right detections /
  all detections, `overkill_rate` = 1 - precision.
- Of the detections that are right there: `angle_error_deg`, median of the difference modulo the
  class's symmetry, and `angle_error_deg_p90`, its 90th percentile; `flip_rate`, share of those with
  a heading that are off by more than 90 degrees; `position_error_px`, median distance of middles.

A mean over classes (class None) leaves out the classes that the set does not show; quantiles
without a class are of all things together. `n` is the number of different objects behind a value.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from engine.evaluate.statistic import (
    PrecisionStatistic,
    RankedDetections,
    RatioStatistic,
    Statistic,
)
from engine.tasks.detection.errors import errors
from engine.tasks.detection.matching import THRESHOLDS
from engine.tasks.detection.outcome import REGIONS, PhotoOutcome, Region
from engine.tasks.detection.seen import Seen, see
from engine.tasks.detection.told import told


def measure(
    outcomes: Sequence[PhotoOutcome],
    class_names: Sequence[str],
    orders: Sequence[int],
    thresholds: NDArray[np.float32],
) -> tuple[Statistic, ...]:
    """Everything that the report measures, for each region that the photos have.

    Args:
        outcomes: one a photo.
        class_names, orders, thresholds: one a class.
    """
    statistics: list[Statistic] = []
    for region in REGIONS:
        seen = see(outcomes, region)
        if seen.photos:
            statistics += _precisions(seen, class_names)
            statistics += _rates(seen, class_names, thresholds)
            statistics += errors(seen, class_names, orders, thresholds)
    return tuple(statistics)


def ranked_in(outcomes: Sequence[PhotoOutcome], region: Region, index: int) -> RankedDetections:
    """All detections of a class in a region, as `average_precision` takes them."""
    return _ranked(see(outcomes, region), index)


def _ranked(seen: Seen, index: int) -> RankedDetections:
    rows, scores = [np.empty(0, np.int64)], [np.empty(0)]
    right = [np.empty((len(THRESHOLDS), 0), bool)]
    counted = list(right)
    things = np.zeros(seen.object_count)
    for row, outcome, region in seen.photos:
        own = outcome.detections.classes == index
        rows.append(np.full(int(own.sum()), row, np.int64))
        scores.append(outcome.detections.scores[own].astype(np.float64))
        right.append(region.right[:, own])
        counted.append(region.counted[:, own])
        things[row] += int((region.wanted & (outcome.things.classes == index)).sum())
    return RankedDetections(
        np.concatenate(rows),
        np.concatenate(scores),
        np.concatenate(right, axis=1),
        np.concatenate(counted, axis=1),
        things,
    )


def _precisions(seen: Seen, class_names: Sequence[str]) -> Iterator[Statistic]:
    curves = [_ranked(seen, index) for index in range(len(class_names))]
    for name, levels in (("map50", (0,)), ("map50_95", None)):
        groups = [(None, tuple(curves)), *zip(class_names, ((c,) for c in curves), strict=True)]
        for class_name, own in groups:
            yield PrecisionStatistic(name, class_name, seen.region, own, seen.object_count, levels)


def _rates(
    seen: Seen, class_names: Sequence[str], thresholds: NDArray[np.float32]
) -> Iterator[Statistic]:
    shape = (seen.object_count, len(class_names))
    things, found, called = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    for row, outcome, region in seen.photos:
        detections = outcome.detections
        sure = told(detections, thresholds)
        for index in range(len(class_names)):
            own = sure & (detections.classes == index)
            things[row, index] += (region.wanted & (outcome.things.classes == index)).sum()
            found[row, index] += (own & region.right[0]).sum()
            called[row, index] += (own & region.counted[0]).sum()
    shares = {
        "recall": (found, things),
        "precision": (found, called),
        "escape_rate": (things - found, things),
        "overkill_rate": (called - found, called),
    }
    for name, (top, bottom) in shares.items():
        yield RatioStatistic(name, None, seen.region, top, bottom, bottom, is_rate=True)
        for index, class_name in enumerate(class_names):
            one = [index]
            yield RatioStatistic(
                name, class_name, seen.region, top[:, one], bottom[:, one], bottom[:, one], True
            )
