"""The memory of good patches as a layer: how far a patch is from the nearest one in it.

A distance is weighted as in Roth et al., 2022, equation 7: the farther a patch is from the memory's
patches around its nearest one, the rarer that one is, and the more the distance counts. Of a memory
of one patch nothing is rare, and the distance counts as it is. Where rounding alone tells a patch
from one in the memory, the distance is 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from engine.tasks.anomaly_detection.patches.coreset import EQUAL

NEIGHBOURS = 9
"""Patches around the nearest one that say how rare it is."""


@keras.saving.register_keras_serializable(package="dltrain")
class PatchMemory(keras.layers.Layer):  # type: ignore[misc]
    """Maps features (B, H, W, D) to weighted distances (B, H, W, 1), float32.

    Args:
        size: number of patches in the memory, M.
        width: numbers of a feature, D.
        outliers: names of the training objects that look unlike all others.
        left_out: whether the memory holds no patch of these.
    """

    def __init__(
        self,
        size: int,
        width: int,
        outliers: Sequence[str] = (),
        *,
        left_out: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(dtype="float32", trainable=False, **kwargs)
        self.size, self.width = size, width
        self.outliers, self.left_out = tuple(outliers), left_out
        self.patches = self.add_weight(shape=(size, width), initializer="zeros", name="patches")
        self.around = self.add_weight(
            shape=(size, min(NEIGHBOURS, size)), initializer="zeros", dtype="int32", name="around"
        )

    def remember(self, patches: NDArray[np.float32]) -> None:
        """Fills the memory with patches (M, D)."""
        self.patches.assign(patches)
        self.around.assign(nearest(patches, min(NEIGHBOURS, len(patches))))

    def call(self, features: Any) -> Any:
        """One picture after the other, so that memory holds the distances of one alone."""
        return tf.map_fn(self._distances, tf.cast(features, tf.float32))

    def compute_output_shape(self, shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """(B, H, W, 1)."""
        return (*shape[:3], 1)

    def get_config(self) -> dict[str, Any]:
        """Constructor arguments, for saving."""
        config = super().get_config()
        config.pop("dtype", None)
        config.pop("trainable", None)
        own = {"outliers": list(self.outliers), "left_out": self.left_out}
        return {**config, "size": self.size, "width": self.width, **own}

    def _distances(self, features: Any) -> Any:
        flat = tf.reshape(features, (-1, self.width))
        patches = tf.convert_to_tensor(self.patches)
        lengths = tf.reduce_sum(flat**2, 1, keepdims=True)
        squares = lengths + tf.reduce_sum(patches**2, 1)[None]
        squares -= 2.0 * tf.matmul(flat, patches, transpose_b=True)
        squares = tf.where(squares < EQUAL * lengths, tf.zeros_like(squares), squares)
        distances = tf.sqrt(tf.maximum(squares, 0.0))
        closest = tf.argmin(distances, axis=1, output_type=tf.int32)
        distance = tf.gather(distances, closest, batch_dims=1)
        around = tf.gather(tf.convert_to_tensor(self.around), closest)
        others = tf.gather(distances, around, batch_dims=1)
        # exp(d) / sum(exp(d')) without overflow; the nearest one is among its own neighbours.
        share = tf.exp(distance - tf.reduce_logsumexp(others, axis=1))
        weighted = distance * (1.0 - share) if self.size > 1 else distance
        return tf.reshape(weighted, (*tf.unstack(tf.shape(features)[:2]), 1))


def memory_of(model: Any) -> PatchMemory | None:
    """The memory of a model; None where it has none."""
    layers = getattr(model, "layers", ())
    return next((layer for layer in layers if isinstance(layer, PatchMemory)), None)


def nearest(patches: NDArray[np.float32], count: int) -> NDArray[np.int32]:
    """Indices (M, count) of the patches nearest to each of (M, D), itself first."""
    result = np.empty((len(patches), count), np.int32)
    squares = np.einsum("md,md->m", patches, patches)
    for first in range(0, len(patches), 1024):
        rows = patches[first : first + 1024]
        distances = squares[None] - 2.0 * (rows @ patches.T)
        distances[np.arange(len(rows)), first + np.arange(len(rows))] = -np.inf
        part = np.argpartition(distances, count - 1, axis=1)[:, :count]
        order = np.take_along_axis(distances, part, axis=1).argsort(axis=1)
        result[first : first + 1024] = np.take_along_axis(part, order, axis=1)
    return result
