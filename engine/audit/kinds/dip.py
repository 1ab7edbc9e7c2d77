"""How far numbers are from having one mode, and how far chance would bring them.

The dip (Hartigan and Hartigan, The dip test of unimodality, Annals of Statistics 1985) is the
largest distance between the distribution of a sample and the closest one with a single mode. How
large it gets by chance is simulated from the smoothest single-mode density that fits the sample
itself (Silverman 1981; Cheng and Hall 1998): against the usual uniform density the test hardly ever
sees two kinds in fewer than a hundred parts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]

GRID = 256
SIMULATIONS = 200
SMOOTHED = 5
LEAST_SHARE = 0.1


def dip(values: Values) -> float:
    """The dip statistic, between 1 / (2 n) and 1 / 4; the algorithm is AS 217, as corrected."""
    ordered = np.sort(values).tolist()
    count = len(ordered)
    if count < 4 or ordered[0] == ordered[-1]:
        return 0.5 / max(count, 1)
    below, above = _links(ordered)
    low, high, largest = 0, count - 1, 1.0
    while True:
        lower, upper = _chain(below, high, low), _chain(above, low, high)
        distance, first, last = _gap(ordered, lower, upper)
        if distance < largest:
            break
        inner = max(
            _bulge(ordered, [*reversed(lower[first:])], 1.0),
            _bulge(ordered, upper[last:], -1.0),
        )
        largest = max(largest, inner)
        if low == lower[first] and high == upper[last]:
            break
        low, high = lower[first], upper[last]
    return largest / (2 * count)


def chance(picks: Sequence[Values], seed: int = 0) -> float:
    """How often one mode alone dips as deep as these samples do on average: a p-value.

    Args:
        picks: samples of equal size, each of independent values; between them they may overlap.
        seed: of the simulation.
    """
    seen = float(np.mean([dip(values) for values in picks]))
    rng = np.random.default_rng(seed)
    bandwidths = [_critical_bandwidth(values) for values in picks[:SMOOTHED]]
    deeper = 0
    for number in range(SIMULATIONS):
        values, bandwidth = picks[number % len(bandwidths)], bandwidths[number % len(bandwidths)]
        drawn = rng.choice(values, len(values)) + bandwidth * rng.normal(size=len(values))
        deeper += dip(drawn) >= seen
    return (1 + deeper) / (1 + SIMULATIONS)


@dataclass(frozen=True, slots=True)
class Valley:
    """The lowest place between two heaps; `depth` is 0 for none, 1 where nothing lies between."""

    at: float
    depth: float


def valley(values: Values) -> Valley:
    """The deepest valley between two heaps of at least a tenth of the values each.

    The bandwidth is Silverman's rule of thumb for one of the two heaps: that for all values would
    fill the valley in.
    """
    ordered = np.sort(values)
    bandwidth = max(0.9 * _spread_within(ordered) * (len(values) / 2) ** -0.2, 1e-9)
    grid = np.linspace(ordered[0], ordered[-1], GRID)
    density = _density(values, grid, bandwidth)
    left = np.maximum.accumulate(density)
    right = np.maximum.accumulate(density[::-1])[::-1]
    depths = 1.0 - density / np.minimum(left, right)
    below = np.searchsorted(ordered, grid) / len(values)
    depths[(below < LEAST_SHARE) | (below > 1 - LEAST_SHARE)] = 0.0
    if depths.max() <= 0:
        return Valley(float(np.median(values)), 0.0)
    lowest = np.flatnonzero(depths >= depths.max() - 1e-3)
    return Valley(float(grid[lowest[len(lowest) // 2]]), float(depths.max()))


def _spread_within(ordered: Values) -> float:
    """Spread around the means of two heaps, cut where that is least."""
    count = len(ordered)
    ends = np.arange(1, count)
    sums, squares = np.cumsum(ordered)[:-1], float(np.square(ordered).sum())
    between = sums**2 / ends + (ordered.sum() - sums) ** 2 / (count - ends)
    return float(np.sqrt(max(squares - float(between.max()), 0.0) / count))


def _links(ordered: list[float]) -> tuple[list[int], list[int]]:
    """For each point the one before it on the greatest convex minorant that ends there, and the
    one after it on the least concave majorant that starts there.
    """
    count = len(ordered)
    below, above = [0] * count, [count - 1] * count
    for j in range(1, count):
        below[j] = j - 1
        while True:
            at = below[j]
            before = below[at]
            if at == 0 or (ordered[j] - ordered[at]) * (at - before) < (
                ordered[at] - ordered[before]
            ) * (j - at):
                break
            below[j] = before
    for k in range(count - 2, -1, -1):
        above[k] = k + 1
        while True:
            at = above[k]
            after = above[at]
            if at == count - 1 or (ordered[k] - ordered[at]) * (at - after) < (
                ordered[at] - ordered[after]
            ) * (k - at):
                break
            above[k] = after
    return below, above


def _chain(links: list[int], start: int, end: int) -> list[int]:
    chain = [start]
    while chain[-1] != end:
        chain.append(links[chain[-1]])
    return chain


def _gap(ordered: list[float], lower: list[int], upper: list[int]) -> tuple[float, int, int]:
    """The largest distance between minorant and majorant, and where it is in either chain."""
    first, last = len(lower) - 1, len(upper) - 1
    if len(lower) == 2 and len(upper) == 2:
        return 1.0, first, last
    i, j, distance = len(lower) - 2, 1, 0.0
    while True:
        low, up = lower[i], upper[j]
        if low > up:
            base = lower[i + 1]
            here = (up - base + 1) - (ordered[up] - ordered[base]) * (low - base) / (
                ordered[low] - ordered[base]
            )
            j += 1
            if here >= distance:
                distance, first, last = here, i + 1, j - 1
        else:
            base = upper[j - 1]
            here = (ordered[low] - ordered[base]) * (up - base) / (ordered[up] - ordered[base]) - (
                low - base - 1
            )
            i -= 1
            if here >= distance:
                distance, first, last = here, i + 1, j
        i, j = max(i, 0), min(j, len(upper) - 1)
        if lower[i] == upper[j]:
            return distance, first, last


def _bulge(ordered: list[float], chain: list[int], sign: float) -> float:
    """How far the sample's own distribution leaves a chain of chords, above (1) or below (-1)."""
    largest = 0.0 if len(chain) < 2 else 1.0
    for begin, end in pairwise(chain):
        if end - begin > 1 and ordered[end] != ordered[begin]:
            slope = (end - begin) / (ordered[end] - ordered[begin])
            for k in range(begin, end + 1):
                step = (k - begin) - (ordered[k] - ordered[begin]) * slope
                largest = max(largest, sign * step + 1.0)
    return largest


def _critical_bandwidth(values: Values) -> float:
    """The smallest bandwidth whose density has one mode."""
    spread = float(np.std(values)) + 1e-9
    low, high = 0.02 * spread, 2.0 * spread
    grid = np.linspace(values.min() - spread, values.max() + spread, GRID)
    for _ in range(14):
        middle = float(np.sqrt(low * high))
        if len(_peaks(_density(values, grid, middle))) > 1:
            low = middle
        else:
            high = middle
    return high


def _density(values: Values, grid: Values, bandwidth: float) -> Values:
    return np.asarray(np.exp(-0.5 * ((grid[:, None] - values) / bandwidth) ** 2).sum(axis=1))


def _peaks(density: Values) -> list[int]:
    """Modes of a density on a grid; ripples of less than 0.1 % are none."""
    rounded = density / density.max()
    inner = (rounded[1:-1] > rounded[:-2]) & (rounded[1:-1] >= rounded[2:]) & (rounded[1:-1] > 1e-3)
    return [int(peak) for peak in np.flatnonzero(inner) + 1]
