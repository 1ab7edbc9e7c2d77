"""Packages that lie flat: a folding carton, a pouch of film, the foil of a blister."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from examples.packages.artwork import brand
from examples.packages.face import Face, blank, grid, paint, rounded, solid, within
from examples.packages.tones import coloured
from examples.relief import Array, cloud, single, smooth_step


def carton(rng: np.random.Generator) -> Face:
    """A folding box of board, white or brown, or printed all over; some are taped."""
    size = (float(rng.uniform(300, 500)), float(rng.uniform(230, 360)))
    x, y = grid(size)
    border = rounded(x, y, size, float(rng.uniform(2, 5)))
    if rng.random() < 0.35:
        colour = single([0.40, 0.27, 0.15]) * float(rng.uniform(0.85, 1.2))
        flutes = 1 + 0.025 * np.sin(2 * np.pi * y / float(rng.uniform(4.5, 7)))
        albedo = single(np.broadcast_to(colour, (*x.shape, 3)) * flutes[..., None])
        side = (float(colour[0]), float(colour[1]), float(colour[2]))
    else:
        albedo, side = coloured(rng, x.shape)
    fibres = 1 + 0.02 * cloud(rng, (300, 400), x.shape) + 0.01 * cloud(rng, (50, 70), x.shape)
    height = 0.8 * cloud(rng, (3, 4), x.shape) - 2.5 * smooth_step(border, -5, 0)
    face = blank(
        solid(border), single(albedo * fibres[..., None]), single(height),
        float(rng.uniform(0.02, 0.2)), 0.0, float(rng.uniform(35, 80)), side,
    )  # fmt: skip
    if rng.random() < 0.4:
        face = _with_flap(face, x, y, rng)
    return within(face, border + 9)


def _with_flap(face: Face, x: Array, y: Array, rng: np.random.Generator) -> Face:
    """Two flaps that meet, under clear tape."""
    at = float(rng.uniform(-0.22, 0.22)) * face.size_wh[1]
    off = y - at + 0.004 * x
    face.albedo[:] *= (1 - 0.7 * np.exp(-((off / 0.7) ** 2)))[..., None]
    face.height[:] += 1.2 * smooth_step(off, -1.0, 1.0)
    tape = smooth_step(17 - np.abs(off), -0.5, 0.5)
    face.albedo[:] *= 1 - tape[..., None] * single([0.08, 0.11, 0.2])
    gloss = single(np.maximum(face.gloss, 0.5 * tape))
    return replace(within(face, 3 - np.abs(off)), gloss=gloss)


def pouch(rng: np.random.Generator) -> Face:
    """A bag of film, filled, sealed at both ends; glossy, with creases."""
    size = (float(rng.uniform(330, 450)), float(rng.uniform(230, 320)))
    x, y = grid(size)
    seal = float(rng.uniform(15, 24))
    teeth = 2.2 * np.abs((y / 4.2) % 1 - 0.5) * 2
    border = np.maximum(rounded(x, y, size, 3.0), np.abs(x) - size[0] / 2 + teeth)
    inner = size[0] / 2 - seal
    fill = np.clip(1 - (np.abs(x) / inner) ** 3, 0, 1) * np.clip(1 - (2 * y / size[1]) ** 4, 0, 1)
    folds = 1 - np.abs(cloud(rng, (4, 9), x.shape)) - 0.5 * np.abs(cloud(rng, (9, 16), x.shape))
    near = smooth_step(np.abs(x), 0.35 * inner, inner) * (np.abs(x) < inner)
    pleats = np.abs(cloud(rng, (26, 3), x.shape)) * near
    height = float(rng.uniform(22, 36)) * np.sqrt(fill) + 1.5 * folds * fill**0.3 + 1.6 * pleats
    ribs = 0.35 * np.sin(2 * np.pi * x / 3.6) * (np.abs(x) > inner)
    height = single(height + ribs + 0.12 * cloud(rng, (70, 90), x.shape))
    albedo, side = coloured(rng, x.shape)
    metal = float(rng.uniform(0.25, 0.5)) if rng.random() < 0.25 else 0.0
    gloss = float(rng.uniform(0.25, 0.7))
    face = blank(solid(single(border)), albedo, height, gloss, metal, 2.0, side)
    reach = (2 * inner - 26, size[1] - 44)
    return within(face, rounded(x, y, reach, 20.0))


def blister(rng: np.random.Generator) -> Face:
    """The foil on the back of a blister, knurled, printed in rows; the code at one end."""
    size = (float(rng.uniform(340, 440)), float(rng.uniform(190, 250)))
    x, y = grid(size)
    border = rounded(x, y, size, float(rng.uniform(14, 24)))
    pitch = float(rng.uniform(3.0, 4.2))
    knurl = np.sin(2 * np.pi * (x + y) / pitch) * np.sin(2 * np.pi * (x - y) / pitch)
    strip, columns = float(rng.uniform(0.30, 0.42)) * size[0], 3
    step_x, step_y = (size[0] - strip) / columns, size[1] / 2
    left = -size[0] / 2 + strip
    to_x, to_y = (x - left) % step_x - step_x / 2, (y + size[1] / 2) % step_y - step_y / 2
    wide, high = 0.68 * step_x, 0.66 * step_y
    pocket = rounded(single(to_x), single(to_y), (wide, high), 0.48 * min(wide, high))
    pocket = np.where(x < left, 9.0, pocket)
    dent = 0.9 * np.exp(-((pocket / 2.2) ** 2)) + 0.5 * smooth_step(-pocket, 0, 6)
    height = 0.2 * knurl * (pocket > 0) + dent + 0.9 * cloud(rng, (5, 8), x.shape)
    height = height - 1.0 * smooth_step(border, -3, 0)
    paper = rng.random() < 0.3
    tone = single([0.78, 0.79, 0.80] if paper else [0.70, 0.70, 0.69])
    albedo = single(np.broadcast_to(tone * float(rng.uniform(0.85, 1.05)), (*x.shape, 3)).copy())
    face = blank(
        solid(border), albedo, single(height), 0.15, 0.0 if paper else 0.75, 3.0, (0.5, 0.5, 0.5)
    )
    ink = ((0.03, 0.08, 0.35), (0.03, 0.22, 0.12), (0.35, 0.04, 0.05))[int(rng.integers(3))]
    name = single(0.8 * brand(rng, float(rng.uniform(7, 10))))
    for row in range(2):
        for column in range(columns):
            middle = (left + (column + 0.5) * step_x, (row - 0.5) * step_y)
            paint(face, name, middle, ink)
    return within(within(face, border + 8), x - left - 2)
