"""A folder with data and a minimal recipe, for tests to change."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import h5py
import pytest

CAPS = r"""version: 1
name: caps
task: segmentation
classes:
  scratch: {}
  chip: {}
data:
  format: masks
  train: train
  validation: 20 %
  test: test
  object: '(?P<object>cap\d+)'
margins:
  edge: 12 px
"""


def make_data(folder: Path) -> None:
    """Everything that the recipes of these tests may name."""
    for name in ("train", "test", "validation", "labels"):
        (folder / name).mkdir()
    for name in ("list.txt", "parts.csv"):
        (folder / name).touch()
    with h5py.File(folder / "best.weights.h5", "w"):
        pass  # which weights it holds is for the network to say


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory, with data in it."""
    make_data(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def caps(folder: Path) -> Path:
    """The minimal recipe, named as a user in its folder names it."""
    return write(CAPS)


def write(text: str, name: str = "caps.yaml") -> Path:
    """A recipe in the working directory."""
    path = Path(name)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def write_recipe(folder: Path) -> Callable[[str], Path]:
    """Writes text as a recipe beside the data."""
    return write
