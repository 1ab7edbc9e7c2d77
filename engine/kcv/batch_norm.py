"""Batch normalisation whose running statistics are right after few training steps.

With Keras' default momentum of 0.99 they need some 500 steps; a small data set may not give
as many, and then a model that learns well predicts nothing. 0.9 needs about 50.
"""

from __future__ import annotations

import keras


def batch_norms(model: keras.Model) -> tuple[keras.layers.BatchNormalization, ...]:
    """Every batch normalisation of a model, those inside other layers too."""
    layers = model._flatten_layers(include_self=False, recursive=True)
    found = {id(layer): layer for layer in layers if isinstance(layer, _BATCH_NORM)}
    return tuple(found.values())


_BATCH_NORM = keras.layers.BatchNormalization


def prepare_batch_norm(
    model: keras.Model, momentum: float = 0.9, synchronized: bool = False
) -> None:
    """Sets the momentum of every batch normalisation, and whether replicas share statistics.

    Call it before the training step is compiled: a compiled step keeps the old values.

    Args:
        model: changed in place.
        momentum: of the running mean and variance, 0..1.
        synchronized: take each batch's statistics over all replicas of `tf.distribute`.
    """
    for layer in batch_norms(model):
        layer.momentum = momentum
        layer.synchronized = synchronized
