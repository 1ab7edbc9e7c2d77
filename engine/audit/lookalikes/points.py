"""A small network that scores single points: how much like annotated ones they look."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.neural_network import MLPClassifier

Map = NDArray[np.float32]

HIDDEN = 24
ROUNDS = 12


@dataclass(frozen=True, slots=True)
class PointModel:
    """One hidden layer over the figures of a point.

    Attributes:
        first, first_bias, second: (hidden, figures), (hidden,), (hidden,).
        second_bias: of the one output, the logarithm of the odds.
    """

    first: Map
    first_bias: Map
    second: Map
    second_bias: float

    def scores(self, features: Map) -> Map:
        """Logarithm of the odds that points (figures, ...) are annotated."""
        hidden = self.first @ features.reshape(len(features), -1)
        hidden += self.first_bias[:, None]
        np.maximum(hidden, 0, out=hidden)
        found = self.second @ hidden + self.second_bias
        return np.asarray(found.reshape(features.shape[1:]), np.float32)


def fit_points(features: Map, annotated: NDArray[np.bool_], seed: int = 0) -> PointModel:
    """Fits the network to points (n, figures), some of which are annotated."""
    middle = np.median(features, axis=0)
    scale = 1.4826 * np.median(np.abs(features - middle), axis=0) + 0.002
    scaled = (features - middle) / scale
    network = MLPClassifier(
        (HIDDEN,),
        alpha=1e-3,
        batch_size=min(256, len(features)),
        learning_rate_init=3e-3,
        random_state=seed,
    )
    for _ in range(ROUNDS):
        network.partial_fit(scaled, annotated, classes=(False, True))
    first, second = network.coefs_
    biases = network.intercepts_
    first = first / scale[:, None]  # so that what is scored need not be scaled
    return PointModel(
        np.ascontiguousarray(first.T, np.float32),
        (biases[0] - middle @ first).astype(np.float32),
        second[:, 0].astype(np.float32),
        float(biases[1][0]),
    )
