"""What a task counts, object by object: the raw material of metrics and of their intervals.

A task says what is counted; `engine.evaluate.bootstrap` turns it into values with intervals.
Objects and not photos are independent of each other, so every count knows its object. A
statistic knows the unit of its value, and the highest one there can be (None: there is none).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class RatioStatistic:
    """A share of a whole, or the mean of K such shares.

    The value is the mean over K of Σ numerator / Σ denominator (sums over objects). A share
    whose Σ support is 0 is not defined and is left out; without any, the metric is undefined.

    Attributes:
        name: metric name of the report.
        class_name: None for a figure that is not of one class.
        region: part of the photo that it holds for.
        numerator, denominator, support: (objects, K) float64, not negative.
        is_rate: whether it counts successes among trials of its own, as a proportion does
            (recall, escapes), rather than measuring areas (IoU).
        highest: 1 for a share of a whole; None where the numerator counts mistakes, of which there
            may be more than the denominator (character errors).
    """

    name: str
    class_name: str | None
    region: str
    numerator: NDArray[np.float64]
    denominator: NDArray[np.float64]
    support: NDArray[np.float64]
    is_rate: bool = False
    highest: float | None = 1.0
    unit: ClassVar[str] = "ratio"

    @property
    def object_count(self) -> int:
        """Number of objects in the set."""
        return len(self.numerator)


@dataclass(frozen=True, slots=True)
class RankingStatistic:
    """How well scores tell bad photos from good ones.

    The value is the area under the ROC curve, or the average precision: the sum over falling
    thresholds of the precision at each times the share of bad photos that it adds, photos of
    equal scores together. Without a good photo neither is defined.

    Attributes:
        object_index: (N,) row of the object that each photo shows.
        scores: (N,) float64, higher is worse.
        is_bad: (N,) bool.
        object_count: number of objects in the set, photos or none.
        class_name: the kind of defect that all bad photos show; None where they show any.
        figure: which of the two it is.
    """

    name: str
    region: str
    object_index: NDArray[np.int64]
    scores: NDArray[np.float64]
    is_bad: NDArray[np.bool_]
    object_count: int
    class_name: str | None = None
    figure: Literal["auroc", "average_precision"] = "auroc"
    unit: ClassVar[str] = "ratio"
    highest: ClassVar[float] = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class CurveStatistic:
    """How well a score tells what is wrong from what is right, by counts in bins of the score.

    The value is the area under the curve of the share of `wrong` over the share of `right` at or
    above each threshold, up to `limit` and divided by it: with a limit of 1 the area under the
    ROC curve, equal scores counting half. Without any of the two it is undefined.

    Attributes:
        class_name: None for a figure that is not of one class.
        right: (objects, B) float64, what should score low, by bins of rising score.
        wrong: (objects, B) the same of what should score high.
        limit: share of `right` up to which the area is taken, more than 0 and at most 1.
    """

    name: str
    class_name: str | None
    region: str
    right: NDArray[np.float64]
    wrong: NDArray[np.float64]
    limit: float = 1.0
    unit: ClassVar[str] = "ratio"
    highest: ClassVar[float] = 1.0

    @property
    def object_count(self) -> int:
        """Number of objects in the set."""
        return len(self.right)


@dataclass(frozen=True, slots=True, eq=False)
class RankedDetections:
    """What was found of one class, at T thresholds of overlap.

    Attributes:
        object_index: (n,) row of the object that each detection lies on.
        scores: (n,) float64, higher is surer; equal ones rank as they stand here.
        right: (T, n) bool, whether each found a thing.
        counted: (T, n) bool; the others are neither right nor wrong.
        things: (objects,) float64, number of things to be found.
    """

    object_index: NDArray[np.int64]
    scores: NDArray[np.float64]
    right: NDArray[np.bool_]
    counted: NDArray[np.bool_]
    things: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class PrecisionStatistic:
    """Average precision, the mean over thresholds of overlap and over classes.

    Classes without a thing are left out; without any, the metric is undefined. Statistics that
    share their curves, as mAP50 and mAP50:95 do, share the work too.

    Attributes:
        class_name: None for the mean over the classes of `curves`.
        curves: one a class.
        object_count: number of objects in the set, found or not.
        levels: the rows of `right` that the mean takes; all of them where None.
    """

    name: str
    class_name: str | None
    region: str
    curves: tuple[RankedDetections, ...]
    object_count: int
    levels: tuple[int, ...] | None = None
    unit: ClassVar[str] = "ratio"
    highest: ClassVar[float] = 1.0


@dataclass(frozen=True, slots=True)
class QuantileStatistic:
    """A quantile of values such as errors, the larger the worse.

    The value is the least one that a share of `quantile` of the values does not exceed.

    Attributes:
        class_name: None for the values of all classes together.
        unit: of the values, such as `deg` or `px`.
        quantile: 0.5 for the median.
        object_index: (n,) row of the object that each value was measured on.
        values: (n,) float64, not negative.
        object_count: number of objects in the set, with values or without.
        highest: the largest value there can be, such as 180 deg; None where there is no such.
    """

    name: str
    class_name: str | None
    region: str
    unit: str
    quantile: float
    object_index: NDArray[np.int64]
    values: NDArray[np.float64]
    object_count: int
    highest: float | None


Statistic = (
    RatioStatistic | RankingStatistic | CurveStatistic | PrecisionStatistic | QuantileStatistic
)
