"""A tiny tray that can be learnt: bright arrows and round dots on a dark ground."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from engine.tasks.detection.boxes import to_corners
from tests.builders import picture

SIDE = 96
RECIPE = """\
version: 1
name: tray
task: oriented_detection
classes:
  arrow: {}
  dot: { symmetry: round }
data:
  format: yolo_obb
  train: train
  validation: 25 %
  test: test
  object: image
margins:
  edge: 4 px
input:
  tile: 96x96
train:
  steps: 12
  batch_size: 4
checks: { DIV201: "off" }
"""


def tray(folder: Path, name: str, seed: int, *, upright: bool = False) -> None:
    """A photo of 96 x 96 px with an arrow or two and a dot, and its boxes."""
    rng = np.random.default_rng(seed)
    pixels = rng.normal(60, 6, (SIDE, SIDE, 3))
    lines = []
    places = rng.permutation(4)[: rng.integers(1, 4)]
    for order, place in enumerate(places):
        x, y = 26 + 44 * (place % 2), 26 + 44 * (place // 2)
        label, angle = order % 2, float(rng.uniform(0, 2 * np.pi))
        size = (16, 26) if label == 0 else (18, 18)
        box = np.array([[x, y, *size, angle if label == 0 else 0.0]], np.float32)
        corners = to_corners(box)[0]
        if label == 0:
            top, left, right = corners[:2].mean(axis=0), corners[3], corners[2]
            cv2.fillPoly(pixels, [np.rint([top, right, left]).astype(np.int32)], (220,) * 3)
        else:
            cv2.circle(pixels, (int(x), int(y)), 9, (150,) * 3, -1)
        if upright:
            low, high = corners.min(axis=0), corners.max(axis=0)
            numbers = [*((low + high) / 2 / SIDE), *((high - low) / SIDE)]
        else:
            numbers = (corners / SIDE).ravel().tolist()
        lines.append(" ".join([str(label), *(f"{number:.6f}" for number in numbers)]))
    picture(folder / "images" / name, np.clip(pixels, 0, 255).astype(np.uint8))
    (folder / "labels").mkdir(parents=True, exist_ok=True)
    (folder / "labels" / name).with_suffix(".txt").write_text("\n".join(lines) + "\n", "utf-8")


def trays(folder: Path, train: int = 12, test: int = 4, *, upright: bool = False) -> Path:
    """Train and test photos, one tray each; returns the recipe."""
    for group, first, count in (("train", 0, train), ("test", 500, test)):
        for index in range(count):
            tray(folder / group, f"t{first + index:03}.png", first + index, upright=upright)
    text = RECIPE
    if upright:
        text = text.replace("oriented_detection", "detection").replace("yolo_obb", "yolo")
        text = text.replace("{ symmetry: round }", "{}")
    path = folder / "tray.yaml"
    path.write_text(text, encoding="utf-8")
    return path
