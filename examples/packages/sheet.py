"""The picture in the README: some photos with their fields outlined, the tops of the texts bold."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np

SHOWN = (
    "train/pkg001_a", "test/pkg102_a", "train/pkg009_a", "train/pkg037_a",
    "train/pkg017_a", "train/pkg024_a", "train/pkg025_a", "train/pkg059_b",
    "test/pkg113_a", "test/pkg110_b", "test/pkg120_b", "test/pkg132_a",
)  # fmt: skip
COLUMNS = 4
TILE_WH = (360, 270)
COLOURS = {"lot": (40, 60, 235), "expiry": (60, 190, 30)}
"""Of the outlines, blue first."""


def write_sheet(folder: Path) -> None:
    """Write `sheet.jpg` from the photos and labels below `folder`."""
    labels = {
        f"{part}/{Path(path).stem}": json.loads(fields)
        for part in ("train", "test")
        for path, fields in (
            line.split("\t") for line in (folder / part / "Label.txt").read_text().splitlines()
        )
    }
    tiles = [_tile(folder, name, labels[name]) for name in SHOWN]
    rows = [np.concatenate(tiles[at : at + COLUMNS], 1) for at in range(0, len(tiles), COLUMNS)]
    path = folder / "sheet.jpg"
    if not cv2.imwrite(str(path), np.concatenate(rows), [cv2.IMWRITE_JPEG_QUALITY, 88]):
        raise OSError(f"{path}: could not be written")


def _tile(folder: Path, name: str, fields: list[dict[str, object]]) -> np.ndarray:
    part, stem = name.split("/")
    path = folder / part / "images" / f"{stem}.jpg"
    image = cv2.imread(str(path))
    if image is None:
        raise OSError(f"{path}: could not be read")
    for field in fields:
        corners = np.array(field["points"], np.int32)
        colour = COLOURS[str(field["key_cls"])]
        cv2.polylines(image, [corners], True, colour, 1, cv2.LINE_AA)
        cv2.line(image, corners[0].tolist(), corners[1].tolist(), colour, 3, cv2.LINE_AA)
    return np.asarray(cv2.resize(image, TILE_WH, interpolation=cv2.INTER_AREA))
