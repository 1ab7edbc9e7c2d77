"""How a name becomes a backbone that takes pixels in 0..1 and gives a pyramid of features."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import keras

from engine.kcv.catalogue import find_backbone
from engine.kcv.network import PyramidNetwork
from engine.kcv.spec import BackboneSpec, Scaling


@dataclass(frozen=True, slots=True)
class Backbone:
    """A built backbone, ready for a decoder to be put on top.

    Attributes:
        spec: what it was built from.
        model: takes float pixels in 0..1, shape (batch, height, width, channels) with height
            and width divisible by 32, and gives the list of the pyramid's tensors, finest first.
        core: the network inside `model`, without the preparation of the input; a layer of
            every model that is built on `model`, named as the backbone.
        pyramid: stride -> tensor (batch, height / stride, width / stride, features).
    """

    spec: BackboneSpec
    model: keras.Model
    core: PyramidNetwork
    pyramid: Mapping[int, keras.KerasTensor]


def build_backbone(name: str) -> Backbone:
    """Builds an untrained backbone.

    It takes RGB; the range that the network wants is made inside the model, so that a saved model
    is complete.

    Args:
        name: a key of `BACKBONES`.

    Raises:
        UsageError: unknown name.
    """
    spec = find_backbone(name)
    core = PyramidNetwork(name)
    pixels = keras.Input((None, None, 3), name="pixels")
    levels = core(_prepare(pixels, spec.scaling))
    model = keras.Model(pixels, levels, name=f"{name}_on_pixels")
    pyramid = MappingProxyType(dict(zip(spec.strides, levels, strict=True)))
    return Backbone(spec, model, core, pyramid)


def _prepare(pixels: keras.KerasTensor, scaling: Scaling) -> keras.KerasTensor:
    if scaling == "signed":
        return keras.layers.Rescaling(2.0, -1.0, name="signed_range")(pixels)
    return pixels
