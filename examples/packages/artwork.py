"""What is printed on packages and is no field: names, claims, small print, bar codes, pictures.

Every motif is a mask, 0 to 1, `FINE` times the photo's size.
"""

from __future__ import annotations

import math

import cv2
import numpy as np

from examples.packages.lettering import lettering
from examples.packages.printing import FINE
from examples.relief import Array, cloud, single, smooth_step

FIRST = ("Alma", "Berg", "Casa", "Dolo", "Ever", "Fiora", "Gran", "Halm", "Juno", "Kora", "Lumi",
         "Mira", "Nord", "Ora", "Prima", "Quell", "Riva", "Sol", "Tavo", "Vita")  # fmt: skip
LAST = ("", "", "land", "hof", "dor", "mil", "vel", "nova", "bella", "farm", "med", "san")
CLAIMS = ("ORIGINAL", "Extra fine", "100 % natural", "NEW RECIPE", "No added sugar", "CLASSIC",
          "Family pack", "Ready to eat", "Gently dried", "Quality since 1921", "Open here",
          "Keep cool and dry", "Rich in fibre")  # fmt: skip
AMOUNTS = (
    "250 g",
    "500 g",
    "330 ml",
    "1 L",
    "125 g",
    "10 x 20 g",
    "24 tablets",
    "75 cl",
    "net 400 g",
)
SMALL_PRINT = (
    "wheat flour, sugar, palm oil, cocoa mass, skimmed milk powder, whey, salt, emulsifier "
    "lecithin, flavouring, raising agents, may contain traces of nuts and egg, store in a cool "
    "dry place, best before end see print, packed under protective atmosphere, produced for "
    "distributed by, water, glucose syrup, citric acid, vitamin C, rice, maize starch, sunflower "
    "oil, yeast extract, spices, onion, keep out of reach of children, read the leaflet before "
    "use, do not freeze, shake well"
)
NAMES = ("bold", "slanted", "serif", "roman", "italic", "grotesque", "aileron")


def brand(rng: np.random.Generator, capital: float) -> Array:
    """A made-up name, its capitals so many px of the photo high."""
    name = str(rng.choice(FIRST)) + str(rng.choice(LAST))
    text = name.upper() if rng.random() < 0.4 else name
    return lettering(text, str(rng.choice(NAMES)), capital * FINE, float(rng.uniform(0.85, 1.15)))


def claim(rng: np.random.Generator, capital: float) -> Array:
    """A few words of praise, or how much is inside."""
    text = str(rng.choice(CLAIMS if rng.random() < 0.65 else AMOUNTS))
    return lettering(text, str(rng.choice(NAMES)), capital * FINE)


def small_print(rng: np.random.Generator, width: float, lines: int) -> Array:
    """Lines of ingredients and advice."""
    capital = float(rng.uniform(4.6, 6.5))
    font, step = str(rng.choice(["sans", "grotesque", "aileron", "bold"])), 1.75 * capital * FINE
    page = np.zeros((int(step * lines + step), round(width * FINE)), np.float32)
    words = SMALL_PRINT.split()
    at = int(rng.integers(len(words)))
    for line in range(lines):
        text, wide = "", 0.0
        while wide < width * (0.55 if line == lines - 1 else 0.9):
            text, at = f"{text} {words[at % len(words)]}".strip(), at + 1
            wide = len(text) * 0.76 * capital
        row = lettering(text, font, capital * FINE)[:, : page.shape[1]]
        top = int(line * step)
        page[top : top + row.shape[0], : row.shape[1]] = row[: page.shape[0] - top]
    return page


def bar_code(rng: np.random.Generator, width: float, height: float) -> Array:
    """Bars of one to four modules, and their number below."""
    modules: list[float] = []
    while len(modules) < 95:
        modules += [1.0] * int(rng.integers(1, 4)) + [0.0] * int(rng.integers(1, 4))
    row = cv2.resize(single([modules[:95]]), (round(width * FINE), 1), interpolation=cv2.INTER_AREA)
    bars = np.repeat(row, round(height * FINE), axis=0)
    digits = "".join(str(digit) for digit in rng.integers(0, 10, 13))
    number = lettering(f"{digits[0]} {digits[1:7]} {digits[7:]}", "grotesque", 6.5 * FINE)
    wide = min(number.shape[1], bars.shape[1])
    below = np.zeros((number.shape[0] + 3 * FINE, bars.shape[1]), np.float32)
    below[3 * FINE :, :wide] = number[:, :wide]
    return single(np.concatenate([bars, below]))


def table(rng: np.random.Generator, width: float, rows: int) -> Array:
    """What is inside, in a ruled table."""
    high, wide = 11 * FINE, round(width * FINE)
    page = np.zeros((rows * high + 2, wide), np.float32)
    page[::high], page[:, :2], page[:, -2:] = 0.8, 0.8, 0.8
    names = ("Energy", "Fat", "Sugars", "Protein", "Salt", "Fibre", "Carbohydrate")
    for row in range(rows):
        value = f"{rng.uniform(0, 90):.1f} g"
        for text, left in ((names[row % len(names)], 6), (value, int(wide * 0.64))):
            mask = lettering(text, "grotesque", 5.2 * FINE)[: high - 8, : wide - left - 4]
            page[row * high + 6 : row * high + 6 + mask.shape[0], left : left + mask.shape[1]] = (
                mask
            )
    return page


def picture(rng: np.random.Generator, size: float) -> Array:
    """A leaf, a sun, a drop, a badge or a wave: something round about that large."""
    side = round(size * FINE)
    y, x = np.mgrid[-1 : 1 : side * 1j, -1 : 1 : side * 1j].astype(np.float32)
    radius, angle = np.hypot(x, y), np.arctan2(y, x)
    which, count = int(rng.integers(5)), int(rng.integers(5, 12))
    if which == 0:
        inside = 0.62 + 0.3 * np.cos(count * angle) - radius
    elif which == 1:
        inside = np.maximum(0.5 - radius, np.minimum(0.95 - radius, np.cos(count * angle) - 0.55))
        inside = np.where((radius > 0.5) & (radius < 0.6), -1, inside)
    elif which == 2:
        inside = 0.55 - np.hypot(x * (1.1 + 0.9 * np.clip(-y, 0, 1)), 0.62 * (y - 0.1))
    elif which == 3:
        inside = np.where((radius > 0.72) & (radius < 0.8), -1, 0.94 - radius)
    else:
        inside = 0.12 - np.abs(((y + 0.22 * np.sin(3.3 * x + count)) * 2.2 + 1) % 0.7 - 0.35)
        inside = np.minimum(inside, 0.95 - radius)
    return smooth_step(inside, -1.0 / side, 1.5 / side)


def pattern(rng: np.random.Generator, size_hw: tuple[int, int]) -> Array:
    """A ground of two tones, 0 to 1: bands, slanting stripes, a fade, spots, or clouds."""
    height, width = size_hw
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    turn = float(rng.uniform(0, 2 * math.pi))
    along = (x - width / 2) * math.cos(turn) + (y - height / 2) * math.sin(turn)
    which, pitch = int(rng.integers(6)), float(rng.uniform(14, 60)) * FINE
    if which == 0:
        edge = float(rng.uniform(-0.3, 0.3)) * width
        return smooth_step(along + 18 * np.sin(0.02 * (x + y)), edge - 2, edge + 2)
    if which == 1:
        return smooth_step(np.abs(along % pitch - pitch / 2), 0.2 * pitch, 0.2 * pitch + 2)
    if which == 2:
        return smooth_step(along, -0.6 * width, 0.6 * width)
    if which == 3:
        spots = np.hypot(x % pitch - pitch / 2, y % pitch - pitch / 2)
        return 1 - smooth_step(spots, 0.3 * pitch, 0.3 * pitch + 2)
    if which == 4:
        return smooth_step(cloud(rng, (5, 6), size_hw), -0.2, 0.4)
    return np.zeros(size_hw, np.float32)
