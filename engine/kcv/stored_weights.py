"""Reads the tensors of a backbone out of the files that weights are kept in.

Each reader gives the tensors in the order of the backbone's own weights, which is the order of
the published network.
"""

from __future__ import annotations

import json
import zipfile
from dataclasses import dataclass
from pathlib import Path

import h5py
import keras
import numpy as np
from keras_cv.models import Backbone as PublishedBackbone

from engine.errors import UsageError
from engine.kcv.backbones import Backbone
from engine.kcv.hdf5_weights import read_hdf5
from engine.kcv.named_as import named_as
from engine.kcv.network import PyramidNetwork


@dataclass(frozen=True, slots=True)
class StoredWeights:
    """Tensors read from a file.

    Attributes:
        description: what the file holds, for messages.
        tensors: in the order of the backbone's weights, if the file is of that backbone.
        skipped: names of what the file holds beside them.
    """

    description: str
    tensors: tuple[np.ndarray, ...]
    skipped: tuple[str, ...] = ()


def read_stored_weights(backbone: Backbone, path: Path) -> StoredWeights:
    """Reads a preset folder, an HDF5 file or a `.keras` model; the content tells them apart.

    Raises:
        UsageError: none of these, unreadable, or without this backbone in it.
    """
    if path.is_dir():
        return _read_preset(path)
    if path.suffix == ".keras" or zipfile.is_zipfile(path):
        return _read_model(backbone, path)
    if path.suffix in (".h5", ".hdf5") or h5py.is_hdf5(path):
        tensors, skipped = read_hdf5(backbone, path)
        return StoredWeights(f"the file {path.name}", tensors, skipped)
    raise UsageError(
        "this is no weights file",
        where="model.weights",
        received=str(path),
        allowed="a preset folder (config.json, model.weights.h5), an HDF5 file, a .keras model",
        fix="Save the backbone with `save_weights('NAME.weights.h5')`",
    )


def _read_preset(folder: Path) -> StoredWeights:
    missing = [n for n in ("config.json", "model.weights.h5") if not (folder / n).is_file()]
    if missing:
        raise _unreadable(folder, f"{' and '.join(missing)} missing from the folder")
    try:
        # Whatever the configuration names, keras_cv builds; hence the wide net.
        network = PublishedBackbone.from_preset(str(folder))
    except (OSError, ValueError, TypeError, KeyError, AttributeError, json.JSONDecodeError) as why:
        raise _unreadable(folder, str(why)) from why
    tensors = tuple(variable.numpy() for variable in network.weights)
    return StoredWeights(f"a preset of {type(network).__name__}", tensors)


def _read_model(backbone: Backbone, path: Path) -> StoredWeights:
    if not zipfile.is_zipfile(path):
        raise _unreadable(path, "no whole zip archive, which a .keras model is")
    try:
        with named_as(path, "model.keras") as named:
            model = keras.saving.load_model(named, compile=False)
    except (OSError, ValueError, TypeError, KeyError, zipfile.BadZipFile) as why:
        raise _unreadable(path, str(why)) from why
    layers = model._flatten_layers(include_self=True, recursive=True)
    cores = {layer.name: layer for layer in layers if isinstance(layer, PyramidNetwork)}
    if backbone.spec.name not in cores:
        raise UsageError(
            f"this model does not hold the backbone {backbone.spec.name}",
            where=f"model.weights: {path}",
            received=f"a model with {', '.join(cores) or 'no backbone of ours'}",
            allowed=f"a model with {backbone.spec.name}",
            fix="Set model.backbone to the one that the model holds"
            if cores
            else "Save the weights of its backbone alone, with `save_weights('NAME.weights.h5')`",
        )
    core = cores[backbone.spec.name]
    others = [v.path for v in model.weights if not any(v is own for own in core.weights)]
    tensors = tuple(variable.numpy() for variable in core.weights)
    return StoredWeights(f"the model {path.name}", tensors, tuple(others))


def _unreadable(path: Path, why: str) -> UsageError:
    return UsageError(
        "these weights cannot be read",
        where=f"model.weights: {path}",
        received=" ".join(why.split()).strip("\"'")[:300],
        allowed="a whole preset folder, HDF5 file or .keras model",
        fix="The file may be truncated: copy or download it again",
    )
