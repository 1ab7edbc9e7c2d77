"""What a task counts, object by object: the raw material of metrics and of their intervals.

A task says what is counted; `engine.evaluate.bootstrap` turns it into values with intervals.
Arrays have one row an object, because objects and not photos are independent of each other.
"""

from __future__ import annotations

from dataclasses import dataclass

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
    """

    name: str
    class_name: str | None
    region: str
    numerator: NDArray[np.float64]
    denominator: NDArray[np.float64]
    support: NDArray[np.float64]
    is_rate: bool = False


@dataclass(frozen=True, slots=True)
class RankingStatistic:
    """How well scores tell bad photos from good ones (area under the ROC curve).

    Attributes:
        object_index: (N,) row of the object that each photo shows.
        scores: (N,) float64, higher is worse.
        is_bad: (N,) bool.
        object_count: number of objects in the set, photos or none.
    """

    name: str
    region: str
    object_index: NDArray[np.int64]
    scores: NDArray[np.float64]
    is_bad: NDArray[np.bool_]
    object_count: int


Statistic = RatioStatistic | RankingStatistic
