"""Tiny texts that can be learnt: ones and twos that fill their photo, codes on larger photos."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import cv2
import numpy as np

from engine.tasks.detection.boxes import to_corners
from tests.builders import picture

LINE_HW, PHOTO_SIDE = (32, 64), 128
LINES = """\
version: 1
name: digits
task: ocr
classes:
  number: { characters: "12" }
data:
  format: word_list
  train: train
  validation: 25 %
  test: test
  object: image
model:
  backbone: plain_s
augment:
  synthetic: 20 %
train:
  steps: 60
  batch_size: 8
checks: { DIV201: "off", SPL102: "off", SPL106: "off" }
"""
LOCATED = """\
version: 1
name: codes
task: ocr
classes:
  lot: { characters: "A-C0-9", pattern: "[A-C][0-9]{2}" }
  day: { pattern: "[0-3][0-9]" }
data:
  format: paddle_ocr
  train: train
  validation: 25 %
  test: test
  object: image
margins:
  edge: 4 px
input:
  tile: 128x128
  line: 64x32
model:
  backbone: plain_s
augment:
  rotate: 20 deg
train:
  steps: 36
  batch_size: 4
checks: { DIV201: "off", SPL102: "off", SPL106: "off" }
"""
DIGITS = {"train": "12 21 1 2 12 21 1 2 12 21 1 2", "test": "12 21 1 2"}
_FONT, _SCALE, _THICK = cv2.FONT_HERSHEY_SIMPLEX, 0.9, 2


def line_of(text: str, rng: np.random.Generator, size_hw: tuple[int, int] = LINE_HW) -> np.ndarray:
    """A dark line with a bright text in its middle, (H, W, 3) uint8."""
    pixels = rng.normal(60, 6, (*size_hw, 3)).clip(0, 255).astype(np.uint8)
    (width, height), _ = cv2.getTextSize(text, _FONT, _SCALE, _THICK)
    left, bottom = (size_hw[1] - width) // 2, (size_hw[0] + height) // 2
    cv2.putText(pixels, text, (left, bottom), _FONT, _SCALE, (215,) * 3, _THICK, cv2.LINE_AA)
    return pixels


def lines(folder: Path, texts: Mapping[str, str] = DIGITS) -> Path:
    """Photos that are a line each, and their lists; returns the recipe.

    Args:
        texts: of each source, separated by blanks.
    """
    for group, own in texts.items():
        said = []
        for number, text in enumerate(own.split()):
            rng = np.random.default_rng([number, *group.encode()])
            picture(folder / group / f"n{number:03}.png", line_of(text, rng))
            said.append(f'n{number:03}.png, "{text}"\n')
        (folder / group / "gt.txt").write_text("".join(said), encoding="utf-8")
    return _recipe(folder, "digits.yaml", LINES)


def labels(number: int) -> list[tuple[str, str]]:
    """Class and text of the fields on a photo: a lot, and on two of three a day below it."""
    rng = np.random.default_rng(number)
    lot = f"{'ABC'[rng.integers(3)]}{rng.integers(10, 100)}"
    return [("lot", lot), ("day", f"{rng.integers(10, 32)}")][: 2 if number % 3 else 1]


def codes(folder: Path, train: int = 9, test: int = 3) -> Path:
    """Photos of codes, every other one upside down, and their list; returns the recipe."""
    for group, first, count in (("train", 0, train), ("test", 500, test)):
        said = []
        for number in range(first, first + count):
            pixels, found = code(number)
            picture(folder / group / f"c{number:03}.png", pixels)
            said.append(f"c{number:03}.png\t{json.dumps(found)}\n")
        (folder / group / "Label.txt").write_text("".join(said), encoding="utf-8")
    return _recipe(folder, "codes.yaml", LOCATED)


def code(number: int) -> tuple[np.ndarray, list[dict[str, object]]]:
    """A photo with its fields, all turned alike, and what PaddleOCR's list says of them."""
    rng = np.random.default_rng(number)
    pixels = rng.normal(60, 6, (PHOTO_SIDE, PHOTO_SIDE, 3)).clip(0, 255).astype(np.uint8)
    angle = float(np.pi * rng.integers(2) + rng.uniform(-0.3, 0.3))
    down = np.array([-np.sin(angle), np.cos(angle)])
    found: list[dict[str, object]] = []
    for place, (name, text) in zip((-22, 22), labels(number), strict=False):
        size_hw = 28, 22 * len(text)
        middle = PHOTO_SIDE / 2 + place * down
        box = np.array([[*middle, size_hw[1], size_hw[0], angle]], np.float32)
        corners = to_corners(box)[0]
        ends = np.array([(0, 0), (size_hw[1], 0), (size_hw[1], size_hw[0])], np.float32)
        matrix = cv2.getAffineTransform(ends - 0.5, corners[:3] - 0.5)
        line = line_of(text, rng, size_hw)
        size, how = (PHOTO_SIDE, PHOTO_SIDE), cv2.BORDER_TRANSPARENT
        cv2.warpAffine(line, matrix, size, pixels, cv2.INTER_LINEAR, how)
        points = [[round(float(x), 2), round(float(y), 2)] for x, y in corners]
        found.append({"transcription": text, "points": points, "key_cls": name})
    return pixels, found


def _recipe(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path
