"""Round packages: a jar that lies on its side, the lid of a can, the cap of a bottle."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from examples.packages.face import Face, blank, emboss, grid, rounded, solid, within
from examples.packages.lettering import lettering
from examples.packages.printing import FINE
from examples.packages.tones import coloured, tones
from examples.relief import cloud, single, smooth_step


def jar(rng: np.random.Generator) -> Face:
    """A jar that lies on its side: body, label, screw lid at one end."""
    radius, long = float(rng.uniform(150, 185)), float(rng.uniform(330, 430))
    x, y = grid((0.96 * np.pi * radius, long))
    border = single(np.abs(y) - long / 2 + 0.25 * np.maximum(np.abs(x) - radius, 0))
    first, _ = tones(rng)
    body = single(
        [(0.16, 0.07, 0.02), (0.03, 0.10, 0.05), (0.72, 0.72, 0.70)][int(rng.integers(3))]
    )
    lid = y < -long / 2 + 52
    label = rounded(x, single(y - 30), (2.4 * radius, long - 130), 6.0)
    ground, _ = coloured(rng, x.shape)
    paper = solid(label)[..., None]
    albedo = single(body * (1 - paper) + ground * paper)
    albedo[lid] = single(first)
    bend = np.sqrt(np.clip(radius**2 - (radius * np.sin(x / radius)) ** 2, 0, None)) - radius
    knurl = 0.5 * np.sin(2 * np.pi * x / 6.0) * (y < -long / 2 + 40)
    height = bend + np.where(lid, 5 + knurl, 0) + 0.5 * paper[..., 0]
    height = height - 14 * smooth_step(np.abs(y), long / 2 - 14, long / 2) ** 2
    face = blank(solid(border), albedo, single(height), 0.5, 0.0, 0.45 * radius, first)
    gloss = single(np.where(label < 0, float(rng.uniform(0.03, 0.3)), face.gloss))
    usable = np.maximum(label + 8, np.abs(x) - 0.72 * radius)
    return replace(within(face, single(usable)), gloss=gloss, bend=radius)


def lid(rng: np.random.Generator) -> Face:
    """The end of a tin can: beads pressed in rings, turned metal, bare or lacquered gold."""
    radius = float(rng.uniform(152, 178))
    x, y = grid((2 * radius + 4, 2 * radius + 4))
    away, angle = np.hypot(x, y), np.arctan2(y, x)
    rim = 2.4 * np.exp(-(((away - 0.95 * radius) / (0.035 * radius)) ** 2))
    bead = sum(
        float(rng.uniform(0.5, 1.1)) * np.exp(-(((away - share * radius) / 3.0) ** 2))
        for share in (0.88, float(rng.uniform(0.80, 0.83)))
    )
    turned = cloud(rng, (3, 700), (900, 900))
    at = (single((angle + np.pi) / (2 * np.pi) * 899), single(away / radius * 880))
    grain = turned[np.clip(at[0], 0, 899).astype(int), np.clip(at[1], 0, 899).astype(int)]
    height = rim + bead + 0.06 * grain + 1.2 * cloud(rng, (3, 3), x.shape)
    colour = [(0.74, 0.74, 0.73), (0.70, 0.55, 0.28), (0.80, 0.80, 0.79)][int(rng.integers(3))]
    stain = 1 + 0.03 * cloud(rng, (8, 8), x.shape)
    albedo = single(single(colour) * stain[..., None])
    border = single(away - radius)
    face = blank(solid(border), albedo, single(height), 0.2, 0.85, 16.0, (0.45, 0.45, 0.44))
    return within(face, single(away - 0.75 * radius))


def cap(rng: np.random.Generator) -> Face:
    """A plastic closure from above: ribs around, a ring or words moulded into the top."""
    radius = float(rng.uniform(140, 168))
    x, y = grid((2 * radius + 4, 2 * radius + 4))
    away, angle = np.hypot(x, y), np.arctan2(y, x)
    ribs = np.cos(int(rng.integers(70, 120)) * angle) * smooth_step(away, 0.93 * radius, radius)
    border = single(away - radius + 1.2 - 1.2 * ribs)
    height = -9 * smooth_step(away, 0.88 * radius, radius) ** 2 + 0.9 * ribs
    height = height + 0.9 * np.exp(-(((away - 0.86 * radius) / 2.5) ** 2))
    gate = 0.8 * np.exp(-((away / 3.5) ** 2)) - 0.9 * np.exp(-((away / 7.0) ** 6))
    height = single(height + gate + 0.02 * cloud(rng, (250, 250), x.shape))
    colour, _ = tones(rng)
    albedo = np.broadcast_to(single(colour), (*x.shape, 3)) * (
        1 + 0.012 * cloud(rng, (4, 4), x.shape)[..., None]
    )
    gloss = float(rng.uniform(0.1, 0.5))
    face = blank(solid(border), single(albedo), height, gloss, 0.0, 34.0, colour)
    words = lettering(str(rng.choice(["HDPE 2", "PP 5", "OPEN"])), "bold", 11.0 * FINE)
    emboss(face, words, (0.0, 0.72 * radius), 0.7)
    return within(face, single(np.maximum(away - 0.82 * radius, y - 0.62 * radius)))
