"""What is said of `model.weights` before any network is built."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import h5py
import pytest

from engine.errors import RecipeError
from engine.recipe import load_recipe


def test_hdf5_archives_and_presets_pass_whatever_their_names(caps: Path, folder: Path) -> None:
    with h5py.File(folder / "weights", "w"):
        pass
    with zipfile.ZipFile(folder / "model.bin", "w") as archive:
        archive.writestr("config.json", "{}")
    (folder / "preset").mkdir()
    for name in ("config.json", "model.weights.h5"):
        (folder / "preset" / name).touch()
    for name in ("weights", "model.bin", "preset"):
        assert load_recipe(caps, [f"model.weights={name}"]).model.weights == folder / name


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("text.h5", b"no weights", "'text.h5': this file is no whole HDF5 file (Unable to"),
        ("text.keras", b"no weights", "'text.keras': this file is no whole .keras model."),
        ("text.txt", b"no weights", "'text.txt': this is no file of weights."),
        ("empty.weights.h5", b"", "'empty.weights.h5': this file is empty."),
    ],
)
def test_what_holds_no_weights_is_told_at_its_place(
    caps: Path, folder: Path, name: str, content: bytes, message: str
) -> None:
    (folder / name).write_bytes(content)
    said = _refused(caps, name)
    assert said.startswith(f"--set model.weights={name}:1:1: model.weights: {message}")
    assert "Allowed: a preset folder, an HDF5 file of weights (NAME.weights.h5) or a" in said


def test_a_truncated_file_is_told(caps: Path, folder: Path) -> None:
    with h5py.File(folder / "whole.h5", "w") as file:
        file["tensor"] = [0.0] * 1000
    (folder / "cut.h5").write_bytes((folder / "whole.h5").read_bytes()[:4000])
    assert "truncated file" in _refused(caps, "cut.h5")


def test_a_folder_that_is_no_preset_names_what_is_missing(caps: Path, folder: Path) -> None:
    assert "as config.json and model.weights.h5 are missing." in _refused(caps, "train")
    (folder / "train" / "config.json").touch()
    assert "as model.weights.h5 is missing." in _refused(caps, "train")


def test_what_is_no_file_is_not_opened(caps: Path, folder: Path) -> None:
    os.mkfifo(folder / "pipe.h5")
    assert "this is neither a file nor a folder." in _refused(caps, "pipe.h5")


def test_a_stored_run_loads_although_its_weights_are_gone(caps: Path, folder: Path) -> None:
    (folder / "empty.h5").touch()
    recipe = load_recipe(caps, ["model.weights=empty.h5"], check_paths=False)
    assert recipe.model.weights == folder / "empty.h5"


def _refused(caps: Path, weights: str) -> str:
    with pytest.raises(RecipeError) as caught:
        load_recipe(caps, [f"model.weights={weights}"])
    (problem,) = caught.value.problems
    return str(problem)
