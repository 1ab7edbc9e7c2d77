"""How likely a reading is right, from how likely the network says it is.

Platt scaling (*Probabilistic Outputs for Support Vector Machines*, 1999): a logistic curve over
what the network says, fitted on validation readings to his smoothed targets. It runs over the log
odds of the network's probability, so that slope 1 and intercept 0 are the network's own word. That
is also where the fit starts from and what it keeps to where readings are few, or all of them are
right or wrong: each parameter is pulled there like by a normal prior.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import minimize
from scipy.special import expit

HIGHEST_LOG_ODDS = 16.0
"""Of about 1 - 1e-7: float32 tells nothing beyond."""

SLOPE_SPREAD, INTERCEPT_SPREAD = 0.5, 3.0
"""Standard deviations of the priors, about 1 and 0."""

LEAST_SLOPE = 0.05
"""Of two readings the likelier one has the higher confidence, whatever validation shows."""

BINS = 10

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Confidence:
    """A calibration: confidence = 1 / (1 + exp(-(slope x log odds + intercept))).

    Attributes:
        slope: positive, so that of two readings the likelier one has the higher confidence.
    """

    slope: float = 1.0
    intercept: float = 0.0

    def of(self, log_probabilities: ArrayLike) -> Floats:
        """The confidences of log probabilities (…), each at most 0; in 0…1."""
        return np.asarray(expit(self.slope * _log_odds(log_probabilities) + self.intercept))


def fit_confidence(log_probabilities: ArrayLike, right: ArrayLike) -> Confidence:
    """The calibration that fits readings, or characters, of validation photos.

    Args:
        log_probabilities: (n,) as the network has them, each at most 0; n may be 0.
        right: (n,) whether each is what stands there.
    """
    odds, is_right = _log_odds(log_probabilities), np.asarray(right, bool)
    good = int(is_right.sum())
    targets = np.where(is_right, (good + 1) / (good + 2), 1 / (len(is_right) - good + 2))
    spreads = np.array([SLOPE_SPREAD, INTERCEPT_SPREAD])
    start = np.array([1.0, 0.0])

    def loss(parameters: Floats) -> tuple[float, Floats]:
        said = parameters[0] * odds + parameters[1]
        pulled = (parameters - start) / spreads
        value = float((np.logaddexp(0.0, said) - targets * said).sum() + (pulled**2).sum() / 2)
        off = expit(said) - targets
        return value, np.array([(off * odds).sum(), off.sum()]) + pulled / spreads

    bounds = [(LEAST_SLOPE, None), (None, None)]
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds)
    return Confidence(float(found.x[0]), float(found.x[1]))


def expected_calibration_error(confidences: Floats, right: NDArray[np.bool_]) -> float | None:
    """By how much confidences miss the share that is right, over ten bins; None without any.

    Guo et al., *On Calibration of Modern Neural Networks*, 2017, equation 3.
    """
    if not len(confidences):
        return None
    counts, said, shares = reliability(confidences, right)
    return float((counts * np.abs(said - shares)).sum() / counts.sum())


def reliability(
    confidences: Floats, right: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], Floats, Floats]:
    """Of each bin that is not empty: how many, their mean confidence, and the share right."""
    bins = np.minimum((np.asarray(confidences) * BINS).astype(np.int64), BINS - 1)
    counts = np.bincount(bins, minlength=BINS)
    kept = counts > 0
    said = np.bincount(bins, confidences, BINS)[kept] / counts[kept]
    shares = np.bincount(bins, right, BINS)[kept] / counts[kept]
    return counts[kept], said, shares


def _log_odds(log_probabilities: ArrayLike) -> Floats:
    """log(p / (1 - p)) of log p, within what numbers can tell."""
    least = np.finfo(np.float64).tiny
    logs = np.minimum(np.asarray(log_probabilities, np.float64), -least)
    odds = logs - np.log(-np.expm1(logs))
    return np.asarray(np.clip(odds, -HIGHEST_LOG_ODDS, HIGHEST_LOG_ODDS))
