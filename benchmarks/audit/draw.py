"""Marks drawn on photos, planted: what people do with an image viewer."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

Photo = NDArray[np.uint8]
Colour = tuple[int, int, int]

KINDS = ("arrow", "circle", "box", "cross", "text")
LEAST_SIDE_PX = 64
"""Of a photo that marks are planted on; nobody circles a defect on a smaller one."""

SUPERSAMPLED = 4
_BRIGHT: tuple[Colour, ...] = (
    (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 0), (255, 0, 255), (0, 255, 255),
    (255, 128, 0), (237, 28, 36), (34, 177, 76), (255, 255, 255), (0, 0, 0),
)  # fmt: skip
_WORDS = ("NG", "OK", "scratch", "Defect 3", "X1", "#17", "here")
_LEAST_CONTRAST = 40


@dataclass(frozen=True, slots=True)
class Drawn:
    """A photo with one mark.

    Attributes:
        photo: (H, W) or (H, W, 3) RGB, uint8.
        mark: (H, W) bool, all pixels that the stroke covers at least by half.
        name: kind, colour, width and how it was stored, in words.
    """

    photo: Photo
    mark: NDArray[np.bool_]
    kind: str
    name: str


def draw(kind: str, photo: Photo, rng: np.random.Generator) -> Drawn:
    """Draws a mark that can be seen: the colour differs from what is below for the most part.

    A grey photo gets a grey tone or, stored as RGB then, a colour. A third is stored as PNG, the
    others as JPEG of quality 80 to 98, half of them with full chroma.
    """
    height, width = photo.shape[:2]
    grey_tone = photo.ndim == 2 and rng.random() < 0.5
    base = np.stack([photo] * 3, axis=-1) if photo.ndim == 2 else photo
    smooth = bool(rng.random() < 0.5)
    stroke = max(2, round(rng.uniform(2, 8) * min(height, width) / 640))
    while True:
        cover = _cover(kind, (height, width), stroke, smooth, rng)
        inside = cover > 127
        colour = _colour(grey_tone, rng)
        below = np.abs(base[inside].astype(int) - colour).max(axis=1) if inside.any() else [0]
        if np.mean(np.asarray(below) >= _LEAST_CONTRAST) >= 0.75:
            break
    share = cover[..., None].astype(np.float32) / 255
    marked = np.rint(base * (1 - share) + np.asarray(colour, np.float32) * share).astype(np.uint8)
    if grey_tone:
        marked = np.ascontiguousarray(marked[..., 0])
    how = "png"
    if rng.random() < 0.67:
        quality, full = int(rng.integers(80, 99)), bool(rng.random() < 0.5)
        how = f"jpeg {quality}{' 4:4:4' if full else ''}"
        marked = _jpeg(marked, quality, full)
    name = f"{kind} {colour} {stroke} px {'smooth' if smooth else 'hard'} {how}"
    return Drawn(marked, inside, kind, name)


def _colour(grey_tone: bool, rng: np.random.Generator) -> Colour:
    if grey_tone:
        tone = int(rng.choice([0, 255, rng.integers(256)]))
        return tone, tone, tone
    if rng.random() < 0.65:
        return _BRIGHT[rng.integers(len(_BRIGHT))]
    red, green, blue = rng.integers(0, 256, 3).tolist()
    return red, green, blue


def _cover(
    kind: str, size_hw: tuple[int, int], stroke: int, smooth: bool, rng: np.random.Generator
) -> Photo:
    """How much of each pixel the mark covers, 0 to 255."""
    height, width = size_hw
    side = min(size_hw)
    x, y = rng.uniform(0.2, 0.8, 2) * (width, height)
    reach, angle = rng.uniform(0.12, 0.4) * side, rng.uniform(0, 2 * np.pi)
    if kind == "text":
        return _text(size_hw, (x, y), stroke, smooth, side, rng)
    scale = SUPERSAMPLED if smooth else 1
    canvas = np.zeros((height * scale, width * scale), np.uint8)

    def at(right: float, down: float) -> tuple[int, int]:
        return round(float(x + right) * scale), round(float(y + down) * scale)

    thick = stroke * scale
    if kind == "arrow":
        tip = at(reach * np.cos(angle), reach * np.sin(angle))
        cv2.arrowedLine(canvas, at(0, 0), tip, 255, thick, tipLength=rng.uniform(0.15, 0.35))
    elif kind == "circle":
        axes = round(reach / 2 * scale), round(reach / 2 * scale * rng.uniform(0.6, 1.0))
        cv2.ellipse(canvas, at(0, 0), axes, float(np.degrees(angle)), 0, 360, 255, thick)
    elif kind == "box":
        tall = rng.uniform(0.4, 1.0) * reach
        cv2.rectangle(canvas, at(-reach / 2, -tall / 2), at(reach / 2, tall / 2), 255, thick)
    else:
        for turn in (0.0, np.pi / 2):
            right, down = reach / 2.5 * np.cos(angle + turn), reach / 2.5 * np.sin(angle + turn)
            cv2.line(canvas, at(-right, -down), at(right, down), 255, thick)
    if scale == 1:
        return canvas
    return np.asarray(cv2.resize(canvas, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def _text(
    size_hw: tuple[int, int], at: NDArray[np.float64] | tuple[float, float], stroke: int,
    smooth: bool, side: int, rng: np.random.Generator,
) -> Photo:  # fmt: skip
    """In a plotter's letters, or in those of a font that are as high as a caption's."""
    height, width = size_hw
    word = _WORDS[rng.integers(len(_WORDS))]
    tall = max(10.0, rng.uniform(0.05, 0.12) * side, 6.0 * stroke)
    x, y = max(0, round(float(at[0]) - tall * len(word) / 3)), round(float(at[1]))
    canvas = np.zeros((height, width), np.uint8)
    if rng.random() < 0.5:
        line = cv2.LINE_AA if smooth else cv2.LINE_8
        cv2.putText(canvas, word, (x, y), cv2.FONT_HERSHEY_SIMPLEX, tall / 21, 255, stroke, line)
        return canvas
    picture = Image.fromarray(canvas)
    pen = ImageDraw.Draw(picture)
    pen.fontmode = "L" if smooth else "1"
    pen.text((x, y - tall), word, fill=255, font=ImageFont.load_default(1.4 * tall))
    return np.asarray(picture)


def _jpeg(photo: Photo, quality: int, full_chroma: bool) -> Photo:
    sampling = (
        cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444
        if full_chroma
        else cv2.IMWRITE_JPEG_SAMPLING_FACTOR_420
    )
    parameters = [cv2.IMWRITE_JPEG_QUALITY, quality, cv2.IMWRITE_JPEG_SAMPLING_FACTOR, sampling]
    stored = photo if photo.ndim == 2 else np.ascontiguousarray(photo[..., ::-1])
    encoded = cv2.imencode(".jpg", stored, parameters)[1]
    flag = cv2.IMREAD_GRAYSCALE if photo.ndim == 2 else cv2.IMREAD_COLOR
    decoded = np.asarray(cv2.imdecode(encoded, flag), np.uint8)
    return decoded if photo.ndim == 2 else np.ascontiguousarray(decoded[..., ::-1])
