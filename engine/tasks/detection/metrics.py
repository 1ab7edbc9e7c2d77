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
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.evaluate.statistic import (
    PrecisionStatistic,
    QuantileStatistic,
    RankedDetections,
    RatioStatistic,
    Statistic,
)
from engine.tasks.detection.boxes import HEADING, NO_ANGLE, angle_difference
from engine.tasks.detection.matching import THRESHOLDS
from engine.tasks.detection.outcome import REGIONS, PhotoOutcome, Region, RegionOutcome

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Found:
    """A thing that was found at the chosen threshold.

    Attributes:
        object: row of the object that the photo shows.
        angle_deg: difference of the angles modulo the class's symmetry, 0 without an angle.
        position_px: distance of the middles.
    """

    object: int
    class_index: int
    angle_deg: float
    position_px: float


@dataclass(frozen=True, slots=True)
class _Seen:
    """One region of all photos, by row of their objects."""

    region: Region
    object_count: int
    photos: tuple[tuple[int, PhotoOutcome, RegionOutcome], ...]


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
        seen = _see(outcomes, region)
        if seen.photos:
            statistics += _precisions(seen, class_names)
            statistics += _rates(seen, class_names, thresholds)
            statistics += _errors(seen, class_names, orders, thresholds)
    return tuple(statistics)


def ranked_in(outcomes: Sequence[PhotoOutcome], region: Region, index: int) -> RankedDetections:
    """All detections of a class in a region, as `average_precision` takes them."""
    return _ranked(_see(outcomes, region), index)


def _see(outcomes: Sequence[PhotoOutcome], region: Region) -> _Seen:
    """One region of all photos that have it; nothing depends on the order of `outcomes`."""
    names = sorted({outcome.object for outcome in outcomes})
    row = {name: index for index, name in enumerate(names)}
    photos = tuple(
        (row[outcome.object], outcome, found)
        for outcome in sorted(outcomes, key=lambda outcome: outcome.sample_id)
        if (found := outcome.region(region)) is not None
    )
    return _Seen(region, len(names), photos)


def _ranked(seen: _Seen, index: int) -> RankedDetections:
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


def _precisions(seen: _Seen, class_names: Sequence[str]) -> Iterator[Statistic]:
    curves = [_ranked(seen, index) for index in range(len(class_names))]
    for name, levels in (("map50", (0,)), ("map50_95", None)):
        groups = [(None, tuple(curves)), *zip(class_names, ((c,) for c in curves), strict=True)]
        for class_name, own in groups:
            yield PrecisionStatistic(name, class_name, seen.region, own, seen.object_count, levels)


def _rates(
    seen: _Seen, class_names: Sequence[str], thresholds: NDArray[np.float32]
) -> Iterator[Statistic]:
    shape = (seen.object_count, len(class_names))
    things, found, called = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    for row, outcome, region in seen.photos:
        detections = outcome.detections
        sure = detections.scores >= thresholds[detections.classes]
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


def _errors(
    seen: _Seen,
    class_names: Sequence[str],
    orders: Sequence[int],
    thresholds: NDArray[np.float32],
) -> Iterator[Statistic]:
    everything = [
        each
        for row, outcome, region in seen.photos
        for each in things_found(row, outcome, region, orders, thresholds)
    ]
    groups = [(None, range(len(orders))), *((name, (i,)) for i, name in enumerate(class_names))]
    for class_name, indices in groups:
        found = [each for each in everything if each.class_index in indices]
        turned = [each for each in found if orders[each.class_index] != NO_ANGLE]
        headed = [index for index in indices if orders[index] == HEADING]
        if any(orders[index] != NO_ANGLE for index in indices):
            yield _quantile(seen, "angle_error_deg", class_name, 0.5, turned)
            yield _quantile(seen, "angle_error_deg_p90", class_name, 0.9, turned)
        if headed:
            own = [each for each in found if each.class_index in headed]
            yield _flips(seen, class_name, headed, own)
        yield _quantile(seen, "position_error_px", class_name, 0.5, found)


def _quantile(
    seen: _Seen, name: str, class_name: str | None, quantile: float, found: Sequence[Found]
) -> QuantileStatistic:
    of_angles = name.startswith("angle")
    values = [each.angle_deg if of_angles else each.position_px for each in found]
    return QuantileStatistic(
        name,
        class_name,
        seen.region,
        "deg" if of_angles else "px",
        quantile,
        np.array([each.object for each in found], np.int64),
        np.array(values, np.float64),
        seen.object_count,
        180.0 if of_angles else None,
    )


def _flips(
    seen: _Seen, class_name: str | None, indices: Sequence[int], found: Sequence[Found]
) -> RatioStatistic:
    """Headings that point the other way among all that were found, a column a class."""
    wrong, known = (np.zeros((seen.object_count, len(indices))) for _ in range(2))
    for each in found:
        column = indices.index(each.class_index)
        known[each.object, column] += 1
        wrong[each.object, column] += each.angle_deg > 90
    return RatioStatistic("flip_rate", class_name, seen.region, wrong, known, known, is_rate=True)


def things_found(
    row: int,
    outcome: PhotoOutcome,
    region: RegionOutcome,
    orders: Sequence[int],
    thresholds: NDArray[np.float32],
) -> Iterator[Found]:
    """The things of a photo that were found at the chosen thresholds, and how exactly."""
    detections, things = outcome.detections, outcome.things
    sure = detections.scores >= thresholds[detections.classes]
    for number in np.flatnonzero(sure & region.right[0]).tolist():
        said, true = detections.boxes[number], things.boxes[region.thing[0, number]]
        index = int(detections.classes[number])
        apart = float(angle_difference(said[4], true[4], orders[index]))
        yield Found(row, index, float(np.rad2deg(apart)), float(np.hypot(*(said[:2] - true[:2]))))
