"""A network for use alone: batch normalisation folded into the convolutions before it.

With its running statistics batch normalisation multiplies and adds by channel, and so may the
convolution before it do at once. What comes out is the same but for rounding, with less to compute
(benchmarks/detection).
"""

from __future__ import annotations

from typing import Any

import keras
import numpy as np

CONVOLUTIONS = (keras.layers.Conv2D, keras.layers.DepthwiseConv2D)
CHANNELS = 3
"""The axis of channels."""


def fold_batch_norm(model: keras.Model) -> keras.Model:
    """The same network with fewer layers, which shares those that do not change with `model`.

    Folded are convolutions whose output goes into one batch normalisation and nowhere else. What
    several places of the network share stays as it is, and so does a model that is no graph of
    layers.
    """
    if not _is_graph(model):
        return model
    pairs = _pairs(model)
    convolutions = {id(convolution) for _, convolution in pairs}
    norms = {id(norm) for norm, _ in pairs}

    def clone(layer: Any) -> Any:
        if _is_graph(layer):
            return fold_batch_norm(layer)
        if id(layer) not in convolutions:
            return layer
        return type(layer).from_config({**layer.get_config(), "use_bias": True})

    def call(layer: Any, *arguments: Any, **named: Any) -> Any:
        return arguments[0] if id(layer) in norms else layer(*arguments, **named)

    folded = keras.models.clone_model(model, clone_function=clone, call_function=call)
    for norm, convolution in pairs:
        folded.get_layer(convolution.name).set_weights(_weights(convolution, norm))
    return folded


def _is_graph(layer: Any) -> bool:
    """Whether a layer is a functional model; one of layers in a row cannot be cloned in parts."""
    is_model = isinstance(layer, keras.Model) and not isinstance(layer, keras.Sequential)
    return is_model and hasattr(layer, "operations")


def _pairs(model: keras.Model) -> list[tuple[Any, Any]]:
    """Batch normalisations, and the convolutions that they can be folded into."""
    consumers: dict[int, list[Any]] = {id(tensor): [None] for tensor in model.outputs}
    for layer in model.layers:
        for node in layer._inbound_nodes:
            for tensor in node.input_tensors:
                consumers.setdefault(id(tensor), []).append(layer)
    found = []
    for layer in model.layers:
        if not isinstance(layer, CONVOLUTIONS) or len(layer._inbound_nodes) != 1:
            continue
        after = consumers.get(id(layer.output), [])
        if layer.activation is keras.activations.linear and len(after) == 1 and _is_norm(after[0]):
            found.append((after[0], layer))
    return found


def _is_norm(layer: Any) -> bool:
    """Whether a layer normalises channels, at one place of the network."""
    is_norm = isinstance(layer, keras.layers.BatchNormalization)
    return is_norm and layer.axis in (CHANNELS, -1) and len(layer._inbound_nodes) == 1


def _weights(convolution: Any, norm: Any) -> list[np.ndarray[Any, Any]]:
    """Kernel and bias that do what convolution and normalisation did."""
    mean, variance = (
        np.asarray(each, np.float64) for each in (norm.moving_mean, norm.moving_variance)
    )
    scale = 1.0 / np.sqrt(variance + norm.epsilon)
    if norm.scale:
        scale *= np.asarray(norm.gamma, np.float64)
    shift = -mean * scale + (np.asarray(norm.beta, np.float64) if norm.center else 0.0)
    if convolution.use_bias:
        shift = shift + np.asarray(convolution.bias, np.float64) * scale
    kernel = np.asarray(convolution.kernel, np.float64)
    if isinstance(convolution, keras.layers.DepthwiseConv2D):
        scale = scale.reshape(kernel.shape[2:])
    return [(kernel * scale).astype(np.float32), shift.astype(np.float32)]
