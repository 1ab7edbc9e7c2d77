"""The HDF5 layout of Keras 2, in which keras.applications' downloads are stored."""

from __future__ import annotations

from pathlib import Path

import h5py
import keras
import numpy as np
import pytest

from engine.errors import UsageError
from engine.kcv import build_backbone, load_weights
from engine.kcv.spec import BackboneSpec


def _write_legacy(path: Path, layers: dict[str, list[np.ndarray]]) -> None:
    with h5py.File(path, "w") as file:
        file.attrs["layer_names"] = [name.encode() for name in layers]
        for name, tensors in layers.items():
            group = file.create_group(name)
            names = [f"{name}/tensor_{index}:0" for index in range(len(tensors))]
            group.attrs["weight_names"] = [n.encode() for n in names]
            for tensor_name, tensor in zip(names, tensors, strict=True):
                group[tensor_name] = tensor


def _random_layers(spec: BackboneSpec) -> dict[str, list[np.ndarray]]:
    rng = np.random.default_rng(0)
    return {
        layer.name: [rng.random(w.shape, np.float32) for w in layer.weights]
        for layer in spec.published().layers
    }


def test_layers_are_found_by_name_and_a_top_is_reported(tmp_path: Path) -> None:
    backbone = build_backbone("mobilenet_v2_035")
    layers = _random_layers(backbone.spec)
    _write_legacy(tmp_path / "old.h5", {**layers, "predictions": [np.zeros((3, 2), np.float32)]})
    record = load_weights(backbone, tmp_path / "old.h5")
    assert record.tensors_loaded == 260
    assert record.skipped == ("predictions",)
    tensors = [tensor for several in layers.values() for tensor in several]
    for stored, loaded in zip(tensors, backbone.core.get_weights(), strict=True):
        np.testing.assert_array_equal(stored, loaded)


def test_a_layer_of_another_width_is_named(tmp_path: Path) -> None:
    backbone = build_backbone("mobilenet_v2_035")
    layers = _random_layers(backbone.spec)
    layers["Conv1"] = [np.zeros((3, 3, 3, 32), np.float32)]
    _write_legacy(tmp_path / "old.h5", layers)
    with pytest.raises(UsageError, match=r"Conv1\[0\]: \(3, 3, 3, 32\)"):
        load_weights(backbone, tmp_path / "old.h5")


def test_a_whole_legacy_model_is_read(tmp_path: Path) -> None:
    backbone = build_backbone("mobilenet_v2_035")
    network = backbone.spec.published()
    keras.src.legacy.saving.legacy_h5_format.save_model_to_hdf5(network, tmp_path / "model.h5")
    assert load_weights(backbone, tmp_path / "model.h5").tensors_loaded == 260


def test_a_file_whose_layers_are_gone_cannot_be_read(tmp_path: Path) -> None:
    _write_legacy(tmp_path / "old.h5", {"Conv1": []})
    with h5py.File(tmp_path / "old.h5", "a") as file:
        del file["Conv1"]
    with pytest.raises(UsageError, match=r"cannot be read.*Conv1"):
        load_weights(build_backbone("mobilenet_v2_035"), tmp_path / "old.h5")
