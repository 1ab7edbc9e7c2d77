"""From which score on something is called bad, where only good objects were ever seen.

Objects and not photos are independent of each other, so an object's score is that of its worst
photo, and a rate is a share of objects. Scores are raw: not negative, and without a highest value.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from engine.evaluate.bootstrap import LEVEL, clopper_pearson

REPEATABILITY = 1e-3
"""Share by which a score may differ from one device to the next, with networks in float32."""

Floats = NDArray[np.float64]


def lowest_threshold(scores: Floats, rate: float) -> tuple[float, int]:
    """The lowest threshold that keeps a false-alarm rate on the scores of good objects.

    Where the rate allows objects to reach it, it lies in the middle between the lowest of these
    and the highest of the others; objects of equal score are never parted. Where it allows none
    because there are too few (n × rate < 1), the score that is reached at the stated rate lies
    beyond all that were seen. It is then estimated from the upper half of them as if their tail
    were exponential: with m scores above u, mean excess σ over it, it is u + σ ln(m / (n rate))
    (Weissman, JASA 73, 1978). The threshold is no lower than a thousandth above the highest score,
    and no further above it than the scores are apart. Of ten good objects and 5 %, on normal, gamma
    and log-normal scores, the rate that results is 5 to 7 % on average (9 % at the highest score
    itself); how high it may be is told by `highest_rate`.

    Args:
        scores: (n,) of good objects, one each, n > 0.
        rate: in 0…1.

    Returns:
        The threshold (what is at or above it is called bad), and how many objects reach it.
    """
    falling = np.sort(np.asarray(scores, np.float64))[::-1]
    # A rate such as 0.29 times 100 is a little less than 29.
    allowed = min(math.floor(len(falling) * rate + 1e-9), len(falling) - 1)
    for reached in range(allowed, 0, -1):
        lower, upper = float(falling[reached]), float(falling[reached - 1])
        if lower < upper:
            return max((lower + upper) / 2.0, float(np.nextafter(lower, np.inf))), reached
    return _beyond(falling, rate), 0


def _beyond(falling: Floats, rate: float) -> float:
    """The threshold above the highest of all scores."""
    highest, count = float(falling[0]), len(falling)
    least = max(highest * (1.0 + REPEATABILITY), float(np.nextafter(highest, np.inf)))
    tail = count // 2
    if not 0.0 < count * rate < 1.0 or tail < 1:
        return least
    start = float(falling[tail])
    excess = float(np.mean(falling[:tail] - start))
    estimate = start + excess * math.log(tail / (count * rate))
    return max(least, min(estimate, 2.0 * highest - float(falling[-1])))


def highest_rate(reached: int, objects: int) -> float:
    """The exact one-sided 95 % bound of the false-alarm rate of a threshold set by order.

    Of n good objects the (k + 1)th highest score is exceeded by a new one with a probability that
    has the distribution Beta(k + 1, n − k), whatever the scores are distributed like (Wilks, Ann.
    Math. Stat. 12, 1941); its quantile is the bound of Clopper and Pearson for k of n.
    """
    return clopper_pearson(reached / max(objects, 1), objects, level=2 * LEVEL - 1)[1]


def objects_to_show(rate: float) -> int | None:
    """How many good objects below the threshold show a rate at 95 %; None: no number does."""
    if rate <= 0.0:
        return None
    if rate >= 1.0:
        return 1
    return math.ceil(math.log(1.0 - LEVEL) / math.log1p(-rate) - 1e-9)
