"""Reads a backbone's tensors from an HDF5 file, in either of the layouts that Keras has had.

Keras 3 (`.weights.h5`) stores `layers/<class>_<count>/vars/<index>`; earlier versions, and the
downloads of keras.applications, store groups named as the layers, listed in `layer_names`.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

import h5py
import keras
import numpy as np

from engine.errors import UsageError
from engine.kcv.backbones import Backbone
from engine.kcv.named_as import named_as
from engine.phrasing import counted

Shapes = Mapping[str, tuple[int, ...]]
Tensors = tuple[np.ndarray, ...]


def read_hdf5(backbone: Backbone, path: Path) -> tuple[Tensors, tuple[str, ...]]:
    """The tensors in the order of the backbone's weights, and what else the file holds.

    Raises:
        UsageError: unreadable, or the weights of another architecture.
    """
    try:
        with h5py.File(path) as file:
            root = file.get("model_weights", file)
            if "layer_names" in root.attrs:
                return _read_by_layer_name(backbone, root, path)
            received = _shapes(file)
        return _read_by_structure(backbone, path, received), ()
    # What h5py says of a file with damaged or missing parts.
    except (OSError, KeyError, RuntimeError, ValueError, TypeError) as why:
        raise UsageError(
            "this weights file cannot be read",
            where=f"model.weights: {path}",
            received=" ".join(str(why).split()).strip("\"'")[:300],
            allowed="a whole HDF5 file",
            fix="The file may be truncated or damaged: copy or download it again",
        ) from why


def _read_by_structure(backbone: Backbone, path: Path, received: Shapes) -> Tensors:
    published = backbone.spec.published()
    expected = _layout(published)
    with named_as(path, "named.weights.h5") as named:
        if received == expected:
            published.load_weights(named)
            return tuple(variable.numpy() for variable in published.weights)
        for network in (backbone.core, backbone.model):
            if received == _layout(network):
                network.load_weights(named)
                return tuple(variable.numpy() for variable in backbone.core.weights)
    raise _other_architecture(backbone, path, expected, received)


def _layout(network: keras.Model) -> Shapes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "layout.weights.h5"
        network.save_weights(path)
        with h5py.File(path) as file:
            return _shapes(file)


def _shapes(file: h5py.Group) -> dict[str, tuple[int, ...]]:
    shapes: dict[str, tuple[int, ...]] = {}

    def note(name: str, item: h5py.Group | h5py.Dataset) -> None:
        # States of random generators are no weights, and Keras' versions differ in them.
        if isinstance(item, h5py.Dataset) and "seed_generator" not in name:
            shapes[name] = tuple(item.shape)

    file.visititems(note)
    return shapes


def _read_by_layer_name(
    backbone: Backbone, root: h5py.Group, path: Path
) -> tuple[Tensors, tuple[str, ...]]:
    layers = [layer for layer in backbone.spec.published().layers if layer.weights]
    stored = {name: _group_tensors(root[name]) for name in _texts(root.attrs["layer_names"])}
    expected = _by_layer({layer.name: [tuple(w.shape) for w in layer.weights] for layer in layers})
    received = _by_layer({name: [t.shape for t in tensors] for name, tensors in stored.items()})
    if any(received.get(name) != shape for name, shape in expected.items()):
        raise _other_architecture(backbone, path, expected, received)
    names = {layer.name for layer in layers}
    skipped = tuple(name for name, tensors in stored.items() if tensors and name not in names)
    return tuple(tensor for layer in layers for tensor in stored[layer.name]), skipped


def _by_layer(shapes: Mapping[str, list[tuple[int, ...]]]) -> Shapes:
    return {f"{name}[{i}]": s for name, several in shapes.items() for i, s in enumerate(several)}


def _group_tensors(group: h5py.Group) -> list[np.ndarray]:
    return [np.asarray(group[name]) for name in _texts(group.attrs["weight_names"])]


def _texts(names: np.ndarray) -> list[str]:
    return [name.decode() if isinstance(name, bytes) else str(name) for name in names]


def _other_architecture(
    backbone: Backbone, path: Path, expected: Shapes, received: Shapes
) -> UsageError:
    first = next(
        (name for name, shape in expected.items() if received.get(name) != shape),
        next((name for name in received if name not in expected), ""),
    )
    return UsageError(
        f"this file does not hold the weights of {backbone.spec.name}",
        where=f"model.weights: {path}",
        received=f"{counted(len(received), 'tensor')}; the first that differs is {first}: "
        f"{received.get(first, 'absent')}",
        allowed=f"{counted(len(expected), 'tensor')}, {first}: {expected.get(first, 'absent')}",
        fix="Give the weights of this backbone, or set model.backbone to the one they fit",
    )
