"""What a backbone is before it is built."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import keras

Scaling = Literal["unit", "signed"]
"""Range of pixels that a network was trained on: `unit` is 0..1, `signed` is -1..1."""


@dataclass(frozen=True, slots=True)
class BackboneSpec:
    """How to build one backbone, and where its trained weights are published.

    Attributes:
        name: the name that a recipe uses.
        family: the architecture that it belongs to, a module of `engine.kcv.families`.
        build: makes the untrained network for RGB of any size divisible by 32; its outputs are
            the pyramid: for each of `strides` the last tensor before the next downsampling.
        published: makes the same network in the class that published weights are stored for;
            its weights have the same shapes in the same order.
        strides: of the pyramid's levels, ascending.
        parameters: number of weights, running statistics included.
        presets: handles of the published weights, by what they were trained on.
        scaling: range that the network wants its pixels in.
    """

    name: str
    family: str
    build: Callable[[], keras.Model]
    published: Callable[[], keras.Model]
    strides: tuple[int, ...]
    parameters: int
    presets: Mapping[str, str]
    scaling: Scaling = "unit"
