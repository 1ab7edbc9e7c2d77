"""Raw scores to normalised ones, whose threshold is 0.5."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from engine.errors import RunFailed
from engine.phrasing import counted
from engine.tasks.anomaly_detection.options import Architecture

MOST_LOG_ODDS = 30.0
"""Log-odds are cut off here, and at the same below 0: beyond, they say nothing more and leave the
range of float32."""

LEAST_LIMITS: Mapping[Architecture, float] = MappingProxyType(
    {"patch_memory": 1e-6, "synthetic_defects": 1.01 * math.exp(-MOST_LOG_ODDS)}
)
"""The lowest raw threshold of each architecture. Where all good photos are alike, all-black ones
say, their raw scores are the lowest that there are, 0 or the lowest odds, and so would be their
threshold, or a thousandth above. This lies above these and below all others: then whatever is good
stays good, and what differs from it is bad."""

LEAST_LIMIT = LEAST_LIMITS["patch_memory"]
"""Taken where no threshold is given: of odds, which are never 0, there is always one."""


def normalised(raw: NDArray[np.float32] | float, limit: float) -> NDArray[np.float64]:
    """raw / (raw + limit): rises with raw, is 0.5 at the limit, and below 1.

    At or above 0.5 lies exactly what lies at or above the limit; `normalised_map` keeps that too.

    Args:
        raw: of any shape, not negative.
        limit: the raw threshold; for one of 0 or less `LEAST_LIMIT` is taken.

    Raises:
        RunFailed: a raw score is negative or no number.
    """
    values = np.asarray(raw, np.float64)
    require_raw(values)
    threshold = float(limit) if limit > 0.0 else LEAST_LIMIT
    shares = values / (values + threshold)
    # Rounding must not lift a score onto the threshold, nor one off it.
    below = np.minimum(shares, np.nextafter(0.5, 0.0))
    return np.asarray(np.where(values >= threshold, np.maximum(shares, 0.5), below))


def normalised_map(raw: NDArray[np.float32], limit: float) -> NDArray[np.float32]:
    """The same as float32, for the scores of pixels."""
    shares = normalised(raw, limit)
    below = np.minimum(shares, np.nextafter(np.float32(0.5), np.float32(0.0)))
    return np.asarray(np.where(shares < 0.5, below, shares).astype(np.float32))


def require_raw(values: NDArray[np.floating], where: str | None = None) -> None:
    """Checks raw scores.

    Args:
        values: of any shape.
        where: the photo that they are of, for the error.

    Raises:
        RunFailed: one is negative or no number.
    """
    wrong = ~((values >= 0) & np.isfinite(values))
    if wrong.any():
        raise RunFailed(
            "the model gave raw scores that are negative or no numbers",
            where=where,
            received=f"{counted(int(wrong.sum()), 'such score')} of {wrong.size}, the first of "
            f"them {values[wrong].flat[0]:g}",
            allowed="finite numbers from 0 on",
            fix="See whether the file of model.weights is whole, or train anew",
        )
