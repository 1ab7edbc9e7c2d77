"""What a backbone is: its specification before it is built, and the built network."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import keras

Scaling = Literal["unit", "signed"]
"""Range that the network itself wants: `unit` is 0..1, `signed` is -1..1."""


@dataclass(frozen=True, slots=True)
class BackboneSpec:
    """How to build one backbone, and where its trained weights are published.

    Attributes:
        name: the name that a recipe uses.
        family: the architecture that it belongs to, one module of `engine.kcv.families`.
        build: makes the network, untrained, for RGB of any size divisible by 32.
        pyramid: pairs (stride, name of the last layer before the next downsampling).
        parameters: number of weights (trained and running statistics) of the network.
        presets: handles upstream, by what the weights were trained on.
        scaling: range that the network wants its RGB in.
    """

    name: str
    family: str
    build: Callable[[], keras.Model]
    pyramid: tuple[tuple[int, str], ...]
    parameters: int
    presets: Mapping[str, str]
    scaling: Scaling = "unit"

    @property
    def strides(self) -> tuple[int, ...]:
        """Strides that the pyramid holds, ascending."""
        return tuple(stride for stride, _ in self.pyramid)


@dataclass(frozen=True, slots=True)
class Backbone:
    """A built backbone, ready for a decoder to be put on top.

    Attributes:
        spec: what it was built from.
        model: takes float RGB (or grey) in 0..1, shape (batch, height, width, channels) with
            height and width divisible by 32, and gives the pyramid's tensors as a list,
            finest first.
        core: the network inside `model`, without the scaling of the input; it is a layer of
            every model that is built on `model`, named as the backbone.
        pyramid: stride -> tensor (batch, height / stride, width / stride, features).
    """

    spec: BackboneSpec
    model: keras.Model
    core: keras.Model
    pyramid: Mapping[int, keras.KerasTensor]
