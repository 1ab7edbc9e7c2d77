"""A tiny set in the layout of MVTec AD: grey parts with a ring, and defects on some of test."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from tests.builders import picture, write_recipe

RECIPE = r"""version: 1
name: caps
task: anomaly_detection
data:
  format: mvtec
  root: set
  object: image
margins:
  edge: 4 px
input:
  tile: 64x64
"""

BY_STEPS = """train:
  steps: 3
  batch_size: 4
"""

BY_MEMORY = """model:
  architecture: patch_memory
  backbone: mobilenet_v2_035
  weights: {weights}
"""


def good_part(seed: int) -> np.ndarray:
    """A part of 64 x 64 px with a dark ring, a little off its place, uint8 RGB."""
    rng = np.random.default_rng(seed)
    pixels = rng.normal(130, 5, (64, 64, 3))
    centre = tuple(int(value) for value in 32 + rng.integers(-1, 2, 2))
    ring = cv2.circle(np.zeros((64, 64), np.uint8), centre, 18, 1, 5)
    pixels[ring == 1] -= 60
    return np.clip(pixels, 0, 255).astype(np.uint8)


def defect(kind: str, seed: int) -> np.ndarray:
    """Where a defect of a kind lies, uint8 0 or 255."""
    x, y = np.random.default_rng(seed).integers(14, 36, 2)
    mask = np.zeros((64, 64), np.uint8)
    mask[y : y + 4, x : x + 16] = 255 if kind == "scratch" else 0
    mask[y : y + 11, x : x + 11] |= 0 if kind == "scratch" else 255
    return mask


def good_set(
    folder: Path, memory: Path | None = None, train: int = 10, good: int = 4, a_kind: int = 3
) -> Path:
    """Writes the set; returns a recipe that trains in steps, or with weights gathers a memory."""
    for number in range(train):
        picture(folder / f"set/train/good/{number:03}.png", good_part(number))
    for number in range(good):
        picture(folder / f"set/test/good/{number:03}.png", good_part(500 + number))
    for first, kind, colour in ((600, "scratch", 20), (700, "chip", 245)):
        for number in range(a_kind):
            pixels, mask = good_part(first + number), defect(kind, first + number)
            pixels[mask > 0] = colour
            picture(folder / f"set/test/{kind}/{number:03}.png", pixels)
            picture(folder / f"set/ground_truth/{kind}/{number:03}_mask.png", mask)
    own = BY_STEPS if memory is None else BY_MEMORY.format(weights=memory)
    return write_recipe(folder, RECIPE + own)
