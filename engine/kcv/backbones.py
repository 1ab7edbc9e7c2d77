"""All backbones by name, and how one becomes a model with its pyramid of features."""

from __future__ import annotations

import difflib
import importlib
import pkgutil
from collections.abc import Mapping
from types import MappingProxyType

import keras

from engine.errors import UsageError
from engine.kcv import families
from engine.kcv.spec import Backbone, BackboneSpec

COARSEST_STRIDE = 32


def _find_specs() -> Mapping[str, BackboneSpec]:
    modules = sorted(module.name for module in pkgutil.iter_modules(families.__path__))
    specs: dict[str, BackboneSpec] = {}
    for name in modules:
        for spec in importlib.import_module(f"{families.__name__}.{name}").SPECS:
            specs[spec.name] = spec
    return MappingProxyType(specs)


BACKBONES: Mapping[str, BackboneSpec] = _find_specs()


def find_backbone(name: str) -> BackboneSpec:
    """The specification of a backbone.

    Raises:
        UsageError: no backbone has that name.
    """
    if name in BACKBONES:
        return BACKBONES[name]
    near = difflib.get_close_matches(name, BACKBONES, n=1)
    raise UsageError(
        "unknown backbone",
        where="model.backbone",
        received=repr(name),
        allowed=", ".join(BACKBONES),
        fix=f"Did you mean {near[0]!r}?" if near else "Choose one of these",
    )


def build_backbone(name: str, *, channels: int = 3) -> Backbone:
    """Builds an untrained backbone that takes pixels in 0..1.

    Grey input is repeated to three channels inside the model, so that weights trained on
    colour fit; the network's own range of input is made inside too, so that a saved model
    is complete.

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
    core = _build_core(spec)
    pixels = keras.Input((None, None, channels), name="image")
    features = pixels
    if channels == 1:
        features = keras.layers.Concatenate(name="grey_to_rgb")([features] * 3)
    if spec.scaling == "signed":
        features = keras.layers.Rescaling(2.0, -1.0, name="signed_range")(features)
    outputs = core(features)
    model = keras.Model(pixels, outputs, name=f"{name}_backbone")
    return Backbone(spec, model, core, MappingProxyType(dict(zip(spec.strides, outputs))))


def _build_core(spec: BackboneSpec) -> keras.Model:
    network = spec.build()
    outputs = [network.get_layer(layer).output for _, layer in spec.pyramid]
    return keras.Model(network.input, outputs, name=spec.name)
