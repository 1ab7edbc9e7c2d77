"""A reader without weights that reads brightness, and photos and lines for it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.data.boxes.geometry import upright_box
from engine.data.view import View
from engine.recipe.units import Length
from engine.records import BoxAnnotation, Sample
from engine.tasks.detection.infer import Inference, forward
from engine.tasks.ocr.deployment import Deployment
from engine.tasks.ocr.infer import Network
from engine.tasks.ocr.reader import Reader
from engine.tasks.ocr.window import Window
from engine.text.field import TextField
from tests.builders import picture
from tests.tasks.detection.bright import SIDE, STRIDES, Bright

ALPHABET = "0123456789AB"
AXES = (2, 2)
LINE_HW = (16, 48)
FRAMES = 12
STEP = 10
"""Between two levels of grey that say different things."""

Said = tuple[str, float]
"""A text, and how likely each of its characters is."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """Says of a line what its level of grey stands for; of any other level, nothing at all."""

    table: Mapping[int, Said]

    def __call__(self, lines: np.ndarray) -> np.ndarray:
        levels = (STEP * np.rint(255 / STEP * lines.mean(axis=(1, 2, 3)))).astype(int)
        return np.stack([_frames(*self.table.get(level, ("", 1.0))) for level in levels.tolist()])


def _frames(text: str, sure: float) -> np.ndarray:
    """Log probabilities: a character at each second column; what is not it, is nothing."""
    shares = np.full((FRAMES, 1 + len(ALPHABET)), 1e-9)
    shares[:, 0] = 1.0
    for place, character in enumerate(text):
        shares[2 * place, [0, 1 + ALPHABET.index(character)]] = 1 - sure, sure
    return np.log(shares / shares.sum(axis=1, keepdims=True)).astype(np.float32)


def network(table: Mapping[int, Said], *, located: bool = False) -> Network:
    return Network(forward(Bright(2), AXES) if located else None, Spoken(table))


def deployed(
    *fields: TextField, located: bool = False, view: View | None = None, margin_px: float = 0
) -> Deployment:
    """One that nothing was chosen for yet, with fields `lot` and `day`."""
    view = view or View()
    own = fields or (TextField(ALPHABET, None), TextField(ALPHABET, None))
    return Deployment(
        ("lot", "day")[: len(own)],
        Length(margin_px),
        view,
        Inference(view, 4095.0, AXES, STRIDES, (128, 128), 0.25) if located else None,
        Reader(Window(LINE_HW, Length(0)), 4095.0, ALPHABET, own, (ALPHABET,) * len(own)),
    )


def line(folder: Path, name: str, level: int, text: str) -> Sample:
    """A photo that is a line of this level, on which this text is annotated."""
    pixels = np.full((*LINE_HW, 3), level, np.uint8)
    return _sample(folder, name, pixels, [upright_box(0, 0, LINE_HW[1], LINE_HW[0])], (text,))


def photo(folder: Path, name: str, *fields: tuple[int, int, int, str]) -> Sample:
    """A dark photo of 96 x 96 px with fields of 36 x 12 px: x, y, level and text of each."""
    pixels = np.zeros((SIDE, SIDE, 3), np.uint8)
    for x, y, level, _ in fields:
        pixels[y : y + 12, x : x + 36] = level
    boxes = [upright_box(x, y, x + 36, y + 12) for x, y, _, _ in fields]
    return _sample(folder, name, pixels, boxes, tuple(text for *_, text in fields))


def _sample(
    folder: Path,
    name: str,
    pixels: np.ndarray,
    boxes: list[list[tuple[float, float]]],
    texts: tuple[str, ...],
) -> Sample:
    path = picture(folder / f"{name}.png", pixels)
    corners = np.array(boxes, np.float32).reshape(-1, 4, 2)
    annotation = BoxAnnotation(None, corners, np.zeros(len(boxes), np.uint8), texts)
    digest = hashlib.sha256(path.read_bytes() + name.encode()).hexdigest()
    return Sample(f"{name}.png", path, pixels.shape[:2], annotation, name, digest)
