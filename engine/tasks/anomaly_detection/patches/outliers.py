"""Training objects that look unlike all others: a defect among the good ones, most likely.

A defect in the memory makes its like look good for ever. Each training object is therefore scored
by how unlike all others it is (`crowd.py`); one whose score lies far above what the others have is
told, with a picture, and is left out of the memory. Where many are, they are how some good parts
look rather than defects: they are told all the same, and stay.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

FAR = 4.0
"""Robust standard deviations above the median from which on an object is an outlier: chosen on
defects planted among good photos (benchmarks/anomaly_detection/README.md). Of normally distributed
scores 3 in 100,000 lie there, of skewed ones some 2 in 1,000."""

LEAST_SPREAD = 0.05
"""Smallest standard deviation, as a share of the median: photos of a line that is very even differ
so little that any of them would be far from the others."""

LEAST_OBJECTS = 5
"""Among fewer nobody can say which is the odd one."""

MOST_LEFT_OUT = 0.1
"""Share of the objects that may be left out; one may be of any number."""

SIGMAS_OF_MAD = 1.4826
"""Standard deviation of a normal distribution over its median absolute deviation."""


@dataclass(frozen=True, slots=True)
class Outlier:
    """An object far from the others: its score, and the limit that it exceeds."""

    object: str
    score: float
    limit: float


def find_outliers(scores: Mapping[str, float]) -> tuple[Outlier, ...]:
    """The outliers among objects, the farthest first.

    Objects that are just like another one (score 0), the same file under two names for one, say
    nothing about how far good parts are from each other, unless hardly any other is left.

    Args:
        scores: of each object against the others; the larger, the less alike.
    """
    if len(scores) < LEAST_OBJECTS:
        return ()
    values = np.array(list(scores.values()))
    apart = values[values > 0.0]
    values = apart if len(apart) >= LEAST_OBJECTS else values
    median = float(np.median(values))
    spread = SIGMAS_OF_MAD * float(np.median(np.abs(values - median)))
    limit = median + FAR * max(spread, LEAST_SPREAD * median)
    found = [Outlier(name, score, limit) for name, score in scores.items() if score > limit]
    return tuple(sorted(found, key=lambda outlier: -outlier.score))


def few_enough(outliers: int, objects: int) -> bool:
    """Whether so many outliers among so many objects are to be left out."""
    return outliers <= max(1, int(MOST_LEFT_OUT * objects))
