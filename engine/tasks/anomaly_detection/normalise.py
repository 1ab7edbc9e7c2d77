"""Raw scores to normalised ones, whose threshold is 0.5."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.errors import RunFailed

LEAST_LIMIT = 1e-6
"""The lowest raw threshold. Where all good photos are alike, all-black ones say, their raw scores
are 0 and so would be their threshold: then whatever is good scores 0 and stays good, and what
differs from it by more than rounding is bad."""


def normalised(raw: NDArray[np.float32] | float, limit: float) -> NDArray[np.float64]:
    """raw / (raw + limit): rises with raw, is 0.5 at the limit, and below 1.

    At or above 0.5 lies exactly what lies at or above the limit; `normalised_map` keeps that too.

    Args:
        raw: of any shape, not negative.
        limit: the raw threshold; one below `LEAST_LIMIT`, also 0 or less, is taken as that.

    Raises:
        RunFailed: a raw score is negative or no number.
    """
    values = np.asarray(raw, np.float64)
    require_raw(values)
    least = max(float(limit), LEAST_LIMIT)
    shares = values / (values + least)
    # Rounding must not lift a score onto the threshold, nor one off it.
    below = np.minimum(shares, np.nextafter(0.5, 0.0))
    return np.asarray(np.where(values >= least, np.maximum(shares, 0.5), below))


def normalised_map(raw: NDArray[np.float32], limit: float) -> NDArray[np.float32]:
    """The same as float32, for the scores of pixels."""
    shares = normalised(raw, limit)
    below = np.minimum(shares, np.nextafter(np.float32(0.5), np.float32(0.0)))
    return np.asarray(np.where(shares < 0.5, below, shares).astype(np.float32))


def require_raw(values: NDArray[np.floating]) -> None:
    """Checks raw scores.

    Raises:
        RunFailed: one is negative or no number.
    """
    if values.size and not (values.min() >= 0 and np.isfinite(values.max())):
        raise RunFailed(
            "the model gave raw scores that are negative or no numbers",
            received=f"{values.min():g} to {values.max():g}",
        )
