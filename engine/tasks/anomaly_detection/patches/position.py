"""Where a patch lies as a part of its features, for parts that lie alike on all photos.

A patch is then compared with good ones of its own place, so that a part which is missing, misplaced
or turned is found although its patches look good elsewhere (cf. Cohen and Hoshen, SPADE, 2020, and
Defard et al., PaDiM, 2021, which tie features to places altogether).
"""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray


@keras.saving.register_keras_serializable(package="dltrain")
class WithPosition(keras.layers.Layer):  # type: ignore[misc]
    """Appends x and y to features (B, H, W, D), which gives (B, H, W, D + 2), float32.

    Args:
        weight: distance in features that the whole height or width of the picture counts as.
    """

    def __init__(self, weight: float, **kwargs: Any) -> None:
        super().__init__(dtype="float32", trainable=False, **kwargs)
        self.weight = weight

    def call(self, features: Any) -> Any:
        """Places run from 0 to `weight`, from the middle of the first cell to that of the last."""
        batch, height, width = tf.unstack(tf.shape(features)[:3])
        y, x = (tf.linspace(0.0, self.weight, length) for length in (height, width))
        grid = tf.stack(tf.meshgrid(x, y), axis=-1)
        places = tf.broadcast_to(grid[None], (batch, height, width, 2))
        return tf.concat([tf.cast(features, tf.float32), places], axis=-1)

    def compute_output_shape(self, shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """(B, H, W, D + 2)."""
        return (*shape[:3], (shape[3] or 0) + 2)

    def get_config(self) -> dict[str, Any]:
        """Constructor arguments, for saving."""
        config = super().get_config()
        config.pop("dtype", None)
        config.pop("trainable", None)
        return {**config, "weight": self.weight}


def with_position(features: NDArray[np.float32], weight: float) -> NDArray[np.float32]:
    """The same of the features (H, W, D) of one picture, in numpy: (H, W, D + 2)."""
    height, width = features.shape[:2]
    y, x = (np.linspace(0.0, weight, length, dtype=np.float32) for length in (height, width))
    places = np.stack(np.meshgrid(x, y), axis=-1)
    return np.concatenate([features, places], axis=-1)
