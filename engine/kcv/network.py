"""A backbone's network as one layer that can be saved and loaded anywhere.

keras_cv's blocks cannot all be stored one by one (CSPDarkNet holds Python lambdas, others lose
arguments or their precision), so the network is stored as its name and settings and is
built again on loading.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import keras

from engine.kcv.batch_norm import batch_norms, prepare_batch_norm
from engine.kcv.catalogue import find_backbone


@keras.saving.register_keras_serializable(package="dltrain")
class PyramidNetwork(keras.Model):
    """Maps pixels, in the range that the backbone wants, to the list of its pyramid's levels.

    Args:
        backbone: a key of `BACKBONES`; also the name of the layer.
        precision: dtype policy of all layers inside, the global one by default.
        momentum: of all batch normalisations inside, the network's own by default.
        synchronized: whether these share their statistics over replicas.
        trainable: whether the weights are trained.
    """

    def __init__(
        self,
        backbone: str,
        *,
        precision: str | None = None,
        momentum: float | None = None,
        synchronized: bool = False,
        trainable: bool = True,
    ) -> None:
        precision = precision or keras.config.dtype_policy().name
        with _precision(precision):
            built = find_backbone(backbone).build()
            super().__init__(inputs=built.input, outputs=built.outputs, name=backbone)
        self.backbone, self.precision = backbone, precision
        if momentum is not None:
            prepare_batch_norm(self, momentum, synchronized)
        self.trainable = trainable

    def get_config(self) -> dict[str, Any]:
        """What the network is built again from, as the constructor takes it."""
        first = next(iter(batch_norms(self)), None)
        return {
            "backbone": self.backbone,
            "precision": self.precision,
            "momentum": first.momentum if first else None,
            "synchronized": first.synchronized if first else False,
            "trainable": self.trainable,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> PyramidNetwork:
        """Builds the network that `get_config` described."""
        return cls(**config)


@contextmanager
def _precision(policy: str) -> Iterator[None]:
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(policy)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)
