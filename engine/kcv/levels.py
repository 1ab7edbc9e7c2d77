"""Which tensors of a network are the levels of its pyramid."""

from __future__ import annotations

from collections.abc import Sequence

import keras


def at_layers(network: keras.Model, layers: Sequence[str]) -> keras.Model:
    """The network with the outputs of these layers, then its own output, as its outputs."""
    levels = [network.get_layer(name).output for name in layers]
    return keras.Model(network.input, [*levels, network.output])


def at_published_levels(network: keras.Model) -> keras.Model:
    """The network with the levels that keras_cv names, its own output as the coarsest.

    Only for families whose published level "Pn" has the stride 2^n. Layer names are read from
    the network, since keras_cv leaves some of them to a counter.
    """
    names = [network.pyramid_level_inputs[key] for key in sorted(network.pyramid_level_inputs)]
    return at_layers(network, names[:-1])
