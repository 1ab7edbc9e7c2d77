"""A tiny data set that can be learnt: dark lines and bright spots on a grey part."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np

from tests.builders import RECIPE, picture, write_recipe

SETTINGS = """
margins:
  edge: 4 px
input:
  tile: 64x64
train:
  steps: 12
  batch_size: 4
"""


def part(folder: Path, name: str, kind: int, seed: int) -> None:
    """A photo of 64 x 64 px with its mask: good (0), scratched (1) or chipped (2)."""
    rng = np.random.default_rng(seed)
    pixels = rng.normal(128, 8, (64, 64, 3))
    mask = np.zeros((64, 64), np.uint8)
    x, y = rng.integers(12, 40, 2)
    if kind == 1:
        mask[y : y + 3, x : x + 14] = 1
        pixels[mask == 1] = 20
    if kind == 2:
        mask[y : y + 9, x : x + 9] = 2
        pixels[mask == 2] = 240
    picture(folder / "images" / name, np.clip(pixels, 0, 255).astype(np.uint8))
    picture(folder / "masks" / name, mask)


def parts(folder: Path, train: int = 15, test: int = 6) -> Path:
    """Train and test photos, one part each; returns the recipe."""
    for group, first, count in (("train", 0, train), ("test", 500, test)):
        for index in range(count):
            part(folder / group, f"cap{first + index:03}_a.png", index % 3, first + index)
    return write_recipe(folder, RECIPE + SETTINGS)


def digests(folder: Path) -> dict[Path, str]:
    """What is in every file of a folder."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
