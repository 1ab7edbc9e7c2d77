"""Small data sets on disk, real files all, for tests to read and to break."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from engine.records import Dataset, MaskAnnotation, ReadProblem, Sample

RECIPE = r"""version: 1
name: caps
task: segmentation
classes:
  scratch: {}
  chip: {}
data:
  format: masks
  train: train
  validation: 25 %
  test: test
  object: '(?P<object>cap\d+)'
"""


def photo(path: Path, seed: int = 0, size_hw: tuple[int, int] = (24, 32)) -> Path:
    """Writes a noisy colour photo, its content decided by `seed`."""
    pixels = np.random.default_rng(seed).integers(0, 255, (*size_hw, 3), dtype=np.uint8)
    return picture(path, pixels)


def mask(path: Path, *values: int, size_hw: tuple[int, int] = (24, 32)) -> Path:
    """Writes a grey mask of zeros with a 4 × 4 px square of each value."""
    pixels = np.zeros(size_hw, np.uint8)
    for position, value in enumerate(values):
        pixels[2:6, 2 + 6 * position : 6 + 6 * position] = value
    return picture(path, pixels)


def picture(path: Path, pixels: np.ndarray, **options: object) -> Path:
    """Writes an array as an image file, in the format of the path's suffix."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path, **options)
    return path


def caps(folder: Path, train: int = 12, test: int = 6) -> Path:
    """Caps in `train/` and `test/`, good, scratched and chipped in turn; returns the recipe."""
    for part, first, count in (("train", 0, train), ("test", 500, test)):
        for index in range(count):
            name = f"cap{first + index:03}_a.png"
            photo(folder / part / "images" / name, seed=first + index)
            mask(folder / part / "masks" / name, *([index % 3] if index % 3 else []))
    return write_recipe(folder)


def write_recipe(folder: Path, text: str = RECIPE, name: str = "caps.yaml") -> Path:
    """Writes a recipe beside the data."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def sample(
    identity: str,
    classes: Sequence[int] = (),
    object_name: str | None = None,
    content: str | None = None,
) -> Sample:
    """A sample without a file; equal `content` means equal files."""
    return Sample(
        id=identity,
        image=Path("/nowhere") / identity,
        size_hw=(24, 32),
        annotation=MaskAnnotation(path=None, classes=frozenset(classes)),
        object=object_name or identity,
        sha256=hashlib.sha256((content or identity).encode()).hexdigest(),
    )


def dataset(
    parts: Mapping[str, Sequence[Sample]],
    problems: Sequence[ReadProblem] = (),
    class_names: Sequence[str] = ("scratch", "chip"),
    folder: Path | None = None,
) -> Dataset:
    """A data set of given samples; parts that are not named hold every class once."""
    complete = {
        name: tuple(parts.get(name, [sample(f"{name}/full.png", range(len(class_names)))]))
        for name in ("train", "validation", "test")
    }
    return Dataset(tuple(class_names), **complete, problems=tuple(problems), folder=folder)
