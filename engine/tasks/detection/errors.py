"""How exactly things are found: the errors of their angles, headings and places."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.evaluate.statistic import QuantileStatistic, RatioStatistic, Statistic
from engine.tasks.detection.boxes import HEADING, NO_ANGLE, angle_difference
from engine.tasks.detection.outcome import PhotoOutcome, RegionOutcome
from engine.tasks.detection.seen import Seen
from engine.tasks.detection.told import told


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


def errors(
    seen: Seen,
    class_names: Sequence[str],
    orders: Sequence[int],
    thresholds: NDArray[np.float32],
) -> Iterator[Statistic]:
    """Of angles, headings and places in a region: of each class, and of all together."""
    everything = [
        each
        for row, outcome, region in seen.photos
        for each in _things_found(row, outcome, region, orders, thresholds)
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
    seen: Seen, name: str, class_name: str | None, quantile: float, found: Sequence[Found]
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
    seen: Seen, class_name: str | None, indices: Sequence[int], found: Sequence[Found]
) -> RatioStatistic:
    """Headings that point the other way among all that were found, a column a class."""
    wrong, known = (np.zeros((seen.object_count, len(indices))) for _ in range(2))
    for each in found:
        column = indices.index(each.class_index)
        known[each.object, column] += 1
        wrong[each.object, column] += each.angle_deg > 90
    return RatioStatistic("flip_rate", class_name, seen.region, wrong, known, known, is_rate=True)


def _things_found(
    row: int,
    outcome: PhotoOutcome,
    region: RegionOutcome,
    orders: Sequence[int],
    thresholds: NDArray[np.float32],
) -> Iterator[Found]:
    """The things of a photo that were found at the chosen thresholds, and how exactly."""
    detections, things = outcome.detections, outcome.things
    sure = told(detections, thresholds)
    for number in np.flatnonzero(sure & region.right[0]).tolist():
        said, true = detections.boxes[number], things.boxes[region.thing[0, number]]
        index = int(detections.classes[number])
        apart = float(angle_difference(said[4], true[4], orders[index]))
        yield Found(row, index, float(np.rad2deg(apart)), float(np.hypot(*(said[:2] - true[:2]))))
