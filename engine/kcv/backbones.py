"""How a name becomes a backbone that takes pixels in 0..1 and gives a pyramid of features."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import keras

from engine.errors import UsageError
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


def build_backbone(name: str, *, channels: int = 3) -> Backbone:
    """Builds an untrained backbone.

    Grey is repeated to three channels and the range that the network wants is made inside the
    model, so that weights trained on colour fit and a saved model is complete.

    Args:
        name: a key of `BACKBONES`.
        channels: of the input: 1 (grey) or 3 (RGB).

    Raises:
        UsageError: unknown name, or another number of channels.
    """
    spec = find_backbone(name)
    if channels not in (1, 3):
        raise UsageError(
            "a backbone takes grey or RGB",
            where="input.channels",
            received=f"{channels} channels",
            allowed="1, 3",
            fix="Convert the images to grey or RGB",
        )
    core = PyramidNetwork(name)
    pixels = keras.Input((None, None, channels), name="pixels")
    levels = core(_prepare(pixels, channels, spec.scaling))
    model = keras.Model(pixels, levels, name=f"{name}_on_pixels")
    pyramid = MappingProxyType(dict(zip(spec.strides, levels, strict=True)))
    return Backbone(spec, model, core, pyramid)


def _prepare(pixels: keras.KerasTensor, channels: int, scaling: Scaling) -> keras.KerasTensor:
    rgb = keras.layers.Concatenate(name="grey_to_rgb")([pixels] * 3) if channels == 1 else pixels
    if scaling == "signed":
        return keras.layers.Rescaling(2.0, -1.0, name="signed_range")(rgb)
    return rgb
